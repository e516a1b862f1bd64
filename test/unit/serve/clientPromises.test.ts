import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientResponse } from '../../../functions/serve/api.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';
import { ServedLedger } from '../../support/servedLedger.ts';

const HEAD =
  'company,promise_id,receipt_no,client_id,created_on,due_on,amount,currency,grace_days,threshold,status';
/** The promises of a client, told with the second delivery. */
const PROMISES = [
  'CO,ANCIENT,1,C1,2024-01-10,2024-01-20,500.00,COP,0,100,OPEN',
  'CO,UNKNOWN,1,C1,2026-06-20,2026-06-24,300.00,COP,0,100,OPEN',
  'CO,EARLY,3,C1,2026-06-20,2026-06-28,300.00,COP,0,100,OPEN',
  'CO,BROKEN,1,C1,2026-06-26,2026-06-26,300.00,COP,0,100,OPEN',
  'CO,KEPT,1,C1,2026-06-27,2026-06-28,400.00,COP,0,100,OPEN',
  'CO,OPEN,1,C1,2026-06-29,2026-07-15,100.00,COP,0,100,OPEN',
  'CO,SAME_1,2,C1,2026-06-26,2026-06-28,100.00,COP,0,100,OPEN',
  'CO,SAME_2,2,C1,2026-06-26,2026-06-29,100.00,COP,0,100,OPEN',
  'CO,VOID,1,C1,2026-06-29,2026-07-20,100.00,COP,0,100,VOID',
];

let ledger: ServedLedger;

beforeAll(async () => {
  const plan = new Ledger(daily('2026-06-26', '2026-06-29'));
  const company = plan.company('CO');
  company.receipt('1', { opening: 1_000, issued: '2023-12-01', due: '2024-01-01' }).paid(400, '2026-06-28');
  company.receipt('2', { opening: 1_000, issued: '2023-12-01', due: '2024-01-01' }).paid(100, '2026-06-28');
  company.receipt('3', { opening: 1_000, issued: '2023-12-01', due: '2024-01-01' }).paid(300, '2026-06-28');
  ledger = await ServedLedger.of(plan, 3);
  const [second = ''] = ledger.waiting;
  await writeFile(join(second, 'promises.csv'), `${[HEAD, ...PROMISES].join('\n')}\n`);
  const path = join(second, 'control.json');
  const control = JSON.parse(await readFile(path, 'utf8')) as { files: unknown[] };
  control.files.push({ feed: 'promises', name: 'promises.csv', rows: PROMISES.length });
  await writeFile(path, JSON.stringify(control));
  while (ledger.waiting.length > 0) await ledger.deliver();
  await ledger.house.refresh();
}, 300_000);
afterAll(() => ledger.close());

async function on(day: string) {
  const client = await ledger.as();
  const { promises, state, timeline } = clientResponse.parse(
    (await client.get(`/api/clients/CO~C1?as_of=${day}`)).body,
  );
  return {
    promises: Object.fromEntries(promises.map(({ promise, state }) => [promise, state])),
    headline: state.promise,
    told: timeline.filter(({ kind }) => kind === 'promise').length,
  };
}

describe('the promises of a client', () => {
  it('are those made since movements are looked at; one that may have been paid before the lake is not told as broken', async () => {
    expect(await on('2026-06-29')).toEqual({
      promises: {
        UNKNOWN: 'unknown',
        EARLY: 'kept',
        BROKEN: 'broken',
        KEPT: 'kept',
        OPEN: 'open',
        SAME_1: 'kept',
        SAME_2: 'broken',
        VOID: 'void',
      },
      headline: 'open',
      told: 8,
    });
  });

  it('share what came in: it counts once, for the oldest; and each is judged on its last day', async () => {
    const onTheDay = (await on('2026-06-28')).promises;
    expect([onTheDay.SAME_1, onTheDay.SAME_2]).toEqual(['kept', 'open']);
    const dayAfter = (await on('2026-06-29')).promises;
    expect([dayAfter.SAME_1, dayAfter.SAME_2]).toEqual(['kept', 'broken']);
  });

  it('are headed by the newest that is not void, whatever became of those before', async () => {
    expect((await on('2026-06-27')).headline).toBe('open');
    expect((await on('2026-06-28')).headline).toBe('kept');
    expect((await on('2026-06-29')).headline).toBe('open');
  });
});
