import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Feed, FeedColumn } from '../contracts/feed.ts';
import { AlturasError } from '../core/errors.ts';
import { identifier, literal, type Session } from '../engine/duckdb.ts';
import { isRewritten, MISFIT } from './canonicalText.ts';
import { type Signs, totalsHold, typedValue, typeIsKnown, wellWritten } from './checks.ts';
import { writeLedger } from './draft.ts';
import { writeQuarantine } from './quarantine.ts';
import { codeOf, expectedOf, lookedUpValues, reasonDetail } from './reasons.ts';
import { type BrokenLine, sanitise } from './sanitise.ts';
import { CLEAN, csvColumns, csvRelation, deliveredColumns, textColumns } from './source.ts';
import { needsReceipts, receiptJoin, typedSelect } from './typed.ts';
import { totalOf, undated, unsigned } from './verify.ts';
import type { ConvertedFeed, FeedWork, LandingContext, ReadFile, Totals } from './work.ts';

/** A draft with more bad rows than these is read anew instead of mended: their places are held in memory. */
const MOST_MENDED = 1000;

/** What the careful way needs beside the files: how a delivery's other parts turned out. */
export interface Surroundings {
  /** Receipts accepted in the same delivery: a typed relation. */
  readonly receipts: string | null;
  /** Every readable receipt of the same delivery with its currency, refused ones included. */
  readonly seen: string | null;
  /** SQL relation with keys that other deliveries brought before; null when there are none. */
  readonly delivered: string | null;
}

/**
 * Reads a feed line by line, says of every refused row where it stands and why, and writes the accepted rows.
 * accepted + refused = physical rows, whatever is in the files.
 */
export async function convertCarefully(
  session: Session,
  name: string,
  work: FeedWork,
  context: LandingContext,
  around: Surroundings,
): Promise<ConvertedFeed> {
  const { feed } = work;
  const base = join(context.scratch, `${name}-${feed.name}`);
  await loadTexts(session, work, base, null);
  await refuseBadRows(session, work, context.signs, around);

  const accepted = `SELECT ${feed.columns.map((column) => identifier(column.name)).join(', ')} FROM texts
    WHERE ("#file", "#line") NOT IN (SELECT ("#file", "#line") FROM refusals) ORDER BY "#file", "#line"`;
  const ledger = `${base}.accepted.parquet`;
  const rows = await writeLedger(
    session,
    typedSelect(feed, accepted, context.signs, around.receipts),
    ledger,
  );
  const refused = Number((await session.rows('SELECT count(*) AS n FROM refusals'))[0]?.n);
  if (rows + refused !== work.physicalRows) {
    throw new AlturasError(
      'internal',
      'ROWS_LOST',
      `${feed.name}: ${rows} accepted and ${refused} refused rows are not the ${work.physicalRows} of its files.`,
      { safe: 'nothing of this delivery was landed' },
    );
  }
  const totals = await controlTotals(session, work, around, null);
  const seen = feed.name === 'receipts' ? await writeSeen(session, base, null) : null;
  const quarantine = refused === 0 ? null : await writeQuarantine(session, work, base);
  await session.run('DROP TABLE texts; DROP TABLE refusals');
  return {
    ledger,
    accepted: rows,
    refused,
    ...totals,
    undated: await undatedIn(session, feed, ledger),
    quarantine,
    seen,
  };
}

/**
 * Takes the bad rows out of a draft that holds every physical row, and reads carefully those alone. What comes out is
 * what reading the whole feed carefully gives.
 * @returns null when the feed has to be read carefully as a whole
 */
export async function mendDraft(
  session: Session,
  name: string,
  work: FeedWork,
  context: LandingContext,
): Promise<ConvertedFeed | null> {
  const { feed, draft } = work;
  // Rows that were joined stand in another order than in their file.
  if (draft === null || needsReceipts(feed) || work.files.length !== 1) return null;
  const key = identifier(feed.key[0] ?? '');
  const bad = await session.rows(
    `SELECT file_row_number + 2 AS line FROM read_parquet(${literal(draft.path)}, file_row_number = true)
     WHERE ${key} IS NULL LIMIT ${MOST_MENDED + 1}`,
  );
  if (bad.length > MOST_MENDED) return null;
  const base = join(context.scratch, `${name}-${feed.name}`);
  await loadTexts(session, work, base, new Set(bad.map(({ line }) => Number(line))));
  const alone: Surroundings = { receipts: null, seen: null, delivered: null };
  await refuseBadRows(session, work, context.signs, alone);
  const [count] = await session.rows('SELECT count(*) AS n FROM refusals');
  let mended: ConvertedFeed | null = null;
  if (Number(count?.n) === bad.length) {
    const ledger = `${base}.accepted.parquet`;
    const rows = await writeLedger(
      session,
      `SELECT * FROM read_parquet(${literal(draft.path)}) WHERE ${key} IS NOT NULL`,
      ledger,
    );
    mended = {
      ledger,
      accepted: rows,
      refused: bad.length,
      ...(await controlTotals(session, work, alone, asDelivered(feed, ledger, context.signs))),
      undated: await undatedIn(session, feed, ledger),
      quarantine: await writeQuarantine(session, work, base),
      seen: feed.name === 'receipts' ? await writeSeen(session, base, ledger) : null,
    };
  }
  await session.run('DROP TABLE texts; DROP TABLE refusals');
  return mended;
}

