import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../../functions/build/build.ts';
import { defaultConfig } from '../../functions/core/config.ts';
import { writeDemo } from '../../functions/demo/demo.ts';
import { Session } from '../../functions/engine/duckdb.ts';
import type { Row } from '../../functions/engine/engine.ts';
import { openLake } from '../../functions/lake/openLake.ts';
import { landDeliveries } from '../../functions/land/land.ts';
import { House } from '../../functions/serve/house.ts';

/** Everything that the published files of one day say, read without the warehouse's own readers. */
export interface RawRows {
  readonly position: readonly Row[];
  readonly parts: readonly Row[];
  readonly unapplied: readonly Row[];
  readonly refused: readonly Row[];
  readonly restatements: readonly Row[];
  /** Movements of all days. */
  readonly flow: readonly Row[];
  /** Their parts, where several intermediaries share them. */
  readonly flowParts: readonly Row[];
  /** As any delivery told them. */
  readonly payments: readonly Row[];
  readonly clients: readonly Row[];
}

/** A small demo insurer on disk, served from a house of its own. */
export class ServedDemo {
  readonly directory: string;
  readonly house: House;

  private constructor(directory: string, house: House) {
    this.directory = directory;
    this.house = house;
  }

  get lakeFolder(): string {
    return join(this.directory, 'lake');
  }

  static async of(options: { readonly receipts: number; readonly days: number }): Promise<ServedDemo> {
    const directory = await mkdtemp(join(tmpdir(), 'alturas-served-'));
    const made = await writeDemo(join(directory, 'demo'), { seed: 7, ...options });
    await spoil(made.deliveries);
    const lake = await openLake(join(directory, 'lake'));
    const config = { ...defaultConfig(), error_budget: { default: 0.2, feeds: {} } };
    await landDeliveries(lake, [made.deliveries], { config });
    const report = await build(lake, { config });
    if (report.status === 'refused') throw new Error(`laws broken: ${JSON.stringify(report.broken)}`);
    return new ServedDemo(directory, await House.open(lake, config, join(directory, 'house')));
  }

  /** All rows of a day straight from the files; each day has one file of each table, or a month's file has it. */
  async raw(day: string, since: string): Promise<RawRows> {
    const session = await Session.open({ scratch: join(this.directory, 'raw'), trino: false });
    const files = (table: string) =>
      `read_parquet('${this.lakeFolder}/${table}/**/*.parquet', hive_partitioning = false, union_by_name = true)`;
    try {
      return {
        position: await session.rows(`select * from ${files('marts/position')} where as_of = date '${day}'`),
        parts: await session.rows(
          `select * from ${files('marts/intermediary_part')} where as_of = date '${day}'`,
        ),
        unapplied: await session.rows(
          `select * from ${files('marts/unapplied')} where as_of = date '${day}'`,
        ),
        refused: await session.rows(`select * from ${files('quarantine')}`),
        restatements: await session.rows(
          `select * from ${files('marts/restatements')} where as_of > date '${since}'`,
        ),
        flow: await session.rows(`select * from ${files('marts/flow')}`),
        flowParts: await session.rows(`select * from ${files('marts/flow_part')}`),
        payments: await session.rows(
          `select distinct company, payment_no, amount, unapplied_amount from ${files('ledger/payments')}`,
        ),
        clients: await session.rows(
          `select company, client_id, max(id_number) as id_number from ${files('ledger/clients')} group by 1, 2`,
        ),
      };
    } finally {
      session.close();
    }
  }

  async close(): Promise<void> {
    await this.house.close();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Adds rows that must be refused to the newest deliveries: one of each company, and one of none. */
async function spoil(deliveries: string): Promise<void> {
  const folders = (await readdir(deliveries)).sort().slice(-3);
  for (const folder of folders) {
    const file = (name: string) => join(deliveries, folder, name);
    const control = JSON.parse(await readFile(file('control.json'), 'utf8')) as {
      files: { feed: string; name: string; rows: number }[];
    };
    const receipts = control.files.find(({ feed }) => feed === 'receipts');
    if (!receipts?.name.endsWith('.csv')) throw new Error('the demo delivers receipts as plain CSV');
    const text = await readFile(file(receipts.name), 'utf8');
    const header = (text.split('\n', 1)[0] ?? '').trim().split(',');
    const row = (company: string): string =>
      header
        .map((column) => {
          if (column === 'company') return company;
          if (/^(issued|open)_/.test(column)) return '0';
          return column === 'receipt_no' ? 'SPOILT' : column === 'held_by' ? 'BANCO' : 'X';
        })
        .join(',');
    await writeFile(file(receipts.name), `${text}${['CO', 'PA', ''].map(row).join('\n')}\n`);
    receipts.rows += 3;
    await writeFile(file('control.json'), JSON.stringify(control));
  }
}
