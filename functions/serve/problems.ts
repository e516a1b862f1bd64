import { AlturasError, type ErrorKind } from '../core/errors.ts';
import type { LOCALES, Problem } from './api.ts';
import { headOf } from './columnWords.ts';
import { type ProblemText, TEXTS } from './problemTexts.ts';
import { VALUES } from './problemValues.ts';

export type Locale = (typeof LOCALES)[number];

const STATUS: Readonly<Record<ErrorKind, number>> = {
  usage: 400,
  input: 422,
  rejected: 422,
  conflict: 409,
  law: 409,
  missing: 404,
  denied: 403,
  internal: 500,
};

/** Codes whose status is not that of their kind. */
const CODE_STATUS: Readonly<Record<string, number>> = {
  TOKEN_MISSING: 401,
  TOKEN_EXPIRED: 401,
  TOKEN_INVALID: 401,
  NOT_ADDITIVE: 422,
  CELL_AMBIGUOUS: 422,
  MEMBER_AMBIGUOUS: 422,
  SPLIT_DIMENSION: 422,
  TOO_MANY_DIMENSIONS: 422,
  HOST_UNKNOWN: 421,
  BODY_TOO_LARGE: 413,
  EMPTY_LAKE: 503,
  NOT_BUILT: 503,
};

/** Codes whose values are columns: people know those by their names. */
const OF_COLUMNS: readonly string[] = ['UNKNOWN_DIMENSION'];

/** The first language of an Accept-Language header that the server speaks; Spanish where it says nothing. */
export function localeOf(header: string | undefined): Locale {
  const wanted = (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...rest] = part.trim().toLowerCase().split(';');
      const q = /q=([\d.]+)/.exec(rest.join(';'))?.[1];
      return { language: tag.split('-')[0] ?? '', q: q === undefined ? 1 : Number(q) };
    })
    .sort((a, b) => b.q - a.q);
  return wanted.find(({ language, q }) => q > 0 && (language === 'es' || language === 'en'))?.language ===
    'en'
    ? 'en'
    : 'es';
}

/**
 * An error as RFC 9457 says it: what happened, what is safe, what to do. A defect of ours says no more than that it
 * is one; its text goes to the log.
 */
export function problemOf(error: unknown, locale: Locale, instance?: string): Problem {
  const known = error instanceof AlturasError && error.kind !== 'internal' ? error : null;
  const code = known?.code ?? 'DEFECT';
  const details = known?.details ?? {};
  const text: ProblemText =
    TEXTS[`${code}.${details.variant}`] ?? TEXTS[code] ?? (known ? TEXTS.OTHER : TEXTS.DEFECT);
  const say = text[locale];
  const word = (one: string): string =>
    OF_COLUMNS.includes(code)
      ? headOf(one, locale).toLocaleLowerCase()
      : (VALUES[code]?.[one]?.[locale] ?? one);
  const values = {
    ...details,
    ...details.facts,
    message: known?.message ?? '',
    ...(details.value === undefined ? {} : { value: word(details.value) }),
    ...(details.expected === undefined
      ? {}
      : { expected: details.expected.split(', ').map(word).join(', ') }),
  };
  const action =
    say.action === undefined ? (locale === 'en' ? details.hint : undefined) : fill(say.action, values);
  const safe = say.safe ?? (locale === 'en' ? details.safe : undefined);
  return {
    type: `urn:alturas:problem:${code.toLowerCase()}`,
    title: say.title,
    status: CODE_STATUS[code] ?? STATUS[known?.kind ?? 'internal'],
    detail: fill(say.detail, values),
    code,
    ...(safe === undefined ? {} : { safe }),
    ...(action === undefined ? {} : { action }),
    ...(details.value === undefined ? {} : { value: details.value }),
    ...(details.expected === undefined ? {} : { expected: details.expected }),
    ...(details.causes === undefined ? {} : { causes: [...details.causes] }),
    ...(instance === undefined ? {} : { instance }),
  };
}

function fill(text: string, details: Readonly<Record<string, unknown>>): string {
  return text.replace(/\{(\w+)\}/g, (_, key: string) => String(details[key] ?? '–'));
}