/** SQL: currency and amount, as delivered, of every accepted row. */
function asDelivered(feed: Feed, ledger: string, signs: Signs): string | null {
  if (feed.controlColumn === null) return null;
  const amount = unsigned(feed.controlColumn, feed.signed, signs);
  return `SELECT currency, ${amount} AS amount FROM read_parquet(${literal(ledger)})`;
}

/** Receipts with a balance and without a due date, among the accepted rows of a feed. */
async function undatedIn(session: Session, feed: Feed, ledger: string): Promise<number> {
  const count = undated(feed);
  if (count === null) return 0;
  const [counted] = await session.rows(`SELECT ${count} AS n FROM read_parquet(${literal(ledger)})`);
  return Number(counted?.n);
}

/** Columns that the mapping writes anew: what was delivered stands beside them. */
function rewritten(work: FeedWork): FeedColumn[] {
  return work.feed.columns.filter((column) => isRewritten(column, work.mapping));
}

const delivered = ({ name }: FeedColumn): string => identifier(`#delivered ${name}`);

/** SQL of everything that `texts` holds of a file, after its place. */
function textsOf(work: FeedWork, { source }: ReadFile): string {
  const { feed, mapping } = work;
  return [textColumns(feed, source, mapping), ...deliveredColumns(rewritten(work), source)].join(', ');
}

/**
 * Tables `texts` ("#file", "#line", every contract column, and as delivered those that the mapping writes anew) and
 * `refusals` with the lines that are no rows.
 * @param lines those lines alone; null for all
 */
async function loadTexts(
  session: Session,
  work: FeedWork,
  base: string,
  lines: ReadonlySet<number> | null,
): Promise<void> {
  const columns = [
    ...work.feed.columns.map((column) => identifier(column.name)),
    ...rewritten(work).map(delivered),
  ].map((name) => `${name} VARCHAR`);
  await session.run(`CREATE OR REPLACE TEMP TABLE texts ("#file" INTEGER, "#line" BIGINT, ${columns.join(', ')});
    CREATE OR REPLACE TEMP TABLE refusals ("#file" INTEGER, "#line" BIGINT, "column" VARCHAR, value VARCHAR, code VARCHAR, detail VARCHAR)`);
  for (const [at, file] of work.files.entries()) {
    if (file.source.format === 'parquet') {
      // As if a header stood above: the first row is line 2, as in a CSV.
      const chosen = lines === null ? '' : `WHERE file_row_number + 2 IN (${[...lines].join(', ')})`;
      await session.run(`INSERT INTO texts SELECT ${at}, file_row_number + 2, ${textsOf(work, file)}
        FROM read_parquet(${literal(file.source.path)}, file_row_number = true) ${chosen}`);
      continue;
    }
    await loadCsv(session, work, file, at, `${base}-${at}`, lines);
  }
}

