import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultConfig } from '../../../functions/core/config.ts';
import { businessDate } from '../../../functions/core/dates.ts';
import { openLake } from '../../../functions/lake/openLake.ts';
import { Desk } from '../../../functions/query/desk.ts';
import { answer, type Question } from '../../../functions/query/kpi.ts';
import { CUBES, footingOf, LOOKED_AT } from '../../../functions/query/lens.ts';
import { landAndBuild } from '../../support/kpiLake.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';
import { writeDeliveries } from '../../support/ledgerFixtureFiles.ts';

/**
 * Office N goes from Ana to Beto on 1 June; what fell due under Ana was paid, on time, under Beto, who also takes over
 * what was long overdue. All together have a target, and Beto has his own.
 */
function handedOver(): Ledger {
  const ledger = new Ledger(daily('2026-05-28', '2026-06-04'));
  const co = ledger.company('CO');
  co.assigned('OFFICE', 'N', 'CLERK', 'ana', '2026-01-01', { to: '2026-06-01' });
  co.assigned('OFFICE', 'N', 'CLERK', 'beto', '2026-06-01');
  const issued = { issued: '2026-05-28', due: '2026-06-03', office: 'N', client: 'C1' };
  co.receipt('1', { ...issued, total: 1_000, line: 'AUTOS' }).paid(1_000, '2026-06-02');
  co.receipt('2', { ...issued, total: 500, line: 'HOGAR' });
  const old = { issued: '2026-05-01', due: '2026-05-20', office: 'N', client: 'C2' };
  co.receipt('3', { ...old, opening: 300, line: 'AUTOS' });
  // Nobody's.
  co.receipt('4', {
    issued: '2026-05-28',
    due: '2026-06-02',
    office: 'M',
    client: 'C3',
    total: 700,
    line: 'HOGAR',
  });
  co.target('2026-06-01', 'total', 'total', 'collected', '5000');
  co.target('2026-06-01', 'clerk', 'beto', 'collected', '4000');
  return ledger;
}

let directory: string;
let desk: Desk;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'alturas-narrowed-'));
  await landAndBuild(
    directory,
    await writeDeliveries(handedOver(), join(directory, 'deliveries')),
    defaultConfig(),
  );
  desk = await Desk.open(await openLake(join(directory, 'lake')), defaultConfig());
});

afterAll(async () => {
  await desk.close();
  await rm(directory, { recursive: true });
});

const ANA = { column: 'clerk', members: ['ana'] };
const BETO = { column: 'clerk', members: ['beto'] };
const AUTOS = { column: 'line', members: ['AUTOS'] };
const DAY = businessDate('2026-06-04');

/** By member, how many receipts fell due and how many of them were paid on time. */
async function punctual(more: Partial<Question>): Promise<Record<string, unknown>> {
  const { rows } = await answer(desk, {
    kpi: 'on_time_low',
    asOf: DAY,
    by: [],
    filters: [],
    ...more,
  });
  return Object.fromEntries(
    rows.map(({ dimensions, notes }) => [Object.values(dimensions).join('/'), `${notes?.k} of ${notes?.n}`]),
  );
}

describe('a holder that a formula names itself', () => {
  const asked = async (kpi: string, basis: string, by: string, figure: 'numerator' | 'denominator') =>
    Object.fromEntries(
      (await answer(desk, { kpi, basis, asOf: DAY, by: [by], filters: [] })).rows.map(
        ({ dimensions, [figure]: amount }) => [dimensions[by], amount],
      ),
    );

  it('is not taken for a client: a clerk liquidates what clerks hold', async () => {
    expect(await asked('liquidation_rate', 'closing', 'clerk', 'denominator')).toMatchObject({
      ana: '1800.00',
      beto: '0.00',
    });
    expect(await asked('liquidation_rate', 'closing', 'client', 'denominator')).toEqual({
      C1: '1500.00',
      C2: '300.00',
    });
  });

  it('nor for those among whom the largest are told: each client has its own lines', async () => {
    expect(await asked('top_share', 'line', 'client', 'numerator')).toEqual({
      C1: '500.00',
      C2: '300.00',
      C3: '700.00',
    });
    expect(await asked('top_share', 'office', 'client', 'numerator')).toEqual({
      C1: '500.00',
      C2: '300.00',
      C3: '700.00',
    });
  });
});

describe('a scorecard narrowed by another dimension', () => {
  it('holds what the whole one holds: a receipt that changed hands stays with whoever had it first', async () => {
    expect(await punctual({ by: ['clerk'] })).toMatchObject({ ana: '1 of 2' });
    expect(await punctual({ by: ['line'], filters: [ANA] })).toEqual({ AUTOS: '1 of 1', HOGAR: '0 of 1' });
    expect(await punctual({ by: ['clerk', 'line'] })).toMatchObject({
      'ana/AUTOS': '1 of 1',
      'ana/HOGAR': '0 of 1',
    });
  });

  it('tells own debt from inherited as the whole one does, and lets nobody inherit but holders', async () => {
    const overdue = async (basis: string, more: Partial<Question>) =>
      (await answer(desk, { kpi: 'overdue_own', asOf: DAY, by: [], filters: [], basis, ...more })).rows.map(
        ({ dimensions, value }) => `${Object.values(dimensions).join('/')} ${value}`,
      );
    for (const filters of [[AUTOS], [{ column: 'client', members: ['C2'] }]]) {
      expect(await overdue('inherited', { by: ['clerk'], filters })).toContain('beto 300.00');
      expect(await overdue('closing', { by: ['clerk'], filters })).toContain('beto 0.00');
    }
    expect(await overdue('inherited', { by: ['clerk', 'line'] })).toContain('beto/AUTOS 300.00');
    expect(await overdue('inherited', { by: ['line'], filters: [BETO] })).toContain('AUTOS 0.00');
    expect(await overdue('closing', { by: ['line'], filters: [BETO] })).toContain('AUTOS 300.00');
    expect(await overdue('inherited', { filters: [BETO] })).toEqual([' 300.00']);
  });

  it('is held against no target but its own', async () => {
    const attainment = async (...filters: Question['filters']) =>
      (await answer(desk, { kpi: 'attainment', asOf: DAY, by: [], filters })).rows;
    expect(await attainment()).toMatchObject([{ value: 0.2, denominator: '5000.000000' }]);
    expect(await attainment(BETO)).toMatchObject([{ value: 0.25, denominator: '4000.000000' }]);
    const both = { column: 'clerk', members: ['ana', 'beto'] };
    for (const parts of [[BETO, AUTOS], [both], [AUTOS, { column: 'client', members: ['C1'] }]])
      expect(await attainment(...parts)).toMatchObject([
        { value: null, denominator: null, reason: 'NO_TARGET' },
      ]);
  });

  it('is made of cubes that are made of nothing narrowed', () => {
    for (const cube of CUBES) {
      const model = desk.project.models.find(({ name }) => name === cube);
      const between = model?.tables.filter(
        (name) => !LOOKED_AT.includes(name) && footingOf(name, desk.project).size > 0,
      );
      expect(between, cube).toEqual([]);
    }
  });
});
