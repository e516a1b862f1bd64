import type { Filter } from '../../functions/serve/api.ts';
import { type Day, isDay } from '../format/days.ts';
import type { Language } from '../words/words.ts';

export const BOARDS = [
  'pulso',
  'alturas',
  'rotacion',
  'tableros',
  'cliente',
  'salud',
  'diccionario',
] as const;
export type BoardName = (typeof BOARDS)[number];

/** Columns that the filter menu offers, in its order. */
export const FILTERS = ['office', 'line', 'advisor', 'clerk', 'intermediary', 'currency', 'bucket'] as const;
export type FilterColumn = (typeof FILTERS)[number];

/** An opened figure: what was clicked and how far it was followed. */
export interface Opened {
  readonly kpi: string;
  readonly basis?: string;
  readonly period?: string;
  readonly as_of?: Day;
  /** Breakdown on show: a dimension, or `receipts`. */
  readonly by?: string;
  readonly part?: 'numerator' | 'denominator';
  /** Members of the cell; null is "not assigned". */
  readonly at: Readonly<Record<string, string | null>>;
}

/** Where the reader is. All of it stands in the address, so that a link or the back button brings it back. */
export interface Place {
  readonly board: BoardName;
  /** null: the newest day. */
  readonly asOf: Day | null;
  /** null: as delivered. */
  readonly knownAt: Day | null;
  /** null: the first company in scope. */
  readonly company: string | null;
  readonly filters: Readonly<Partial<Record<FilterColumn, readonly string[]>>>;
  readonly language: Language | null;
  readonly theme: 'light' | 'dark' | null;
  readonly opened: Opened | null;
  /** What a board keeps of its own: the dimension of a table, the client shown. */
  readonly own: Readonly<Record<string, string>>;
}

/** The chips of a place, as filters of a question. */
export function chipsOf({ filters }: Place): Filter[] {
  return FILTERS.flatMap((column) => {
    const members = filters[column];
    return members === undefined ? [] : [{ column, members: [...members] }];
  });
}

const NONE = '~';
const OWN_PREFIX = 'x.';

/** Reads an address; what it does not understand it leaves out. */
export function readPlace(search: string): Place {
  const words = new URLSearchParams(search);
  const day = (name: string): Day | null => {
    const value = words.get(name);
    return value !== null && isDay(value) ? value : null;
  };
  const board = words.get('board');
  const language = words.get('lang');
  const theme = words.get('theme');
  return {
    board: BOARDS.find((name) => name === board) ?? 'pulso',
    asOf: day('as_of'),
    knownAt: day('known_at'),
    company: words.get('company'),
    filters: Object.fromEntries(
      FILTERS.flatMap((column) => {
        const members = words.getAll(column);
        return members.length === 0 ? [] : [[column, members]];
      }),
    ),
    language: language === 'es' || language === 'en' ? language : null,
    theme: theme === 'light' || theme === 'dark' ? theme : null,
    opened: readOpened(words.get('open')),
    own: Object.fromEntries(
      [...words].flatMap(([name, value]) =>
        name.startsWith(OWN_PREFIX) ? [[name.slice(OWN_PREFIX.length), value]] : [],
      ),
    ),
  };
}

/** The address of a place: the same place always gives the same text. */
export function writePlace(place: Place): string {
  const words = new URLSearchParams({ board: place.board });
  const set = (name: string, value: string | null): void => {
    if (value !== null) words.set(name, value);
  };
  set('as_of', place.asOf);
  set('known_at', place.knownAt);
  set('company', place.company);
  for (const column of FILTERS)
    for (const member of place.filters[column] ?? []) words.append(column, member);
  set('lang', place.language);
  set('theme', place.theme);
  set('open', place.opened && writeOpened(place.opened));
  for (const [name, value] of Object.entries(place.own)) words.set(`${OWN_PREFIX}${name}`, value);
  return `?${words}`;
}

function readOpened(text: string | null): Opened | null {
  if (text === null) return null;
  const words = new URLSearchParams(text);
  const kpi = words.get('kpi');
  if (kpi === null) return null;
  const at: Record<string, string | null> = {};
  for (const [name, value] of words)
    if (name.startsWith('at.')) at[name.slice(3)] = value === NONE ? null : value;
  const optional = (name: string, isKnown: (value: string) => boolean = () => true) => {
    const value = words.get(name);
    return value !== null && isKnown(value) ? { [name]: value } : {};
  };
  return {
    kpi,
    ...optional('basis'),
    ...optional('period'),
    ...optional('as_of', isDay),
    ...optional('by'),
    ...(words.get('part') === 'denominator' ? { part: 'denominator' } : {}),
    at,
  };
}

function writeOpened({ at, ...rest }: Opened): string {
  const words = new URLSearchParams(rest);
  for (const [name, value] of Object.entries(at)) words.set(`at.${name}`, value ?? NONE);
  return words.toString();
}
