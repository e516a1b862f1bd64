import { alturasOf } from '../core/config.ts';
import type { BusinessDate, LocalTimestamp } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import type { Answer } from './answer.ts';
import type { Desk, KnownDay } from './desk.ts';
import { answer as answerOf, type Question } from './kpi.ts';
import { namesOf } from './names.ts';
import { oncePerPublish } from './oncePerPublish.ts';
import { scopeCondition } from './policy.ts';
import type { Filter } from './select.ts';
import { name, type Statement, sql } from './statement.ts';

/** Dimensions whose members receipts and cash hold day by day, and the column of `aging` that has them. */
const HELD: Readonly<Record<string, string>> = {
  company: 'company',
  office: 'office',
  line: 'line',
  advisor: 'advisor',
  clerk: 'clerk',
  intermediary: 'intermediary',
  currency: 'currency',
  bucket: 'altura',
  policy_bucket: 'policy_altura',
};

/**
 * Refuses filters that no row could pass: two of one dimension without a member in common.
 * @throws AlturasError `CONTRADICTORY_FILTERS`
 */
export function refuseContradictions(filters: readonly Filter[]): void {
  for (const { column, some } of contradictions(filters)) {
    const all = some.flatMap(({ members: given }) => given.map((member) => member ?? ''));
    throw new AlturasError(
      'usage',
      'CONTRADICTORY_FILTERS',
      `No row has all of ${some.map((one) => filterText(one)).join(' and ')}.`,
      {
        value: some.map((one) => filterText(one)).join(' '),
        expected: 'filters of one dimension that have a member in common',
        hint: `For either of them write one filter: --where ${column}=${[...new Set(all)].join(',')}`,
      },
    );
  }
}

/** The dimensions whose filters have no member in common, with those filters. */
function contradictions(
  filters: readonly Filter[],
): { readonly column: string; readonly some: readonly Filter[] }[] {
  const byColumn = new Map<string, Filter[]>();
  for (const filter of filters) byColumn.set(filter.column, [...(byColumn.get(filter.column) ?? []), filter]);
  return [...byColumn].flatMap(([column, some]) => {
    const common = some
      .map(({ members: given }) => given)
      .reduce((both, given) => both.filter((member) => given.includes(member)));
    return common.length > 0 ? [] : [{ column, some }];
  });
}

/** `office=01,02`, as it is written at a terminal. */
export function filterText({ column, members: given }: Filter): string {
  return `${column}=${given.map((member) => member ?? '').join(',')}`;
}

/**
 * Whether no row passed the filters of a question and the scope of whoever asks: a sum of nothing is 0.00, and so may
 * be one of something. Members of which nothing was found are asked about, beside others, too; those that were found
 * are told, whoever is listed where.
 * @throws AlturasError `UNKNOWN_MEMBER`
 */
export async function passesNothing(
  desk: Desk,
  question: Question,
  answer: Pick<Answer, 'as_of' | 'rows'>,
): Promise<boolean> {
  const isFound = answer.rows.some(({ value }) => Number(value ?? 0) !== 0);
  const absent: Filter[] = [];
  let isEmpty = (question.filters.length > 0 || desk.scope.length > 0) && !isFound;
  // Of a scope with something in it there are members.
  for (const { column } of isEmpty ? desk.scope : []) {
    const { rows } = await answerOf(desk, { ...question, by: [column] });
    if (rows.length > 0) isEmpty = false;
  }
  for (const { column, members } of question.filters) {
    // What was found passed every filter: by a member, if it names only one.
    if (isFound && (members.length < 2 || HELD[column] === undefined)) continue;
    const { rows } = await answerOf(desk, { ...question, by: [column] });
    if (rows.length > 0) isEmpty = false;
    const found = new Set(rows.map(({ dimensions }) => dimensions[column]));
    absent.push({ column, members: members.filter((member) => !found.has(member)) });
  }
  await refuseUnknownMembers(desk, absent, question.knownAt, answer.as_of);
  return isEmpty;
}

/**
 * Refuses a member that is none of its dimension, as far as the caller sees: whoever has a scope is told of, and
 * guessed at, members of that scope alone, whatever else there is. One that is only absent on the day is no error.
 * @throws AlturasError `UNKNOWN_MEMBER`
 */
