import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KpiLake, landAndBuild } from '../../support/kpiLake.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';
import { deliveredFiles, fileTexts } from '../../support/ledgerFixtureFiles.ts';

let lake: KpiLake;

const LAST = '2026-06-30';
const FIRST_CASH = '2026-06-15';

/** Payments are delivered from the middle of June on; by then 300 stood unapplied since May. */
beforeAll(async () => {
  const ledger = new Ledger(daily('2026-05-30', LAST));
  const co = ledger.company('CO');
  co.receipt('1', { total: 1_000, issued: '2026-05-30', due: '2026-06-20' }).paid(400, '2026-06-20', {
    payment: 'NEW',
  });
  co.cash('OLD', 300, '2026-05-30').cash('NEW', 500, '2026-06-20');
  const directory = await mkdtemp(join(tmpdir(), 'alturas-cash-'));
  const folders: string[] = [];
  for (const files of deliveredFiles(ledger)) {
    const { payments, ...others } = files.feeds;
    const feeds = files.plan.businessDate < FIRST_CASH || !payments ? others : { ...others, payments };
    const folder = join(directory, 'deliveries', files.plan.businessDate);
    await mkdir(folder, { recursive: true });
    for (const [name, text] of Object.entries(fileTexts({ ...files, feeds })))
      await writeFile(join(folder, name), text);
    folders.push(folder);
  }
  await landAndBuild(directory, folders);
  lake = await KpiLake.open(directory);
});

afterAll(() => lake.close());

const cash = (asOf: string, period = 'month') => lake.figure('cash_received', 'CO', { asOf, period });

it('cash of before the first delivery of payments is not told as cash of the period that brought it', async () => {
  const untold = { value: null, reason: 'INSUFFICIENT_HISTORY', notes: { feed: 'payments' } };
  expect(await cash(LAST)).toMatchObject(untold);
  expect(await cash(LAST, 'quarter')).toMatchObject(untold);
  expect(await cash(LAST, `${FIRST_CASH}..${LAST}`)).toMatchObject(untold);
  expect(await cash(LAST, `2026-06-16..${LAST}`)).toMatchObject({ value: '500.00', reason: null });
});

it('a day before it has none', async () => {
  expect(await cash('2026-06-14')).toMatchObject({
    value: null,
    reason: 'FEED_ABSENT',
    notes: { feed: 'payments' },
  });
});
