import { en } from './en.ts';
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

export function wordsOf(language: Language): Words {
  return language === 'en' ? en : es;
}
