import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fourPlaces, percentOf } from '../../support/figures.ts';
import { goldenLedger } from '../../support/goldenLedger.ts';
import { KpiLake } from '../../support/kpiLake.ts';

/** A machine that does other things meanwhile must not fail them; alone they take seconds. */
vi.setConfig({ hookTimeout: 600_000, testTimeout: 600_000 });

const CLOSE = { asOf: '2026-06-30', knownAt: '2026-06-30' };

let lake: KpiLake;

beforeAll(async () => {
  lake = await KpiLake.of(goldenLedger());
});

afterAll(() => lake?.close());

const value = async (kpi: string, asked: { asOf: string; knownAt?: string; basis?: string } = CLOSE) =>
  (await lake.figure(kpi, 'G1', asked)).value;

describe('the golden ledger, landed in the order in which things became known', () => {
  const views = [
    ['2026-06-30', '2026-06-30', '6700.00', '6150.00'],
    // The late payment of R6 and the receipt R11 recorded on 2 July count on their business dates.
    ['2026-06-30', '2026-07-05', '7050.00', '6500.00'],
    ['2026-06-30', '2026-07-02', '7050.00', '6500.00'],
    ['2026-07-05', '2026-07-05', '6450.00', '5900.00'],
    // A payment recorded after the cut-off does not change the past, and nothing later was known.
    ['2026-07-05', '2026-06-30', '6700.00', '6150.00'],
  ] as const;
  for (const [asOf, knownAt, gross, net] of views) {
    it(`as of ${asOf}, known at ${knownAt}: gross ${gross}, net ${net}`, async () => {
      const view = { asOf, knownAt };
      expect({
        gross: await value('gross', view),
        credits: await value('credits', view),
        unapplied: await value('unapplied', view),
        net: await value('net', view),
      }).toEqual({ gross, credits: '-200.00', unapplied: '-350.00', net });
    });
  }

  it('without --known-at a day is as its own delivery told it', async () => {
    expect(await value('gross', { asOf: '2026-06-30' })).toBe('6700.00');
    expect(await value('gross', { asOf: '2026-07-01' })).toBe('6700.00');
    expect(await value('gross', { asOf: '2026-07-02' })).toBe('7050.00');
  });

  it('names what changed the past, and by how much', async () => {
    const rows = await lake.ask('restated_amount', { asOf: '2026-07-02', where: { company: 'G1' } });
    expect(rows.map(({ dimensions, value: effect }) => [dimensions.kind, effect])).toEqual([
      ['BACKDATED', '600.00'],
      ['LATE', '-250.00'],
    ]);
  });
});

describe('the golden ledger by age, as of 30 June and known then', () => {
  it('falls into buckets that add up to gross', async () => {
    const rows = await lake.ask('aging', { ...CLOSE, where: { company: 'G1' } });
    const buckets = Object.fromEntries(rows.map(({ dimensions, value: open }) => [dimensions.bucket, open]));
    expect(buckets).toEqual({
      AL_DIA: '1500.00',
      '001-030': '1700.00',
      '031-060': '400.00',
      '061-075': '1500.00',
      '076-090': '700.00',
      '091-180': '900.00',
    });
  });

  it('is told from the current bucket to the worst', async () => {
    for (const kpi of ['aging', 'aging_share']) {
      const rows = await lake.ask(kpi, { ...CLOSE, by: ['company'], where: { company: 'G1' } });
      expect(rows.map(({ dimensions }) => dimensions.bucket)).toEqual([
        ...['AL_DIA', '001-030', '031-060', '061-075', '076-090', '091-180'],
      ]);
    }
  });

  it('narrowed to a bucket, its share is still of all buckets: 900 of 6,700', async () => {
    for (const bucket of ['091-180', '>360']) {
      const where = { company: 'G1', bucket };
      const amount = bucket === '>360' ? '0.00' : '900.00';
      const { rows, total } = await lake.answer('aging_share', { ...CLOSE, where });
      expect(rows.map(({ numerator, denominator, value: share }) => [numerator, denominator, share])).toEqual(
        bucket === '>360' ? [] : [[amount, '6700.00', 900 / 6700]],
      );
      expect(total).toMatchObject({ numerator: amount, denominator: '6700.00', reason: null });
      expect(total?.value).toBeCloseTo(Number(amount) / 6700, 12);
    }
  });

  it('has 77.6119 % overdue', async () => {
    expect(await value('overdue')).toBe('5200.00');
    expect(percentOf(await value('overdue_share'))).toBe('77.6119');
  });

  const par = [
    ['par30', 'item', '3500.00', '52.2388'],
    // R4 is 30 days past due, but its policy's R5 is 31.
    ['par30', 'policy', '4700.00', '70.1493'],
    ['par60', 'item', '3100.00', '46.2687'],
    ['par60', 'policy', '3100.00', '46.2687'],
    ['par75', 'item', '1600.00', '23.8806'],
    ['par90', 'item', '900.00', '13.4328'],
  ] as const;
  for (const [kpi, basis, numerator, percent] of par) {
    it(`${kpi} by ${basis} is ${percent} %`, async () => {
      const row = await lake.figure(kpi, 'G1', { ...CLOSE, basis });
      expect({ ...row, value: percentOf(row.value) }).toMatchObject({
        numerator,
        denominator: '6700.00',
        value: percent,
      });
    });
  }

  it('is 69.0577 days past due by weight of what is overdue, 53.5970 by weight of all', async () => {
    expect(fourPlaces(await value('wadpd'))).toBe('69.0577');
    expect(fourPlaces(await value('wadpd', { ...CLOSE, basis: 'gross' }))).toBe('53.5970');
    expect((await lake.figure('wadpd', 'G1', CLOSE)).numerator).toBe('359100.00');
  });
});

describe('with a bucket bound at 15 days', () => {
  it('credits stay out of PAR15 by policy: C2 owes 500 whatever is due to it', async () => {
    const fifteen = await KpiLake.of(goldenLedger(), {
      ...lake.config,
      buckets: [0, 15, 30, 60, 75, 90, 180, 360],
    });
    try {
      const row = await fifteen.figure('par15', 'G1', { ...CLOSE, basis: 'policy' });
      expect(row).toMatchObject({ numerator: '5200.00', denominator: '6700.00' });
    } finally {
      await fifteen.close();
    }
  });
});
