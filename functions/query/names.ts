import { FOREVER } from '../core/dates.ts';
import type { Row } from '../engine/engine.ts';
import type { Desk } from './desk.ts';
import { MASK } from './policy.ts';
import { amongMembers, type Filter } from './select.ts';
import { sql, trusted } from './statement.ts';

/** The reference feed that names the members of a dimension, and its key column. */
const NAMED: Readonly<Record<string, { readonly feed: string; readonly key: string }>> = {
  company: { feed: 'companies', key: 'company' },
  office: { feed: 'offices', key: 'office' },
  line: { feed: 'lines', key: 'line' },
  advisor: { feed: 'people', key: 'person' },
  clerk: { feed: 'people', key: 'person' },
  intermediary: { feed: 'intermediaries', key: 'intermediary' },
  office_origin: { feed: 'offices', key: 'office' },
  advisor_origin: { feed: 'people', key: 'person' },
  clerk_origin: { feed: 'people', key: 'person' },
};

/** Names by member, of one dimension. */
export type Names = ReadonlyMap<string, string>;

/** A name that a member has in a company. */
interface Named {
  readonly company: string;
  readonly name: string;
}

type NamesByMember = ReadonlyMap<string, readonly Named[]>;

/** Names of a publish, read once for all its readers: they are no rows of anybody. */
const known = new WeakMap<object, Map<string, Promise<NamesByMember>>>();

/**
 * The names that the members of a dimension have now; none where nothing names them. The same code may stand for
 * different members of two companies: it then shows both names, of the companies that the caller sees and asks for.
 */
export async function namesOf(
  desk: Desk,
  dimension: string,
  filters: readonly Filter[] = [],
): Promise<Names> {
  const [names, companies] = await Promise.all([allNames(desk, dimension), companiesSeen(desk, filters)]);
  return new Map(
    [...names].flatMap(([member, some]) => {
      const shown = some.filter(({ company }) => companies === null || companies.has(company));
      return shown.length === 0 ? [] : [[member, [...new Set(shown.map(({ name }) => name))].join(' / ')]];
    }),
  );
}

function allNames(desk: Desk, dimension: string): Promise<NamesByMember> {
  const named = NAMED[dimension];
  if (!named) return Promise.resolve(new Map());
  const ofPublish = known.get(desk.ledger) ?? new Map<string, Promise<NamesByMember>>();
  known.set(desk.ledger, ofPublish);
  const read = ofPublish.get(named.feed);
  if (read) return read;
  const names = readNames(desk, named.feed, named.key);
  ofPublish.set(named.feed, names);
  // Whoever asks next tries again.
  names.catch(() => ofPublish.delete(named.feed));
  return names;
}

async function readNames(desk: Desk, feed: string, key: string): Promise<NamesByMember> {
  const states = await desk.feed(feed, FOREVER);
  const rows = await desk.rows(
    sql`select distinct company, ${trusted(key)} as member, name from (${states}) where known_to = timestamp '9999-12-31' order by name`,
  );
  const names = new Map<string, Named[]>();
  for (const row of rows) {
    const member = String(row.member);
    names.set(member, [
      ...(names.get(member) ?? []),
      { company: String(row.company), name: String(row.name) },
    ]);
  }
  return names;
}

/** Companies in which the members of a scope are at home, of those asked for; null where these are all. */
async function companiesSeen(desk: Desk, filters: readonly Filter[]): Promise<ReadonlySet<string> | null> {
  let seen: readonly string[] | null = null;
  for (const { column, members } of [
    ...desk.scope,
    ...filters.filter(({ column }) => column === 'company'),
  ]) {
    const names = await allNames(desk, column);
    const homes = new Set<string>(
      members.flatMap((member) =>
        member === null
          ? []
          : column === 'company'
            ? [member]
            : (names.get(member) ?? []).map(({ company }) => company),
      ),
    );
    seen = (seen ?? [...homes]).filter((company) => homes.has(company));
  }
  return seen === null ? null : new Set(seen);
}

/** Names by client id, of the companies seen and asked for; masked without the right to personal data. */
async function clientNames(
  desk: Desk,
  clients: readonly string[],
  filters: readonly Filter[],
): Promise<Names> {
  const some = [...new Set(clients)];
  if (some.length === 0) return new Map();
  if (!desk.caller.personal) return new Map(some.map((client) => [client, MASK]));
  const states = await desk.feed('clients', FOREVER);
  const companies = await companiesSeen(desk, filters);
  const within = companies === null ? trusted('true') : amongMembers('company', [...companies]);
  const rows: Row[] = await desk.rows(
    sql`select client_id, string_agg(distinct name, ' / ' order by name) as name from (${states}) where known_to = timestamp '9999-12-31' and ${within} and ${amongMembers('client_id', some)} group by 1`,
  );
  return new Map(rows.map((row) => [String(row.client_id), String(row.name)]));
}

/**
 * Names of the members that rows hold, by dimension and member; a member without a name is left out.
 * @param filters those that the rows passed: a member of another company is none of them
 */
export async function labelsOf(
  desk: Desk,
  members: Readonly<Record<string, readonly (string | null | undefined)[]>>,
  filters: readonly Filter[] = [],
): Promise<Record<string, Record<string, string>>> {
  const labels: Record<string, Record<string, string>> = {};
  for (const [dimension, some] of Object.entries(members)) {
    const given = [...new Set(some.filter((member): member is string => typeof member === 'string'))];
    const names =
      dimension === 'client'
        ? await clientNames(desk, given, filters)
        : await namesOf(desk, dimension, filters);
    const told = given.flatMap((member) => {
      const name = names.get(member);
      return name === undefined ? [] : [[member, name] as const];
    });
    if (told.length > 0) labels[dimension] = Object.fromEntries(told);
  }
  return labels;
}