async function loadCsv(
  session: Session,
  work: FeedWork,
  file: ReadFile,
  at: number,
  base: string,
  lines: ReadonlySet<number> | null,
): Promise<void> {
  const clean = `${base}.clean.csv`;
  const brokenPath = `${base}.broken.csv`;
  const broken = createWriteStream(brokenPath);
  broken.write('line,value,code\n');
  const note = (line: BrokenLine): void => {
    broken.write(`${line.line},${line.value ?? ''},${line.code}\n`);
  };
  const copied = await sanitise(file.source, file.rows, clean, note, lines);
  broken.end();
  await once(broken, 'close');
  await session.run(
    `INSERT INTO refusals SELECT ${at}, line, NULL, value, code,
       CASE code WHEN 'BAD_ENCODING' THEN ${literal(`: ${file.source.encoding}`)} END FROM ${csvRelation(
         [brokenPath],
         `{'line': 'BIGINT', 'value': 'VARCHAR', 'code': 'VARCHAR'}`,
         CLEAN,
       )}`,
  );
  const relation = csvRelation([clean], `{'line': 'BIGINT', ${csvColumns(file.source)}}`, {
    ...CLEAN,
    delimiter: file.source.delimiter,
  });
  const loaded = await session.run(
    `INSERT INTO texts SELECT ${at}, line, ${textsOf(work, file)} FROM ${relation}`,
  );
  if (loaded !== copied) {
    throw new AlturasError(
      'internal',
      'ROWS_LOST',
      `${file.offer.path}: ${copied} lines are well formed, but ${loaded} were read.`,
      { file: file.offer.path, safe: 'nothing of this delivery was landed' },
    );
  }
}

/** Adds every row of `texts` that breaks a rule to `refusals`, with the first rule it breaks. */
async function refuseBadRows(
  session: Session,
  work: FeedWork,
  signs: Signs,
  around: Surroundings,
): Promise<void> {
  const { feed, mapping } = work;
  const standing = '("#file", "#line") NOT IN (SELECT ("#file", "#line") FROM refusals)';
  const cases = feed.columns.flatMap((column, at) => {
    const rule = wellWritten(column);
    return rule === 'true' ? [] : [`WHEN NOT coalesce(${rule}, false) THEN ${at}`];
  });
  const misfit = (column: FeedColumn): string =>
    `starts_with(${identifier(column.name)}, ${literal(MISFIT)})`;
  const looked = feed.columns.flatMap((column, at) =>
    mapping?.lookup[column.name] && column.type === 'text' ? [`WHEN ${misfit(column)} THEN ${at}`] : [],
  );
  const pick = (of: (column: FeedColumn) => string): string =>
    `CASE bad ${feed.columns.map((column, at) => `WHEN ${at} THEN ${of(column)}`).join(' ')} END`;
  const text = pick(({ name }) => identifier(name));
  const shown = pick((column) =>
    isRewritten(column, mapping) ? delivered(column) : identifier(column.name),
  );
  const detail = (expected: string, column: string): string =>
    literal(reasonDetail(expected, column, mapping));
  const wanted = pick((column) => {
    const { name } = column;
    const lookup = mapping?.lookup[name];
    const own = detail(expectedOf(column, mapping), name);
    return lookup === undefined
      ? own
      : `CASE WHEN ${misfit(column)} THEN ${detail(lookedUpValues(lookup), name)} ELSE ${own} END`;
  });
  await session.run(`INSERT INTO refusals
    SELECT "#file", "#line", ${pick(({ name }) => literal(name))}, ${shown},
      CASE WHEN ${text} IS NULL THEN 'MISSING_VALUE' ELSE ${pick((column) => literal(codeOf(column)))} END,
      CASE WHEN ${text} IS NULL THEN ${pick(({ name }) => detail('', name))} ELSE ${wanted} END
    FROM (SELECT *, CASE ${[...looked, ...cases].join(' ')} END AS bad FROM texts)
    WHERE bad IS NOT NULL`);

  const known = typeIsKnown(feed, signs);
  if (known !== 'true') {
    await session.run(`INSERT INTO refusals
      SELECT "#file", "#line", 'receipt_type', receipt_type, 'UNKNOWN_RECEIPT_TYPE', ${detail(Object.keys(signs).join(' | '), 'receipt_type')}
      FROM texts WHERE ${standing} AND NOT (${known})`);
  }
  for (const { parts, total } of feed.totals) {
    const holds = totalsHold({ ...feed, totals: [{ parts, total }] });
    const amounts = [...parts, total].map(
      (column) => `CAST(${identifier(column)} AS DECIMAL(18,2)) AS ${identifier(column)}`,
    );
    const sum = parts.map(identifier).join(' + ');
    await session.run(`INSERT INTO refusals
      SELECT "#file", "#line", ${literal(total)}, CAST(${identifier(total)} AS VARCHAR), 'TOTAL_MISMATCH',
        ${literal(`: ${parts.join(' + ')} = `)} || CAST(${sum} AS VARCHAR) || ${literal(`, ${total} = `)} || CAST(${identifier(total)} AS VARCHAR)
      FROM (SELECT "#file", "#line", ${amounts.join(', ')} FROM texts WHERE ${standing}) WHERE NOT (${holds})`);
  }
  if (needsReceipts(feed)) {
    await session.run(`INSERT INTO refusals
      SELECT "#file", "#line", 'receipt_no', t.receipt_no, 'MOVEMENT_WITHOUT_RECEIPT', NULL
      FROM texts t ${receiptJoin(around.receipts)} WHERE ${standing} AND r.receipt_no IS NULL`);
  }
  const keys = feed.columns.filter((column) => column.key);
  const keyText = keys.map((column) => identifier(column.name)).join(` || '|' || `);
  const keyColumn = literal(feed.key[feed.key.length - 1] ?? '');
  if (around.delivered !== null) {
    const typed = keys.map((column, at) => `${typedValue(column)} AS k${at}`);
    const same = keys.map((column, at) => `d.${identifier(column.name)} = t.k${at}`);
    await session.run(`INSERT INTO refusals SELECT "#file", "#line", ${keyColumn}, key_text, 'DUPLICATE_EVENT', NULL
      FROM (SELECT "#file", "#line", ${keyText} AS key_text, ${typed.join(', ')} FROM texts WHERE ${standing}) t
      WHERE EXISTS (SELECT 1 FROM ${around.delivered} d WHERE ${same.join(' AND ')})`);
  }
  await session.run(`INSERT INTO refusals
    SELECT "#file", "#line", ${keyColumn}, ${keyText}, 'DUPLICATE_KEY', NULL
    FROM (SELECT *, row_number() OVER (PARTITION BY ${keys.map(typedValue).join(', ')} ORDER BY "#file", "#line") AS place
      FROM texts WHERE ${standing}) WHERE place > 1`);
}

