import type { LocalTimestamp } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import type { Answer, AnswerRow } from './answer.ts';
import { findKpi } from './catalogue.ts';
import { knownThen } from './clients.ts';
import type { Desk } from './desk.ts';
import { answer, type Question } from './kpi.ts';
import { OWNER, SMALLEST_GROUP } from './policy.ts';
import { sql } from './statement.ts';

export const PEER_DIMENSIONS = ['office', 'advisor', 'clerk', 'intermediary', 'line'] as const;
export type PeerDimension = (typeof PEER_DIMENSIONS)[number];

/** Where a figure stands in a group; all null where the group is too small to hide its members. */
export interface PeerGroup {
  readonly members: number | null;
  readonly median: string | number | null;
  /** Share of the other members that do worse, 0 to 1. */
  readonly percentile: number | null;
  /** Quarter; the first is best. */
  readonly band: 'first' | 'second' | 'third' | 'fourth' | null;
  readonly suppressed: boolean;
}

export interface Peers {
  readonly answer: Answer;
  readonly member: string;
  readonly own: AnswerRow;
  readonly company: PeerGroup;
  readonly office: PeerGroup | null;
}

/** A median is told to so many digits: to the cent it would be the figure of the one in the middle. */
const MEDIAN_DIGITS = 3;

const HIDDEN: PeerGroup = { members: null, median: null, percentile: null, band: null, suppressed: true };

/** The feeds that say in which office a member sits. */
const SEATS: Readonly<Partial<Record<PeerDimension, { readonly feed: string; readonly key: string }>>> = {
  advisor: { feed: 'people', key: 'person' },
  clerk: { feed: 'people', key: 'person' },
  intermediary: { feed: 'intermediaries', key: 'intermediary' },
};

/**
 * A member's own figure and where it stands among the members of its company and of its office: never another's
 * figure (a scoped caller's medians are rounded), and nothing about groups of fewer than five. The own figure is of the caller's scope; a place is told where
 * that is the member's whole figure.
 * @param asked.company whose member it is; needed where companies have members of the same name
 * @throws AlturasError `NO_MEMBER`, `EXIT_DENIED` for a member outside the scope, `CELL_MISSING`, `MEMBER_AMBIGUOUS`
 */
export async function peers(
  desk: Desk,
  question: Omit<Question, 'by' | 'filters'>,
  dimension: PeerDimension,
  asked: { readonly member: string | undefined; readonly company: string | undefined },
): Promise<Peers> {
  const member = memberOf(desk, dimension, asked.member);
  const own = await answer(desk, {
    ...question,
    by: ['company', dimension],
    filters: [
      { column: dimension, members: [member] },
      ...(asked.company === undefined ? [] : [{ column: 'company', members: [asked.company] }]),
    ],
  });
  const row = onlyRow(own, dimension, member);
  const company = row.dimensions.company ?? null;
  const all = await answer(desk.for(OWNER), {
    ...question,
    by: ['company', dimension],
    filters: [{ column: 'company', members: [company] }],
  });
  const { kpi } = findKpi(desk.catalogue, question.kpi);
  const better = kpi.direction === 'down_is_good' ? -1 : 1;
  const figures = new Map(
    all.rows.flatMap((one) => {
      const name = one.dimensions[dimension];
      return typeof name === 'string' && one.value !== null && !Object.hasOwn(one.dimensions, 'bucket')
        ? [[name, one.value] as const]
        : [];
    }),
  );
  // Where a scope holds a part of the member's receipts only, the place would be that of a figure it does not hold.
  if (desk.scope.length > 0 && (figures.get(member) ?? null) !== row.value)
    return { answer: own, member, own: row, company: HIDDEN, office: HIDDEN };
  const seats = await seatsOf(desk, dimension, own.known_at);
  const seat = seats?.get(`${company}~${member}`);
  const mates =
    seats === null || seat === undefined
      ? null
      : new Map([...figures].filter(([name]) => seats.get(`${company}~${name}`) === seat));
  const isScoped = desk.scope.length > 0;
  const place = (group: ReadonlyMap<string, string | number>): PeerGroup => {
    const told = groupOf(group, member, better);
    return isScoped ? { ...told, median: blurred(told.median) } : told;
  };
  return {
    answer: own,
    member,
    own: row,
    company: place(figures),
    office: mates && (isScoped ? besides(place(mates), figures.size) : place(mates)),
  };
}

