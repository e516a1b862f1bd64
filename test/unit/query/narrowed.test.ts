import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultConfig } from '../../../functions/core/config.ts';
import { businessDate } from '../../../functions/core/dates.ts';
import { openLake } from '../../../functions/lake/openLake.ts';
import { Desk } from '../../../functions/query/desk.ts';
import { answer, type Question } from '../../../functions/query/kpi.ts';
import { landAndBuild } from '../../support/kpiLake.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';
import { writeDeliveries } from '../../support/ledgerFixtureFiles.ts';

/** Office N goes from Ana to Beto on 1 June; what fell due under Ana was paid, on time, under Beto. */
function handedOver(): Ledger {
  const ledger = new Ledger(daily('2026-05-28', '2026-06-04'));
  const co = ledger.company('CO');
  co.assigned('OFFICE', 'N', 'CLERK', 'ana', '2026-01-01', { to: '2026-06-01' });
  co.assigned('OFFICE', 'N', 'CLERK', 'beto', '2026-06-01');
  const issued = { issued: '2026-05-28', due: '2026-06-03', office: 'N', client: 'C1' };
  co.receipt('1', { ...issued, total: 1_000, line: 'AUTOS' }).paid(1_000, '2026-06-02');
  co.receipt('2', { ...issued, total: 500, line: 'HOGAR' });
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

/** By member, how many receipts fell due and how many of them were paid on time. */
async function punctual(more: Partial<Question>): Promise<Record<string, unknown>> {
  const { rows } = await answer(desk, {
    kpi: 'on_time_low',
    asOf: businessDate('2026-06-04'),
    by: [],
    filters: [],
    ...more,
  });
  return Object.fromEntries(
    rows.map(({ dimensions, notes }) => [Object.values(dimensions).join('/'), `${notes?.k} of ${notes?.n}`]),
  );
}

describe('a scorecard narrowed by another dimension', () => {
  it('holds what the whole one holds: a receipt that changed hands stays with whoever had it first', async () => {
    expect(await punctual({ by: ['clerk'] })).toMatchObject({ ana: '1 of 2' });
    expect(await punctual({ by: ['line'], filters: [ANA] })).toEqual({ AUTOS: '1 of 1', HOGAR: '0 of 1' });
    expect(await punctual({ by: ['clerk', 'line'] })).toMatchObject({
      'ana/AUTOS': '1 of 1',
      'ana/HOGAR': '0 of 1',
    });
  });
});
