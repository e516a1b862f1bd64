import type { Language } from '../words/words.ts';

export type Unit = 'money' | 'ratio' | 'days' | 'times' | 'count' | 'index';
/** Money arrives as a decimal string and is shown from it: it never passes through a float. */
export type Value = string | number | null;

const MINUS = '−';
/** No line breaks inside a figure. */
const SPACE = '\u00a0';
const MILLION_PLACES = 6;

/** es-CO groups with a point, es-PA with a comma: the currency tells which country reads it. */
function localeOf(language: Language, currency: string | null): string {
  if (language === 'en') return 'en-US';
  return currency === 'USD' || currency === 'PAB' ? 'es-PA' : 'es-CO';
}

/** A decimal string with its point moved left; exact. `shifted('1234567.89', 6)` is `1.23456789`. */
export function shifted(value: string, places: number): `${number}` {
  const [, sign = '', whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value) ?? [];
  const digits = whole.padStart(places + 1, '0');
  const at = digits.length - places;
  return `${sign}${digits.slice(0, at)}.${digits.slice(at)}${fraction}` as `${number}`;
}

/** The figures of a board in one language and currency. */
export class Figures {
  readonly language: Language;
  readonly currency: string | null;
  readonly locale: string;
  readonly #whole: boolean;
  readonly #foreign: boolean;
  readonly #formats = new Map<string, Intl.NumberFormat>();

  /**
   * @param whole columns in whole units, for a portfolio that millions would show as 0,0
   * @param home currency of what stands around: beside it another one is written by its code, for many share a sign, and
   *   in the same digits
   */
  constructor(language: Language, currency: string | null, whole = false, home = currency) {
    this.#whole = whole;
    this.language = language;
    this.currency = currency;
    this.#foreign = currency !== home;
    this.locale = localeOf(language, home);
  }

  /** A figure in its unit, short: money in millions from a million on. A null is a dash. */
  short(value: Value, unit: Unit): string {
    if (value === null) return '–';
    switch (unit) {
      case 'money':
        return this.money(value);
      case 'ratio':
        return this.percent(value);
      case 'days':
        return `${this.number(value, 1)}${SPACE}d`;
      case 'times':
        return `${this.number(value, 2)}${SPACE}×`;
      case 'count':
      case 'index':
        return this.number(value, 0);
    }
  }

  money(value: string | number): string {
    const text = plain(value);
    const size = Math.abs(Number(text));
    if (size < 1e6) return this.#currency(text as `${number}`, 0);
    return `${this.#currency(shifted(text, MILLION_PLACES), size < 1e9 ? 1 : 0)}${SPACE}M`;
  }

  /** Money to the cent, with its sign and currency. */
  exact(value: string | number): string {
    return this.#currency(plain(value) as `${number}`, 2);
  }

  /** Money to the cent as a bare number, for a column whose header names the currency. */
  cents(value: string | number): string {
    return this.number(value, 2);
  }

  /** Money in the unit of the columns (`millionsUnit`), as a bare number. */
  millions(value: Value, digits = 1): string {
    if (value === null) return '–';
    return this.#whole ? this.number(value, 0) : this.number(shifted(plain(value), MILLION_PLACES), digits);
  }

  percent(value: string | number, digits = 1): string {
    return this.#tidy(
      this.#format(`percent${digits}`, {
        style: 'percent',
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }).format(Number(value)),
    ).replace(/\s?%/, this.language === 'en' ? '%' : `${SPACE}%`);
  }

  /** A share of a target, whole: what is short of it does not round up to all of it. */
  attained(value: string | number): string {
    const share = Number(value);
    return this.percent(share < 1 ? Math.min(share, 0.99) : share, 0);
  }

  /** The change of a share, in percentage points; without sign, for an arrow tells it. */
  points(change: number): string {
    return `${this.number(Math.abs(change * 100), 1)}${SPACE}pp`;
  }

  number(value: string | number, digits: number): string {
    return this.#tidy(
      this.#format(`number${digits}`, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
        useGrouping: true,
      }).format(plain(value) as `${number}`),
    );
  }

  /** As a spreadsheet of this language reads it: no grouping, no symbol, a plain minus. */
  paste(value: Value): string {
    if (value === null) return '';
    const text = plain(value);
    return this.locale === 'es-CO' ? text.replace('.', ',') : text;
  }

  /** What stands before the figures of a column in millions: `$ M`. */
  get millionsUnit(): string {
    return this.#whole ? this.symbol : `${this.symbol}${SPACE}M`;
  }

  get symbol(): string {
    const part = this.#format('symbol', this.#currencyOptions(0))
      .formatToParts(0)
      .find(({ type }) => type === 'currency');
    return part?.value ?? '';
  }

  #currency(value: `${number}`, digits: number): string {
    return this.#tidy(this.#format(`currency${digits}`, this.#currencyOptions(digits)).format(value)).replace(
      /(\p{Sc}|B\/\.|[A-Z]{3})\s*(?=\d)/u,
      // English writes a sign close to its figure, and a code apart from it.
      (_, sign: string) => (this.language === 'en' && sign.length === 1 ? sign : `${sign}${SPACE}`),
    );
  }

  #currencyOptions(digits: number): Intl.NumberFormatOptions {
    return this.currency === null
      ? { minimumFractionDigits: digits, maximumFractionDigits: digits }
      : {
          style: 'currency',
          currency: this.currency,
          currencyDisplay: this.#foreign ? 'code' : 'narrowSymbol',
          minimumFractionDigits: digits,
          maximumFractionDigits: digits,
        };
  }

  #format(key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
    const made =
      this.#formats.get(key) ?? new Intl.NumberFormat(this.locale, { signDisplay: 'negative', ...options });
    this.#formats.set(key, made);
    return made;
  }

  #tidy(text: string): string {
    return text.replace(/[-−]/g, MINUS).replace(/[\s\u202f]/g, SPACE);
  }
}

/** A number that came as a float (a ratio) as a plain decimal; a string is one already. */
function plain(value: string | number): string {
  if (typeof value === 'string') return value;
  return value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 10 });
}

/** Decimal strings of money added up exactly, in cents. */
export function sumOf(amounts: readonly string[]): string {
  const cents = amounts.reduce((sum, amount) => sum + centsOf(amount), 0n);
  const text = String(cents < 0n ? -cents : cents).padStart(3, '0');
  return `${cents < 0n ? '-' : ''}${text.slice(0, -2)}.${text.slice(-2)}`;
}

function centsOf(amount: string): bigint {
  const [, sign = '', whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount) ?? [];
  return BigInt(`${sign}${whole}${fraction.padEnd(2, '0').slice(0, 2)}`);
}

/** Relative or absolute change between two figures of one unit; null when it cannot be told. */
export function changeOf(now: Value, before: Value, unit: Unit): number | null {
  if (now === null || before === null) return null;
  if (unit === 'money' || unit === 'count') {
    return Number(before) === 0 ? null : (Number(now) - Number(before)) / Math.abs(Number(before));
  }
  return Number(now) - Number(before);
}
