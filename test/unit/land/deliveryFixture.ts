import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FeedName, feedOf, isFeedName } from '../../../functions/contracts/feeds.ts';
import { type Config, defaultConfig } from '../../../functions/core/config.ts';
import { cents, moneyText } from '../../../functions/core/money.ts';
import { literal, Session } from '../../../functions/engine/duckdb.ts';
import type { Row } from '../../../functions/engine/engine.ts';
import { FolderLake } from '../../../functions/lake/folderLake.ts';
import {
  type LandingReport,
  type LandOptions,
  landDeliveries,
  type Outcome,
} from '../../../functions/land/land.ts';

export type Values = Readonly<Record<string, string>>;

/** A receipt that breaks no rule. */
export function receipt(no: string, changes: Values = {}): Values {
  return {
    company: 'ACME',
    receipt_no: no,
    receipt_type: 'PREMIUM',
    client_id: 'C1',
    policy_no: 'P1',
    line: 'AUTO',
    office: '007',
    issue_date: '2026-05-01',
    due_date: '2026-06-01',
    currency: 'COP',
    issued_net: '100.00',
    issued_expenses: '0.00',
    issued_vat: '19.00',
    issued_other: '0.00',
    issued_total: '119.00',
    open_net: '100.00',
    open_expenses: '0.00',
    open_vat: '19.00',
    open_other: '0.00',
    open_total: '119.00',
    held_by: 'POLICYHOLDER',
    disputed: 'false',
    ...changes,
  };
}

export function receipts(...numbers: string[]): Values[] {
  return numbers.map((no) => receipt(no));
}

/** A receipt with one amount everywhere. */
export function receiptOf(no: string, amount: string, changes: Values = {}): Values {
  return receipt(no, {
    issued_net: amount,
    issued_vat: '0.00',
    issued_total: amount,
    open_net: amount,
    open_vat: '0.00',
    open_total: amount,
    ...changes,
  });
}

/** A payment of 19.00 on a receipt, as the source books it. */
export function movement(id: string, receiptNo: string, changes: Values = {}): Values {
  return {
    company: 'ACME',
    movement_id: id,
    receipt_no: receiptNo,
    type: 'APPLICATION',
    business_date: '2026-06-01',
    recorded_at: '2026-06-01 10:00:00',
    net: '-19.00',
    expenses: '0.00',
    vat: '0.00',
    other: '0.00',
    total: '-19.00',
    ...changes,
  };
}

/** The members that the receipts above name. */
export const DIMENSIONS = {
  companies: [
    {
      company: 'ACME',
      name: 'Acme',
      country: 'CO',
      functional_currency: 'COP',
      time_zone: 'America/Bogota',
      movement_source: 'DELIVERED',
      future_dated: 'EXCLUDED',
    },
  ],
  offices: [{ company: 'ACME', office: '007', name: 'Chapinero' }],
  lines: [{ company: 'ACME', line: 'AUTO', name: 'Autos' }],
  clients: [{ company: 'ACME', client_id: 'C1', name: 'Ana Ruiz', payer_type: 'PRIVATE' }],
} as const satisfies Partial<Record<FeedName, readonly Values[]>>;

export interface FileSpec {
  readonly feed: FeedName;
  readonly name?: string;
  readonly content: string | Uint8Array;
  readonly rows: number;
  readonly sums?: Values;
}

export interface DeliverySpec {
  readonly day: string;
  /** Default: ten at night. */
  readonly cutoff?: string;
  readonly number?: number;
  readonly encoding?: 'utf-8' | 'latin-1';
  readonly feeds?: Partial<Record<FeedName, readonly Values[]>>;
  readonly files?: readonly FileSpec[];
  /** Changes to the control file's entries. */
  readonly control?: (files: ControlFile[]) => unknown;
}

export interface ControlFile {
  feed: string;
  name: string;
  rows: number;
  sums?: Record<string, string>;
}

