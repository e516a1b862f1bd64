import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { REFUSALS } from '../contracts/refusals.ts';
import { literal, type Session } from '../engine/duckdb.ts';
import { writeLedger } from './draft.ts';
import { physicalLines } from './sanitise.ts';
import { CLEAN, csvRelation } from './source.ts';
import type { FeedWork } from './work.ts';

/**
 * Writes what the tables `texts` and `refusals` tell of refused rows: where each stood, why, and the line as
 * delivered.
 * @param base path that the files it needs begin with
 * @returns path of the Parquet file
 */
export async function writeQuarantine(session: Session, work: FeedWork, base: string): Promise<string> {
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
