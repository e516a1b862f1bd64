import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { lakeKeys } from '../../../functions/contracts/delivery.ts';
import { type FeedName, feedOf } from '../../../functions/contracts/feeds.ts';
import { sha256 } from '../../../functions/core/canonical.ts';
import { type Config, defaultConfig } from '../../../functions/core/config.ts';
import { type BusinessDate, type LocalTimestamp, localTimestamp } from '../../../functions/core/dates.ts';
import { literal, Session } from '../../../functions/engine/duckdb.ts';
import { DuckEngine } from '../../../functions/engine/duckEngine.ts';
import type { Column, Row } from '../../../functions/engine/engine.ts';
import { publishedCodec } from '../../../functions/engine/publishedCodec.ts';
import { DeliveryIndex } from '../../../functions/lake/deliveries.ts';
import { FolderLake } from '../../../functions/lake/folderLake.ts';
import type { Lake } from '../../../functions/lake/lake.ts';
import { type PublishedCodec, type PublishedRow, readPublished } from '../../../functions/lake/published.ts';
import { type BuildOptions, buildRange } from '../../../functions/warehouse/buildRange.ts';
import { PublishedIndex } from '../../../functions/warehouse/publishedIndex.ts';
import type { BuildReport } from '../../../functions/warehouse/report.ts';

type Values = Readonly<Record<string, string>>;

/** Files of delivered rows, by their content. */
const FILES = new Map<string, Uint8Array>();

/** A few landed deliveries and a few models of a test's own: what the warehouse does with them is the test. */
export class ToyLake {
  readonly folder: string;
  readonly lake: FolderLake;
  readonly session: Session;
  readonly config: Config;
  #deliveries = 0;
  #pointer: { readonly hash: string; readonly rows: readonly PublishedRow[] } | undefined;
  #reader: DuckEngine | undefined;

  private constructor(folder: string, session: Session) {
    this.folder = folder;
    this.session = session;
    this.lake = new FolderLake(path.join(folder, 'lake'));
    this.config = defaultConfig();
  }

  static async make(models: Readonly<Record<string, string>>): Promise<ToyLake> {
    const folder = await mkdtemp(path.join(tmpdir(), 'alturas-toy-'));
    const toy = new ToyLake(folder, await Session.open({ scratch: path.join(folder, 'spill'), threads: 1 }));
    for (const [file, text] of Object.entries(models)) await toy.model(file, text);
    return toy;
  }

  /** One that goes when the test ends that makes it. */
  static async ofTest(models: Readonly<Record<string, string>> = MODELS): Promise<ToyLake> {
    const toy = await ToyLake.make(models);
    onTestFinished(() => toy.close());
    return toy;
  }

  get models(): string {
    return path.join(this.folder, 'sql');
  }

  async model(file: string, text: string): Promise<void> {
    await mkdir(path.dirname(path.join(this.models, file)), { recursive: true });
    await writeFile(path.join(this.models, file), text);
  }

  async close(): Promise<void> {
    this.session.close();
    await this.#reader?.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Lands rows as if they had been delivered; columns that a row leaves out are null. */
  async deliver(
    asOf: string,
    cutoff: string,
    feeds: Partial<Record<FeedName, readonly Values[]>>,
  ): Promise<void> {
    this.#deliveries += 1;
    const delivery = sha256(`${this.#deliveries} ${asOf} ${cutoff}`).slice(0, 16);
    const entries: Record<string, unknown> = {};
    for (const [name, rows] of Object.entries(feeds)) {
      const file = await this.#feedFile(name as FeedName, rows);
      const key = lakeKeys.ledger(name, asOf, delivery);
      await this.lake.putFile(key, file);
      entries[name] = {
        files: [],
        physical_rows: rows.length,
        accepted: rows.length,
        refused: 0,
        control: [],
        refused_amounts: [],
        ledger: key,
        ledger_sha256: sha256(key),
        quarantine: null,
      };
    }
    await new DeliveryIndex(this.lake).append({
      seq: this.#deliveries,
      delivery,
      as_of: asOf,
      cutoff_at: localTimestamp(cutoff),
      delivery_number: this.#deliveries,
      landed_at: localTimestamp(cutoff),
      control_hash: sha256(cutoff),
      feeds: entries,
      states: {},
      findings: [],
    });
  }

  /** The same rows make the same file; tests deliver them again and again. */
  async #feedFile(name: FeedName, rows: readonly Values[]): Promise<string> {
    const file = path.join(this.folder, 'rows.parquet');
    const content = JSON.stringify([name, rows]);
    const known = FILES.get(content);
    if (known) {
      await writeFile(file, known);
      return file;
    }
    const feed = feedOf(name);
    const values = rows.map(
      (row) =>
        `(${feed.ledgerColumns.map((column) => (row[column.name] === undefined ? 'NULL' : literal(row[column.name] ?? ''))).join(', ')})`,
    );
    const empty = `(${feed.ledgerColumns.map(() => 'NULL').join(', ')})`;
    const casts = feed.ledgerColumns.map(
      (column, index) => `CAST(c${index} AS ${column.sqlType}) AS "${column.name}"`,
    );
    const names = feed.ledgerColumns.map((_, index) => `c${index}`).join(', ');
    await this.session.copyToParquet(
      `SELECT ${casts.join(', ')} FROM (VALUES ${values.length > 0 ? values.join(', ') : empty}) AS v(${names})${values.length > 0 ? '' : ' WHERE false'}`,
      file,
    );
    FILES.set(content, await readFile(file));
    return file;
  }