/** The CSV text of rows; columns not given are empty. */
export function csv(feed: FeedName, rows: readonly Values[], end = '\n'): string {
  const columns = feedOf(feed).columns.map((column) => column.name);
  const lines = rows.map((row) => columns.map((column) => field(row[column] ?? '')).join(','));
  return `${[columns.join(','), ...lines].join(end)}${end}`;
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Sums of the control column by currency; a movement is taken to be in pesos unless it says otherwise. */
export function sumsOf(feed: FeedName, rows: readonly Values[]): Values | undefined {
  const column = feedOf(feed).controlColumn;
  if (column === null) return undefined;
  const sums = new Map<string, bigint>();
  for (const row of rows) {
    const text = row[column] ?? '';
    const currency = row.currency ?? 'COP';
    if (/^-?\d{1,15}(\.\d{1,2})?$/.test(text) && /^[A-Z]{3}$/.test(currency))
      sums.set(currency, (sums.get(currency) ?? 0n) + cents(text));
  }
  return Object.fromEntries([...sums].map(([currency, sum]) => [currency, moneyText(sum)]));
}

/** A folder with a lake and a place for deliveries; everything goes with `close`. */
export class LandingFixture {
  readonly folder = mkdtempSync(join(tmpdir(), 'alturas-land-'));
  readonly lakeFolder = join(this.folder, 'lake');
  readonly lake = new FolderLake(this.lakeFolder);
  #number = 0;

  /** Writes a delivery as a source does. @returns its folder */
  deliver(spec: DeliverySpec): string {
    this.#number += 1;
    const folder = join(this.folder, 'in', `${String(this.#number).padStart(5, '0')}-${spec.day}`);
    mkdirSync(folder, { recursive: true });
    const files: ControlFile[] = [];
    const add = (feed: string, name: string, rows: number, content: string | Uint8Array, sums?: Values) => {
      writeFileSync(join(folder, name), content);
      files.push({ feed, name, rows, ...(sums === undefined ? {} : { sums: { ...sums } }) });
    };
    for (const [feed, rows] of Object.entries(spec.feeds ?? {})) {
      if (isFeedName(feed)) add(feed, `${feed}.csv`, rows.length, csv(feed, rows), sumsOf(feed, rows));
    }
    for (const file of spec.files ?? []) {
      add(file.feed, file.name ?? `${file.feed}.csv`, file.rows, file.content, file.sums);
    }
    const control = {
      version: 1,
      business_date: spec.day,
      cutoff_at: spec.cutoff ?? `${spec.day} 22:00:00`,
      delivery_number: spec.number ?? this.#number,
      ...(spec.encoding === undefined ? {} : { encoding: spec.encoding }),
      files,
    };
    writeFileSync(
      join(folder, 'control.json'),
      JSON.stringify(spec.control ? (spec.control(files) ?? control) : control, null, 1),
    );
    return folder;
  }

  async land(folders: string | readonly string[], options: LandOptions = {}): Promise<LandingReport> {
    return landDeliveries(this.lake, typeof folders === 'string' ? [folders] : folders, options);
  }

  /** Delivers and lands one day. */
  async day(spec: DeliverySpec, options: LandOptions = {}): Promise<Outcome> {
    const report = await this.land(this.deliver(spec), options);
    const [outcome] = report.outcomes;
    if (!outcome) throw new Error('nothing was landed');
    return outcome;
  }

  /** The rows of Parquet objects. */
  async rows(sql: (file: (key: string) => string) => string): Promise<Row[]> {
    const session = await Session.open({ scratch: join(this.folder, 'spill'), threads: 1, trino: false });
    try {
      return await session.rows(
        sql((key) => `read_parquet(${literal(join(this.lakeFolder, key))}, hive_partitioning = false)`),
      );
    } finally {
      session.close();
    }
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Every file of the lake but its scratch, by its key. */
  lakeFiles(): string[] {
    return readdirSync(this.lakeFolder, { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile() && !file.parentPath.includes('.lake'))
      .map((file) => join(file.parentPath, file.name).slice(this.lakeFolder.length + 1))
      .sort();
  }
}

/** The entry of an accepted delivery; fails with the reason otherwise. */
export function entryOf(outcome: Outcome | undefined) {
  if (outcome?.outcome === 'accepted') return outcome.entry;
  throw new Error(
    outcome?.outcome === 'rejected' ? String(outcome.error) : `not accepted: ${outcome?.outcome}`,
  );
}

/** The error of a rejected delivery. */
export function errorOf(outcome: Outcome | undefined) {
  if (outcome?.outcome === 'rejected') return outcome.error;
  throw new Error(`not rejected: ${outcome?.outcome}`);
}

/** Everything may be refused: for looking at single rows. */
export const LENIENT: Config = { ...defaultConfig(), error_budget: { default: 1, feeds: {} } };

export function codes(findings: readonly { readonly code: string }[]): string[] {
  return findings.map(({ code }) => code);
}
