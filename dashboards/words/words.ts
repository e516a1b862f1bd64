import { es } from './es.ts';

export type Language = 'es' | 'en';
/** Every text of the interface; English has the shape of Spanish. */
export type Words = Widened<typeof es>;

type Widened<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...words: infer A) => string
      ? (...words: A) => string
      : Widened<T[K]>;
};

/** Spanish comes with the page; another language is a part of its own, fetched when it is first read. */
const spoken: Partial<Record<Language, Words>> = { es };

export function knowsWords(language: Language): boolean {
  return spoken[language] !== undefined;
}

export async function learnWords(language: Language): Promise<void> {
  if (language === 'en') spoken.en = (await import('./en.ts')).en;
}

/** The words of a language that was learnt; `knowsWords` tells. */
export function wordsOf(language: Language): Words {
  return spoken[language] ?? es;
}
