import { FOREVER } from '../core/dates.ts';
import type { Row } from '../engine/engine.ts';
import type { Desk } from './desk.ts';
import { MASK } from './policy.ts';
import { amongMembers } from './select.ts';
import { sql, trusted } from './statement.ts';

/** The reference feed that names the members of a dimension, and its key column. */
const NAMED: Readonly<Record<string, { readonly feed: string; readonly key: string }>> = {
  company: { feed: 'companies', key: 'company' },
  office: { feed: 'offices', key: 'office' },
  line: { feed: 'lines', key: 'line' },
  advisor: { feed: 'people', key: 'person' },
  clerk: { feed: 'people', key: 'person' },
  intermediary: { feed: 'intermediaries', key: 'intermediary' },
};

/** Names by member, of one dimension. */
export type Names = ReadonlyMap<string, string>;

/** Names of a publish, read once for all its readers: they are no rows of anybody. */
const known = new WeakMap<object, Map<string, Promise<Names>>>();

/** The names that the members of a dimension have now; none where nothing names them. */
export function namesOf(desk: Desk, dimension: string): Promise<Names> {
  const named = NAMED[dimension];
  if (!named) return Promise.resolve(new Map());
  const ofPublish = known.get(desk.ledger) ?? new Map<string, Promise<Names>>();
  known.set(desk.ledger, ofPublish);
  const names = ofPublish.get(named.feed) ?? readNames(desk, named.feed, named.key);
  ofPublish.set(named.feed, names);
  return names;
}

/** The same code may stand for different members of two companies: it then shows both names. */
async function readNames(desk: Desk, feed: string, key: string): Promise<Names> {
  const states = await desk.feed(feed, FOREVER);
  const rows = await desk.rows(
    sql`select ${trusted(key)} as member, string_agg(distinct name, ' / ' order by name) as name from (${states}) where known_to = timestamp '9999-12-31' group by 1`,
  );
  return new Map(rows.map((row) => [String(row.member), String(row.name)]));
}

/** Names of clients by client id; masked for callers without the right to personal data. */
export async function clientNames(desk: Desk, clients: readonly string[]): Promise<Names> {
  const some = [...new Set(clients)];
  if (some.length === 0) return new Map();
  if (!desk.caller.personal) return new Map(some.map((client) => [client, MASK]));
  const states = await desk.feed('clients', FOREVER);
  const rows: Row[] = await desk.rows(
    sql`select client_id, string_agg(distinct name, ' / ' order by name) as name from (${states}) where known_to = timestamp '9999-12-31' and ${amongMembers('client_id', some)} group by 1`,
  );
  return new Map(rows.map((row) => [String(row.client_id), String(row.name)]));
}

/** Names of the members that rows hold, by dimension and member; a member without a name is left out. */
export async function labelsOf(
  desk: Desk,
  members: Readonly<Record<string, readonly (string | null | undefined)[]>>,
): Promise<Record<string, Record<string, string>>> {
  const labels: Record<string, Record<string, string>> = {};
  for (const [dimension, some] of Object.entries(members)) {
    const given = [...new Set(some.filter((member): member is string => typeof member === 'string'))];
    const names = dimension === 'client' ? await clientNames(desk, given) : await namesOf(desk, dimension);
    const told = given.flatMap((member) => {
      const name = names.get(member);
      return name === undefined ? [] : [[member, name] as const];
    });
    if (told.length > 0) labels[dimension] = Object.fromEntries(told);
  }
  return labels;
}
