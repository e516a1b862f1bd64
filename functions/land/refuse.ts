import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Feed, FeedColumn } from '../contracts/feed.ts';
import { REFUSALS } from '../contracts/refusals.ts';
import { AlturasError } from '../core/errors.ts';
import { identifier, literal, type Session } from '../engine/duckdb.ts';
import { isRewritten, MISFIT } from './canonicalText.ts';
import { type Signs, totalsHold, typedValue, typeIsKnown, wellWritten } from './checks.ts';
import { writeLedger } from './draft.ts';
import { codeOf, expectedOf, lookedUpValues, reasonDetail } from './reasons.ts';
import { physicalLines, sanitise } from './sanitise.ts';
import { csvColumns, csvRelation, deliveredColumns, textColumns } from './source.ts';
import { needsReceipts, receiptJoin, typedSelect } from './typed.ts';
import { totalOf, undated } from './verify.ts';
import type { ConvertedFeed, FeedWork, LandingContext, ReadFile, Totals } from './work.ts';

const CLEAN = { delimiter: ',', encoding: 'utf-8', newline: '\n', compression: 'none' } as const;

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
  await loadTexts(session, work, base);
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
  const totals = await controlTotals(session, feed, around);
  const seen = feed.name === 'receipts' ? await writeSeen(session, base) : null;
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
 */
async function loadTexts(session: Session, work: FeedWork, base: string): Promise<void> {
  const columns = [
    ...work.feed.columns.map((column) => identifier(column.name)),
    ...rewritten(work).map(delivered),
  ].map((name) => `${name} VARCHAR`);
  await session.run(`CREATE OR REPLACE TEMP TABLE texts ("#file" INTEGER, "#line" BIGINT, ${columns.join(', ')});
    CREATE OR REPLACE TEMP TABLE refusals ("#file" INTEGER, "#line" BIGINT, "column" VARCHAR, value VARCHAR, code VARCHAR, detail VARCHAR)`);
  for (const [at, file] of work.files.entries()) {
    if (file.source.format === 'parquet') {
      // As if a header stood above: the first row is line 2, as in a CSV.
      await session.run(`INSERT INTO texts SELECT ${at}, file_row_number + 2, ${textsOf(work, file)}
        FROM read_parquet(${literal(file.source.path)}, file_row_number = true)`);
      continue;
    }
    await loadCsv(session, work, file, at, `${base}-${at}`);
  }
}

async function loadCsv(
  session: Session,
  work: FeedWork,
  file: ReadFile,
  at: number,
  base: string,
): Promise<void> {
  const clean = `${base}.clean.csv`;
  const brokenPath = `${base}.broken.csv`;
  const broken = createWriteStream(brokenPath);
  broken.write('line,value,code\n');
  const copied = await sanitise(file.source, file.rows, clean, (line) => {
    broken.write(`${line.line},${line.value ?? ''},${line.code}\n`);
  });
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

/** Sums of the control column over all physical rows and over the refused ones, as delivered. */
async function controlTotals(
  session: Session,
  feed: Feed,
  around: Surroundings,
): Promise<Pick<ConvertedFeed, 'control' | 'refusedAmounts' | 'unreadable'>> {
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
  const sums = async (where: string): Promise<Totals> => {
    const rows = await session.rows(`SELECT currency, CAST(sum(amount) AS VARCHAR) AS total, count(*) AS n
      FROM (${readable}) WHERE currency IS NOT NULL AND amount IS NOT NULL ${where} GROUP BY 1 ORDER BY 1`);
    return rows.map(totalOf);
  };
  const control = await sums('');
  const refusedAmounts = await sums('AND ("#file", "#line") IN (SELECT ("#file", "#line") FROM refusals)');
  const [all] = await session.rows(
    `SELECT (SELECT count(*) FROM texts) + (SELECT count(*) FROM refusals WHERE ("#file", "#line") NOT IN (SELECT ("#file", "#line") FROM texts)) AS n`,
  );
  const read = control.reduce((sum, { rows }) => sum + rows, 0);
  return { control, refusedAmounts, unreadable: Number(all?.n) - read };
}

async function writeSeen(session: Session, base: string): Promise<string> {
  const path = `${base}.seen.parquet`;
  await writeLedger(
    session,
    `SELECT company, receipt_no, currency FROM texts WHERE company IS NOT NULL AND receipt_no IS NOT NULL
       AND regexp_full_match(currency, '[A-Z]{3}') ORDER BY "#file", "#line"`,
    path,
  );
  return path;
}

/** Refused rows with "#file", "#line", column, value, code, reason and the line as delivered. */
async function writeQuarantine(session: Session, work: FeedWork, base: string): Promise<string> {
  const raws = `${base}.raws.csv`;
  const out = createWriteStream(raws);
  out.write('file,line,raw\n');
  for (const [at, file] of work.files.entries()) {
    if (file.source.format === 'parquet') continue;
    const wanted = new Set(
      (await session.rows('SELECT "#line" AS line FROM refusals WHERE "#file" = $1', [at])).map((row) =>
        Number(row.line),
      ),
    );
    if (wanted.size === 0) continue;
    const encoding = file.source.encoding === 'latin-1' ? 'latin1' : 'utf8';
    for await (const { line, bytes } of physicalLines(file.source, file.rows)) {
      if (!wanted.has(line)) continue;
      const raw = bytes
        .subarray(0, 100_000)
        .toString(encoding)
        .replaceAll(/[\r\0]/g, '\u{fffd}');
      if (!out.write(`${at},${line},"${raw.replaceAll('"', '""')}"\n`)) await once(out, 'drain');
    }
  }
  out.end();
  await once(out, 'close');
  const names = work.files.map((file, at) => `WHEN ${at} THEN ${literal(file.offer.name)}`).join(' ');
  const reasons = Object.entries(REFUSALS).map(
    ([code, { en }]) => `WHEN ${literal(code)} THEN ${literal(en)}`,
  );
  const company = work.feed.columns.some((column) => column.name === 'company')
    ? 't.company'
    : 'CAST(NULL AS VARCHAR)';
  const path = `${base}.quarantine.parquet`;
  const relation = csvRelation([raws], `{'file': 'INTEGER', 'line': 'BIGINT', 'raw': 'VARCHAR'}`, CLEAN);
  await writeLedger(
    session,
    `SELECT ${company} AS company, CASE q."#file" ${names} END AS file, q."#line" AS line, q."column" AS "column",
       q.value AS value, q.code AS code, CASE q.code ${reasons.join(' ')} END || coalesce(q.detail, '') AS reason, raws.raw AS raw
     FROM refusals q LEFT JOIN texts t ON t."#file" = q."#file" AND t."#line" = q."#line"
     LEFT JOIN ${relation} raws ON raws.file = q."#file" AND raws.line = q."#line" ORDER BY q."#file", q."#line"`,
    path,
  );
  return path;
}
