import { AlturasError } from '../core/errors.ts';
import { literal, type Session } from '../engine/duckdb.ts';
import { UNTOUCHED } from './reasons.ts';

/** A key without its spaces and leading zeros: what a spreadsheet on the way leaves of it. */
const shape = (column: string): string => `ltrim(replace(${column}, ' ', ''), '0')`;

/**
 * Proves over many snapshots at once that no two receipt numbers are the same but for zeros and spaces. Where none
 * has any to lose, each is its own shape.
 */
export async function shapesAreClear(session: Session, snapshots: readonly string[]): Promise<boolean> {
  if (snapshots.length < 2) return true;
  const files = `read_parquet([${snapshots.map(literal).join(', ')}])`;
  const shaped = await session.rows(
    `SELECT receipt_no FROM ${files} WHERE starts_with(receipt_no, '0') OR contains(receipt_no, ' ') LIMIT 1`,
  );
  if (shaped.length === 0) return true;
  const [proof] = await session.rows(
    `SELECT count(*) AS keys, count(DISTINCT hash(company, ${shape('receipt_no')})) AS shapes
     FROM (SELECT DISTINCT company, receipt_no FROM ${files})`,
  );
  return proof?.keys === proof?.shapes;
}

/**
 * Looks for receipts of the snapshot before that come back with zeros or spaces more or less: joined as they are,
 * the old ones would close and the new ones open without a movement.
 * @returns why the delivery is refused; null when its keys are as before
 */
export async function keyShapeChanged(
  session: Session,
  folder: string,
  before: string,
  now: string,
): Promise<AlturasError | null> {
  const keys = (path: string): string =>
    `(SELECT DISTINCT company, receipt_no FROM read_parquet(${literal(path)}))`;
  const rows = await session.rows(
    `WITH before AS ${keys(before)}, now AS ${keys(now)},
       gone AS (SELECT * FROM before WHERE (company, receipt_no) NOT IN (SELECT (company, receipt_no) FROM now)),
       fresh AS (SELECT * FROM now WHERE (company, receipt_no) NOT IN (SELECT (company, receipt_no) FROM before))
     SELECT count(*) OVER () AS n, gone.receipt_no AS was, fresh.receipt_no AS is_now
     FROM gone JOIN fresh ON gone.company = fresh.company AND ${shape('gone.receipt_no')} = ${shape('fresh.receipt_no')}
     ORDER BY gone.company, gone.receipt_no, fresh.receipt_no LIMIT 3`,
  );
  const [first] = rows;
  if (!first) return null;
  return new AlturasError(
    'rejected',
    'KEY_SHAPE_CHANGED',
    `${first.n} receipt numbers match known ones only without zeros or spaces.`,
    {
      file: folder,
      column: 'receipt_no',
      value: String(first.is_now),
      expected: String(first.was),
      causes: rows.map((row) => `"${row.was}" is now "${row.is_now}"`),
      safe: UNTOUCHED,
      hint: 'have the numbers delivered as text, as before: a spreadsheet on the way drops zeros',
    },
  );
}
