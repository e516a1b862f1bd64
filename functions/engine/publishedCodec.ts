import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
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

/** Each column as it stands in a row of ours. */
const FIELDS = Object.keys(PUBLISHED_COLUMNS)
  .map((name) =>
    name === 'known_from' ? `${name} := strftime(${name}, '%Y-%m-%d %H:%M:%S.%g')` : `${name} := ${name}`,
  )
  .join(', ');

/**
 * The published pointer as Parquet. The same rows give the same bytes.
 * @param scratch a local directory for the file's moments on disk
 */
export function publishedCodec(session: Session, scratch: string): PublishedCodec {
  const file = () => path.join(scratch, `published-${randomUUID()}.parquet`);
  return {
    async encode(rows, before) {
      const [json, stored, parquet] = [file(), file(), file()];
      try {
        const more = before === undefined ? rows : rows.slice(before.rows);
        await writeFile(json, more.map((row) => JSON.stringify(row)).join('\n'));
        if (before) await writeFile(stored, before.body);
        const columns = Object.entries(PUBLISHED_COLUMNS).map(([name, type]) => `${name}: ${literal(type)}`);
        await session.copyToParquet(
          `${before ? `SELECT * FROM read_parquet(${literal(stored)}) UNION ALL ` : ''}` +
            `SELECT * FROM read_json(${literal(json)}, format = 'newline_delimited', columns = {${columns.join(', ')}})`,
          parquet,
        );
        return await readFile(parquet);
      } finally {
        await Promise.all([json, stored, parquet].map((name) => rm(name, { force: true })));
      }
    },
    async decode(bytes) {
      const parquet = file();
      try {
        await writeFile(parquet, bytes);
        // Years of days make thousands of rows: one text is taken over in a tenth of the time of so many cells.
        const [all] = await session.rows(
          `SELECT CAST(to_json(list(t ORDER BY place)) AS VARCHAR) AS rows FROM (
             SELECT struct_pack(${FIELDS}) AS t, file_row_number AS place
             FROM read_parquet(${literal(parquet)}, file_row_number = true)
           )`,
        );
        return JSON.parse(String(all?.rows ?? '[]')) as PublishedRow[];
      } finally {
        await rm(parquet, { force: true });
      }
    },
  };
}