/**
 * Sums of the control column over all physical rows and over the refused ones, as delivered.
 * @param others SQL with currency and amount of accepted rows that `texts` does not hold; null when it holds all
 */
async function controlTotals(
  session: Session,
  work: FeedWork,
  around: Surroundings,
  others: string | null,
): Promise<Pick<ConvertedFeed, 'control' | 'refusedAmounts' | 'unreadable'>> {
  const { feed } = work;
  const amount = feed.columns.find((column) => column.name === feed.controlColumn);
  const currency = feed.columns.find((column) => column.name === 'currency');
  if (!amount) return { control: [], refusedAmounts: [], unreadable: 0 };
  const ownCurrency = currency && `CASE WHEN ${wellWritten(currency)} THEN currency END`;
  const join =
    currency || around.seen === null
      ? ''
      : `LEFT JOIN (SELECT company AS seen_company, receipt_no AS seen_receipt, any_value(currency) AS seen_currency
           FROM ${around.seen} GROUP BY 1, 2) s ON s.seen_company = texts.company AND s.seen_receipt = texts.receipt_no`;
  const readable = `SELECT "#file", "#line", ${ownCurrency ?? (join === '' ? 'CAST(NULL AS VARCHAR)' : 'seen_currency')} AS currency,
    CASE WHEN ${wellWritten(amount)} THEN ${typedValue(amount)} END AS amount FROM texts ${join}`;
  const told = `SELECT * FROM (${readable}) WHERE currency IS NOT NULL AND amount IS NOT NULL`;
  const sums = async (rows: string): Promise<Totals> => {
    const found = await session.rows(
      `SELECT currency, CAST(sum(amount) AS VARCHAR) AS total, count(*) AS n FROM (${rows}) GROUP BY 1 ORDER BY 1`,
    );
    return found.map(totalOf);
  };
  const ofTexts = `SELECT currency, amount FROM (${told})`;
  const control = await sums(others === null ? ofTexts : `${ofTexts} UNION ALL ${others}`);
  const refusedAmounts = await sums(
    `${told} AND ("#file", "#line") IN (SELECT ("#file", "#line") FROM refusals)`,
  );
  const read = control.reduce((sum, { rows }) => sum + rows, 0);
  return { control, refusedAmounts, unreadable: work.physicalRows - read };
}

/** @param ledger accepted receipts that `texts` does not hold; null when it holds all */
async function writeSeen(session: Session, base: string, ledger: string | null): Promise<string> {
  const path = `${base}.seen.parquet`;
  const others =
    ledger === null
      ? ''
      : `UNION ALL SELECT company, receipt_no, currency FROM read_parquet(${literal(ledger)})`;
  await writeLedger(
    session,
    `(SELECT company, receipt_no, currency FROM texts WHERE company IS NOT NULL AND receipt_no IS NOT NULL
       AND regexp_full_match(currency, '[A-Z]{3}') ORDER BY "#file", "#line") ${others}`,
    path,
  );
  return path;
}
