import type { ReceiptsResponse } from '../../functions/serve/api.ts';
import type { Figures } from '../format/figures.ts';
import { type Parts, partNamesOf } from '../format/formula.ts';
import { capital } from '../format/text.ts';
import type { Language } from '../words/words.ts';
import type { Setting } from './setting.ts';

const es = { days: '·días', count: 'Cantidad', number: 'Número' };
const en: typeof es = { days: '·days', count: 'Count', number: 'Number' };
const WORDS: Readonly<Record<Language, typeof es>> = { es, en };

/** What the amounts of a part of a figure are. */
type PartUnit = ReceiptsResponse['amount_unit'];

/** What a figure is made of, in the catalogue's words where it has them: they are said of its first basis. */
export function partNames(setting: Setting, name: string, basis: string | undefined): Parts {
  const kpi = setting.kpi(name);
  const isFirst = basis === undefined || basis === kpi?.bases[0];
  const parts =
    kpi && isFirst ? partNamesOf(setting.withParameter(name, kpi.formula[setting.language])) : null;
  if (parts === null) return setting.words.drill;
  return { numerator: capital(parts.numerator), denominator: capital(parts.denominator) };
}

/** Amounts of a part in their own unit: only money has a currency, and money times days says that it is no money. */
export class PartFigures {
  readonly #figures: Figures;
  readonly #isMoney: boolean;
  readonly #days: string;
  /** How a column of amounts is headed that are no money; else null. */
  readonly head: string | null;

  constructor({ figures, language }: Pick<Setting, 'figures' | 'language'>, unit: PartUnit | null) {
    this.#figures = figures;
    this.#isMoney = unit === 'money' || unit === 'money_days';
    this.#days = unit === 'money_days' ? WORDS[language].days : '';
    this.head = unit === 'count' || unit === 'number' ? WORDS[language][unit] : null;
  }

  /** As a figure is written: `$ 1.234 M`, `$ 1.234 M·días`, `1.234`. */
  short(amount: string | number): string {
    return this.#isMoney ? `${this.#figures.money(amount)}${this.#days}` : this.#plain(amount);
  }

  /** To the cent. */
  exact(amount: string | number): string {
    return this.#isMoney ? `${this.#figures.exact(amount)}${this.#days}` : this.#plain(amount);
  }

  /** In a column of millions. */
  millions(amount: string | number | null): string {
    if (amount === null) return '–';
    return this.#isMoney ? this.#figures.millions(amount) : this.#plain(amount);
  }

  /** In a column to the cent. */
  cents(amount: string | number): string {
    return this.#isMoney ? this.#figures.cents(amount) : this.#plain(amount);
  }

  /** What the head of a column in millions says beside its name; what is no money needs no unit. */
  get millionsUnit(): { readonly unit?: string } {
    return this.#isMoney ? { unit: `${this.#figures.millionsUnit}${this.#days}` } : {};
  }

  /** The same of a column to the cent. */
  get centsUnit(): { readonly unit?: string } {
    return this.#isMoney ? { unit: `${this.#figures.symbol}${this.#days}` } : {};
  }

  #plain(amount: string | number): string {
    return this.#figures.number(amount, 0);
  }
}