export async function refuseUnknownMembers(
  desk: Desk,
  filters: readonly Filter[],
  moment: LocalTimestamp | undefined,
  day: BusinessDate,
): Promise<void> {
  for (const { column, members } of filters) {
    const written = members.filter((member): member is string => member !== null);
    if (!Object.hasOwn(HELD, column) || written.length === 0) continue;
    const held = HELD[column] ?? column;
    const present = await membersOf(desk, held, await agingOf(desk, day, moment));
    if (written.every((member) => present.includes(member))) continue;
    const known = [...new Set([...present, ...(await membersEver(desk, column, held))])].sort();
    const unknown = written.find((member) => !known.includes(member));
    if (unknown === undefined) continue;
    throw new AlturasError('usage', 'UNKNOWN_MEMBER', `There is no ${column} "${unknown}" here.`, {
      value: unknown,
      expected: listed(known),
      hint: `${didYouMean(unknown, known)}Write the ${column} as \`alturas kpi gross --by ${column}\` does.`,
    });
  }
}

/** What is to be said of a filter that leaves nothing, or less than its writer meant. */
export interface FilterNote {
  readonly code: 'UNKNOWN_MEMBER' | 'CONTRADICTORY_FILTERS';
  readonly column: string;
  readonly members: (string | null)[];
}

/**
 * What `refuseContradictions` and `refuseUnknownMembers` would refuse, told instead. Whoever has a scope is told of
 * what lies outside as of what does not exist.
 */
export async function filterNotes(
  desk: Desk,
  filters: readonly Filter[],
  { asOf, knownAt }: KnownDay,
): Promise<FilterNote[]> {
  const notes: FilterNote[] = contradictions(filters).map(({ column }) => ({
    code: 'CONTRADICTORY_FILTERS',
    column,
    members: [],
  }));
  for (const column of new Set(filters.map((filter) => filter.column))) {
    if (!Object.hasOwn(HELD, column)) continue;
    const held = HELD[column] ?? column;
    const written = filters.flatMap((filter) => (filter.column === column ? filter.members : []));
    const known = await oncePerPublish(
      desk,
      `members ${desk.policy} ${column}`,
      async () => new Set(await membersEver(desk, column, held)),
    );
    const absent = [...new Set(written)].filter((member) => member !== null && !known.has(member));
    if (absent.length === 0) continue;
    // A day that is not kept as published may have had members that no other has.
    const present = new Set<string | null>(await membersOf(desk, held, await agingOf(desk, asOf, knownAt)));
    const members = absent.filter((member) => !present.has(member));
    if (members.length > 0) notes.push({ code: 'UNKNOWN_MEMBER', column, members });
  }
  return notes;
}

const MOST_TOLD = 20;

function listed(known: readonly string[]): string {
  if (known.length === 0) return 'none is seen here';
  const told = known.slice(0, MOST_TOLD).join(', ');
  return known.length > MOST_TOLD ? `one of ${known.length}: ${told}, …` : told;
}

/** All members of a dimension that the caller may know of, sorted. */
async function membersEver(desk: Desk, column: string, held: string): Promise<string[]> {
  const { first } = desk.ledger.calendar;
  const newest = desk.newestDay();
  const isBucket = held.includes('altura');
  const known = new Set([
    ...(await membersOn(desk, 'aging', held, first ?? newest, newest)),
    ...(isBucket ? [] : await membersOn(desk, 'month_total', held, first ?? newest, newest)),
    ...(isBucket ? alturasOf(desk.config).map(({ altura }) => altura) : []),
    // Reference feeds name members of all: only who sees all may be told of them.
    ...(desk.scope.length === 0 ? (await namesOf(desk, column)).keys() : []),
    ...desk.scope.flatMap((own) => (own.column === column ? own.members : [])),
  ]);
  return [...known].filter((member): member is string => member !== null).sort();
}

/** The rows of a day, made where they are not published: few days stay so. */
async function agingOf(
  desk: Desk,
  day: BusinessDate,
  moment: LocalTimestamp | undefined,
): Promise<Statement> {
  const seen = { ...desk.knowledge(day, moment), asOf: day };
  return (await desk.supply({ ...seen, mart: 'aging', period: null, views: new Map() })).from;
}

/** Members in published rows of some days. */
async function membersOn(
  desk: Desk,
  mart: 'aging' | 'month_total',
  held: string,
  from: BusinessDate,
  to: BusinessDate,
): Promise<string[]> {
  return membersOf(desk, held, await desk.storedSpan(mart, from, to));
}

/** Members in rows, within the scope of the caller. */
async function membersOf(desk: Desk, held: string, from: Statement): Promise<string[]> {
  const rows = await desk.rows(
    sql`select distinct ${name(held)} as member from (${from}) where ${name(held)} is not null and ${scopeCondition(desk.caller)}`,
  );
  return rows.map(({ member }) => String(member));
}