function memberOf(desk: Desk, dimension: PeerDimension, asked: string | undefined): string {
  const limits = desk.scope.filter(({ column }) => column === dimension);
  const [limit] = limits;
  const member = asked ?? (limit?.members.length === 1 ? limit.members[0] : undefined);
  if (member === undefined || member === null)
    throw new AlturasError('usage', 'NO_MEMBER', 'Say whose figure it is.', { expected: dimension });
  if (limits.some(({ members }) => !members.includes(member)))
    throw new AlturasError('denied', 'EXIT_DENIED', `"${member}" is not in your scope.`, {
      value: member,
      variant: 'member',
    });
  return member;
}

/** The member's row: of one company, or it would be told with the peers of another. */
function onlyRow(own: Answer, dimension: PeerDimension, member: string): AnswerRow {
  const rows = own.rows.filter((one) => one.dimensions[dimension] === member);
  const [row] = rows;
  if (!row)
    throw new AlturasError('missing', 'CELL_MISSING', `${member} has no such figure.`, { value: member });
  const companies = [...new Set(rows.map(({ dimensions }) => dimensions.company ?? '–'))].sort();
  if (companies.length === 1) return row;
  throw new AlturasError('usage', 'MEMBER_AMBIGUOUS', `Several companies have a ${dimension} "${member}".`, {
    value: member,
    expected: companies.join(', '),
    hint: 'name the company',
  });
}

async function seatsOf(
  desk: Desk,
  dimension: PeerDimension,
  knownAt: LocalTimestamp,
): Promise<ReadonlyMap<string, string> | null> {
  const seat = SEATS[dimension];
  if (!seat) return null;
  const rows = await desk.rows(
    sql`select * from (${await desk.feed(seat.feed, knownAt)}) where ${knownThen(knownAt)} and office is not null`,
  );
  return new Map(rows.map((row) => [`${row.company}~${row[seat.key]}`, String(row.office)]));
}

/** The place in an office, beside that in its company: it would tell those few outside the office apart. */
export function besides(office: PeerGroup, company: number): PeerGroup {
  const outside = company - (office.members ?? company);
  return outside > 0 && outside < SMALLEST_GROUP ? HIDDEN : office;
}

function blurred(median: string | number | null): string | number | null {
  if (median === null) return null;
  const few = Number(Number(median).toPrecision(MEDIAN_DIGITS));
  return typeof median === 'string' ? few.toFixed(2) : few;
}

/** @param better 1 where a greater figure is better, -1 where a smaller one is */
export function groupOf(
  figures: ReadonlyMap<string, string | number>,
  member: string,
  better: 1 | -1,
): PeerGroup {
  const own = figures.get(member);
  if (figures.size < SMALLEST_GROUP) return HIDDEN;
  // Who has no figure has no place: the group is not too small for it.
  if (own === undefined) return { ...HIDDEN, members: figures.size, suppressed: false };
  const others = [...figures].flatMap(([name, figure]) => (name === member ? [] : [Number(figure)]));
  const worse = others.filter((figure) => better * (Number(own) - figure) > 0).length;
  const percentile = worse / others.length;
  const sorted = [...figures.values()].map(Number).sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median =
    sorted.length % 2 === 1
      ? (sorted[Math.floor(middle)] ?? 0)
      : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
  const band =
    percentile >= 0.75 ? 'first' : percentile >= 0.5 ? 'second' : percentile >= 0.25 ? 'third' : 'fourth';
  return {
    members: figures.size,
    median: typeof own === 'string' ? median.toFixed(2) : median,
    percentile,
    band,
    suppressed: false,
  };
}
