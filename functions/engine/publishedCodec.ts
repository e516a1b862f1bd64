import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BusinessDate, LocalTimestamp } from '../core/dates.ts';
import type { PublishedCodec, PublishedRow } from '../lake/published.ts';
import { literal, type Session } from './duckdb.ts';

/** The columns of `published/current.parquet`, with their SQL types: the views of other engines join to them. */
export const PUBLISHED_COLUMNS = {
  seq: 'BIGINT',
  table_name: 'VARCHAR',
  period: 'VARCHAR',
  first_day: 'DATE',
  last_day: 'DATE',
  build: 'VARCHAR',
  known_from: 'TIMESTAMP',
  path: 'VARCHAR',
} as const;

/**
 * The published pointer as Parquet. The same rows give the same bytes.
 * @param scratch a local directory for the file's moments on disk
 */
export function publishedCodec(session: Session, scratch: string): PublishedCodec {
  const file = () => path.join(scratch, `published-${randomUUID()}.parquet`);
  return {
    async encode(rows) {
      const json = file();
      const parquet = file();
      try {
        await writeFile(json, rows.map((row) => JSON.stringify(row)).join('\n'));
        const columns = Object.entries(PUBLISHED_COLUMNS).map(([name, type]) => `${name}: ${literal(type)}`);
        await session.copyToParquet(
          `SELECT * FROM read_json(${literal(json)}, format = 'newline_delimited', columns = {${columns.join(', ')}})`,
          parquet,
        );
        return await readFile(parquet);
      } finally {
        await Promise.all([json, parquet].map((name) => rm(name, { force: true })));
      }
    },
    async decode(bytes) {
      const parquet = file();
      try {
        await writeFile(parquet, bytes);
        const rows = await session.rows(
          `SELECT * REPLACE (strftime(known_from, '%Y-%m-%d %H:%M:%S.%g') AS known_from)
           FROM read_parquet(${literal(parquet)})`,
        );
        return rows.map(
          (row): PublishedRow => ({
            seq: Number(row.seq),
            table_name: String(row.table_name),
            period: String(row.period),
            first_day: String(row.first_day) as BusinessDate,
            last_day: String(row.last_day) as BusinessDate,
            build: String(row.build),
            known_from: String(row.known_from) as LocalTimestamp,
            path: String(row.path),
          }),
        );
      } finally {
        await rm(parquet, { force: true });
      }
    },
  };
}
