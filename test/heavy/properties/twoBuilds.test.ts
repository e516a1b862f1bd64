import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { checkModels } from '../../../functions/warehouse/check.ts';
import { eventfulLedger } from '../../support/eventfulLedger.ts';
import { KpiLake, landAndBuild } from '../../support/kpiLake.ts';
import { writeDeliveries } from '../../support/ledgerFixtureFiles.ts';

/** A machine that does other things meanwhile must not fail them; alone they take seconds. */
vi.setConfig({ hookTimeout: 600_000, testTimeout: 600_000 });

/** What a caller remembers: the day, what was known when he asked, and what he was told. */
interface Told {
  readonly asOf: string;
  readonly knownAt: string;
  readonly figures: Readonly<Record<string, string>>;
}

const DAYS = [
  '2026-06-25',
  '2026-06-26',
  '2026-06-27',
  '2026-06-28',
  '2026-06-29',
  '2026-06-30',
  '2026-07-01',
  '2026-07-03',
];
/** Of a stock, of the movements of the month, and of what was due. */
const KPIS = ['net', 'collected', 'collection_rate_gross'];

/** Places of deliveries: the second day, the day told twice (again), the close, the late day. */
const ASKED_AFTER = [1, 4, 5, 7];

const ledger = eventfulLedger();
let backfill: KpiLake;
let daily: KpiLake;
const told: Told[] = [];

async function figuresOf(lake: KpiLake, asOf: string, knownAt: string): Promise<Record<string, string>> {
  const figures: Record<string, string> = {};
  for (const kpi of KPIS) {
    figures[kpi] = JSON.stringify(await lake.ask(kpi, { asOf, knownAt, by: ['company', 'line'] }));
  }
  return figures;
}

beforeAll(async () => {
  backfill = await KpiLake.of(ledger);
  const directory = await mkdtemp(join(tmpdir(), 'alturas-daily-'));
  const folders = await writeDeliveries(ledger, join(directory, 'deliveries'));
  for (const [index, folder] of folders.entries()) {
    await landAndBuild(directory, [folder]);
    const { businessDate, cutoffAt } = ledger.deliveries[index] ?? { businessDate: '', cutoffAt: '' };
    // Asked right after some of the deliveries, about their day and about the end of June.
    if (!ASKED_AFTER.includes(index)) continue;
    const lake = await KpiLake.open(directory);
    for (const asOf of new Set([businessDate, '2026-06-30'])) {
      told.push({ asOf, knownAt: cutoffAt, figures: await figuresOf(lake, asOf, cutoffAt) });
    }
    await lake.leave();
  }
  daily = await KpiLake.open(directory);
});

afterAll(() => Promise.all([backfill?.close(), daily?.close()]));

describe('two builds of the same deliveries', () => {
  it('day by day gives every row that one backfill gives', async () => {
    let rows = 0;
    const { project } = await checkModels();
    for (const { name, header } of project.models) {
      if (header.view) continue;
      const one = await backfill.published(name, '2026-06-24', '2026-07-03');
      rows += one.length;
      expect(await daily.published(name, '2026-06-24', '2026-07-03'), name).toEqual(one);
    }
    expect(rows).toBeGreaterThan(300);
  });

  it('a day that was told twice stays as each telling had it', async () => {
    for (const knownAt of ['2026-06-27 22:00', '2026-06-29 23:00', '2026-06-30 12:00', '2026-07-03']) {
      for (const model of ['position', 'flow', 'month_total', 'recovery']) {
        const asked = { asOf: '2026-06-27', knownAt };
        expect(await daily.rows(model, asked), `${model} at ${knownAt}`).toEqual(
          await backfill.rows(model, asked),
        );
      }
    }
    const open = async (knownAt: string) => {
      const rows = await daily.mart(
        'position',
        { asOf: '2026-06-27', knownAt },
        ['company', 'receipt_no'],
        ['open_total'],
      );
      return rows.get('UNO|R1')?.open_total;
    };
    expect(await open('2026-06-27 22:00')).toBe(70_000n);
    expect(await open('2026-06-30 12:00')).toBe(85_000n);
  });

  it('what was told about a day, known at a moment, is told for ever', async () => {
    expect(told.length).toBe(7);
    for (const { asOf, knownAt, figures } of told) {
      expect(await figuresOf(daily, asOf, knownAt), `${asOf} known at ${knownAt}`).toEqual(figures);
    }
  });
});

describe('the roll-forward', () => {
  it('closes to 0.00 on every day', async () => {
    for (const asOf of DAYS) {
      const figures = ['opening', 'closing', 'residual'];
      const changes = await backfill.mart('receipt_change', { asOf }, ['company', 'currency'], figures);
      for (const [place, { residual }] of changes) expect(residual, `${asOf} ${place}`).toBe(0n);
    }
  });

  it('the month opens, moves and closes: every movement counts once, also those of a day told twice', async () => {
    const causes = [
      'opened',
      'issued',
      'endorsed_up',
      'endorsed_down',
      'collected',
      'cancelled_np',
      'cancelled_other',
      'written_off',
      'transferred',
      'fx',
    ];
    const month = await backfill.mart('month_total', { asOf: '2026-06-30' }, ['company', 'currency'], causes);
    const stock = await backfill.mart(
      'position',
      { asOf: '2026-06-30' },
      ['company', 'currency'],
      ['booked_total'],
    );
    for (const [place, moved] of month) {
      // The lake begins in June: the month opens with nothing.
      const of = (cause: string) => moved[cause] ?? 0n;
      const closing =
        of('opened') +
        of('issued') +
        of('endorsed_up') -
        of('endorsed_down') -
        of('collected') -
        of('cancelled_np') -
        of('cancelled_other') -
        of('written_off') +
        of('transferred') +
        of('fx');
      expect(closing, place).toBe(stock.get(place)?.booked_total ?? 0n);
    }
    expect(month.size).toBe(3);
  });
});