  build(options: Partial<BuildOptions> = {}, lake: Lake = this.lake): Promise<BuildReport> {
    return buildRange(lake, { models: this.models, config: this.config, threads: 1, ...options });
  }

  async published(): Promise<PublishedIndex> {
    return new PublishedIndex((await readPublished(this.lake, this.#codec())).rows);
  }

  async publishedRows() {
    return (await readPublished(this.lake, this.#codec())).rows;
  }

  /** The published rows of a table on some days, as known at a moment, in the order of all their columns. */
  async rows(
    table: string,
    columns: readonly Column[],
    days: readonly string[],
    knownAt?: LocalTimestamp,
  ): Promise<Row[]> {
    this.#reader ??= await DuckEngine.open(this.lake, {
      scratch: path.join(this.folder, 'read'),
      threads: 1,
    });
    const files = (await this.published()).files(table, days as BusinessDate[], knownAt);
    await this.#reader.supply({ kind: 'files', name: 'asked', columns, files });
    return this.#reader.rows(
      `SELECT * FROM asked ORDER BY ${columns.map((_, index) => index + 1).join(', ')}`,
    );
  }

  /** Reads every pointer once. */
  #codec(): PublishedCodec {
    const codec = publishedCodec(this.session, path.join(this.folder, 'spill'));
    return {
      ...codec,
      decode: async (bytes) => {
        const hash = sha256(bytes);
        if (this.#pointer?.hash !== hash) this.#pointer = { hash, rows: await codec.decode(bytes) };
        return this.#pointer.rows;
      },
    };
  }
}

/** An open receipt. */
export function receipt(no: string, open: string, company = 'CO'): Values {
  return { company, receipt_no: no, open_total: open };
}

export function movement(id: string, total: string, business: string, company = 'CO'): Values {
  return { company, movement_id: id, total, business_date: business };
}

const en = 'en: a model of a test\nes: un modelo de prueba';

/** Receipts of every day by the snapshot it stands on. */
export const POSITION = `/*
grain: [as_of, company, receipt_no]
reads: {receipts: day}
${en}
columns:
  as_of: {type: DATE, en: day, es: día}
  company: {type: VARCHAR, en: company, es: compañía}
  receipt_no: {type: VARCHAR, en: receipt, es: recibo}
  open_total: {type: "DECIMAL(18,2)", unit: document currency, en: open, es: saldo}
  carried: {type: BOOLEAN, en: carried, es: arrastrado}
*/
select d.as_of, r.company, r.receipt_no, r.open_total, d.carried
from days as d
join receipts as r on r.delivery = d.snapshot_delivery
`;

/** What a day opened and closed with: reads the day before as it was known then. */
export const CHANGE = `/*
grain: [as_of, company]
reads: {position: previous, movements: 3 days}
${en}
columns:
  as_of: {type: DATE, en: day, es: día}
  company: {type: VARCHAR, en: company, es: compañía}
  opening: {type: "DECIMAL(38,2)", unit: document currency, en: opening, es: inicial}
  closing: {type: "DECIMAL(38,2)", unit: document currency, en: closing, es: final}
  moved: {type: "DECIMAL(38,2)", unit: document currency, en: moved, es: movido}
*/
with told as (
  select as_of, company, sum(total) as moved from movements group by as_of, company
)

select
  d.as_of, p.company,
  sum(case when p.as_of = d.previous then p.open_total else 0 end) as opening,
  sum(case when p.as_of = d.as_of then p.open_total else 0 end) as closing,
  max(coalesce(t.moved, 0)) as moved
from days as d
join position as p on p.as_of = d.as_of or p.as_of = d.previous
left join told as t on t.as_of = d.as_of and t.company = p.company
group by d.as_of, p.company
`.replace('max(coalesce(t.moved, 0))', 'cast(max(coalesce(t.moved, 0)) as decimal(38,2))');

/** Month ends against the month end before. */
export const MONTH = `/*
grain: [as_of, company]
cadence: month
reads: {position: 1 month ends}
${en}
columns:
  as_of: {type: DATE, en: day, es: día}
  company: {type: VARCHAR, en: company, es: compañía}
  receipts: {type: BIGINT, en: receipts, es: recibos}
*/
select d.as_of, p.company, count(*) as receipts
from days as d
join position as p on p.as_of <= d.as_of
group by d.as_of, p.company
`;

export const OPEN_IS_POSITIVE = `/*
severity: error
en: An open amount is positive
es: Un saldo es positivo
*/
select as_of, company, receipt_no, open_total from position where open_total < 0
`;

export const COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  position: [
    { name: 'as_of', type: 'DATE' },
    { name: 'company', type: 'VARCHAR' },
    { name: 'receipt_no', type: 'VARCHAR' },
    { name: 'open_total', type: 'DECIMAL(18,2)' },
    { name: 'carried', type: 'BOOLEAN' },
  ],
  change: [
    { name: 'as_of', type: 'DATE' },
    { name: 'company', type: 'VARCHAR' },
    { name: 'opening', type: 'DECIMAL(38,2)' },
    { name: 'closing', type: 'DECIMAL(38,2)' },
    { name: 'moved', type: 'DECIMAL(38,2)' },
  ],
  month: [
    { name: 'as_of', type: 'DATE' },
    { name: 'company', type: 'VARCHAR' },
    { name: 'receipts', type: 'BIGINT' },
  ],
};

export const MODELS = {
  'position/position.sql': POSITION,
  'marts/change.sql': CHANGE,
  'marts/month.sql': MONTH,
  'laws/open_is_positive.sql': OPEN_IS_POSITIVE,
} as const;
