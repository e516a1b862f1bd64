import type { Feed } from '../contracts/feed.ts';
import { feedOf } from '../contracts/feeds.ts';
import { identifier } from '../engine/duckdb.ts';
import { type Signs, signTurns, totalsHold, typedValue, typeIsKnown, wellWritten } from './checks.ts';

/**
 * SQL: the typed, signed rows of a feed from its texts, columns as in the ledger. Of a row that breaks any rule the
 * first key column is null, so that one look at the result tells whether every row was in order.
 * @param texts a SELECT of every contract column as text
 * @param receipts relation of the receipts accepted in the same delivery; null when it has none
 * @param places texts and receipts of many deliveries at once, told apart by a column `place`, which comes first
 */
export function typedSelect(
  feed: Feed,
  texts: string,
  signs: Signs,
  receipts: string | null,
  places = false,
): string {
  const [firstKey = ''] = feed.key;
  const rules = [...feed.columns.map(wellWritten), typeIsKnown(feed, signs)].filter(
    (rule) => rule !== 'true',
  );
  const typed = feed.columns.map((column) => `${typedValue(column)} AS ${identifier(column.name)}`);
  if (places) typed.unshift('place');
  const rows = `(SELECT ${typed.join(', ')}, ${rules.join(' AND ')} AS "#ok" FROM (${texts})) t`;
  const totals = totalsHold(feed);
  const joined = needsReceipts(feed);
  const ok = ['t."#ok"', ...(totals === '' ? [] : [totals]), ...(joined ? ['r.receipt_no IS NOT NULL'] : [])];
  const columns = ledgerValues(feed, signs).map(({ name, sql }) =>
    name === firstKey
      ? `CASE WHEN ${ok.join(' AND ')} THEN ${sql} END AS ${identifier(name)}`
      : `${sql} AS ${identifier(name)}`,
  );
  if (places) columns.unshift('t.place');
  const select = `SELECT ${columns.join(', ')} FROM ${rows}`;
  if (!joined) return select;
  // A join gives its rows in no order of its own.
  const order = feed.key.map((key) => `t.${identifier(key)}`).join(', ');
  const join = receiptJoin(receipts);
  return places
    ? `${select} ${join} AND r.place = t.place ORDER BY t.place, ${order}`
    : `${select} ${join} ORDER BY ${order}`;
}

/** Whether a feed's rows are completed from the receipts of their delivery. */
export function needsReceipts(feed: Feed): boolean {
  return feed.name === 'movements';
}

/** SQL: joins row `t` to its receipt `r`. */
export function receiptJoin(receipts: string | null): string {
  return `LEFT JOIN ${receipts ?? noReceipts()} r ON r.company = t.company AND r.receipt_no = t.receipt_no`;
}

/** SQL of every stored column from typed row `t` and, for movements, its receipt `r`. */
export function ledgerValues(feed: Feed, signs: Signs): { readonly name: string; readonly sql: string }[] {
  const own = new Set(feed.columns.map((column) => column.name));
  const turns = signTurns(signs, needsReceipts(feed) ? 'r.receipt_type' : 't.receipt_type');
  return feed.ledgerColumns
    .filter((column) => feed.kind !== 'reference' || own.has(column.name))
    .map(({ name }) => {
      if (!own.has(name)) return { name, sql: `r.${identifier(name)}` };
      const value = `t.${identifier(name)}`;
      const turned = feed.signed.includes(name) && turns !== null;
      return { name, sql: turned ? `CASE WHEN ${turns} THEN -${value} ELSE ${value} END` : value };
    });
}

function noReceipts(): string {
  const columns = feedOf('receipts').columns.map(
    (column) => `CAST(NULL AS ${column.sqlType}) AS ${identifier(column.name)}`,
  );
  return `(SELECT ${columns.join(', ')} WHERE false)`;
}
