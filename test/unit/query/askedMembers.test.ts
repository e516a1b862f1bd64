import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { businessDate } from '../../../functions/core/dates.ts';
import { AlturasError } from '../../../functions/core/errors.ts';
import {
  passesNothing,
  refuseContradictions,
  refuseUnknownMembers,
} from '../../../functions/query/askedMembers.ts';
import { answer } from '../../../functions/query/kpi.ts';
import { type Caller, OWNER } from '../../../functions/query/policy.ts';
import { alturas } from '../../support/commands.ts';
import { KpiLake } from '../../support/kpiLake.ts';
import { daily, deliveredOn, Ledger } from '../../support/ledgerFixture.ts';

let lake: KpiLake;

const FIRST = businessDate('2026-06-01');
const LAST = businessDate('2026-06-03');
const NORTH: Caller = { ...OWNER, role: 'office_manager', scope: { office: ['NORTE'] } };

/** Two offices; what the north has in dollars is paid on the second day. */
beforeAll(async () => {
  const ledger = new Ledger(daily(FIRST, LAST));
  ledger.rate('USD', 'COP', FIRST, '4000');
  const co = ledger.company('CO');
  const open = { total: 100, issued: FIRST, due: '2026-07-01' };
  co.receipt('1', { ...open, office: 'NORTE', line: 'AUTOS' });
  co.receipt('2', { ...open, office: 'NORTE', line: 'HOGAR', currency: 'USD' }).paid(100, '2026-06-02');
  co.receipt('3', { ...open, office: 'SUR', line: 'CUMPLIMIENTO' });
  lake = await KpiLake.of(ledger);
});

afterAll(() => lake.close());

async function refusal(column: string, member: string, caller = OWNER): Promise<AlturasError | null> {
  const asked = refuseUnknownMembers(lake.desk.for(caller), [{ column, members: [member] }], undefined, LAST);
  return asked.then(
    () => null,
    (error: unknown) => {
      if (error instanceof AlturasError) return error;
      throw error;
    },
  );
}

describe('a filter by a member that does not exist', () => {
  it('is told with those that do, and the one that was meant', async () => {
    const error = await refusal('office', 'NORT');
    expect(error).toMatchObject({ code: 'UNKNOWN_MEMBER', kind: 'usage' });
    expect(error?.details.expected).toBe('NORTE, SUR');
    expect(error?.details.hint).toContain('Did you mean "NORTE"?');
    expect((await refusal('bucket', '001-031'))?.details.hint).toContain('"001-030"');
    expect((await refusal('currency', 'US'))?.details.hint).toContain('"USD"');
  });

  it('is none where the member is only absent on the day, or where nothing lists the members', async () => {
    for (const [column, member] of [
      ['office', 'SUR'],
      ['line', 'HOGAR'],
      ['currency', 'USD'],
      ['bucket', '>360'],
      ['receipt', '77'],
    ] as const)
      expect(await refusal(column, member)).toBeNull();
  });

  it('never says which members there are outside a scope', async () => {
    expect(await refusal('office', 'NORTE', NORTH)).toBeNull();
    expect(await refusal('line', 'HOGAR', NORTH)).toBeNull();
    for (const [column, hidden, slip] of [
      ['office', 'SUR', 'SU'],
      ['line', 'CUMPLIMIENTO', 'CUMPLIMIENT'],
    ] as const) {
      const told = [await refusal(column, hidden, NORTH), await refusal(column, slip, NORTH)];
      const texts = told.map((error) => String(error).replaceAll(/"[A-Z]+" here|value: .*/g, ''));
      expect(texts[0]).toMatch(/UNKNOWN_MEMBER/);
      expect(texts[1]).toBe(texts[0]);
      expect(texts[0]).not.toContain(hidden);
    }
  });
});

describe('a filter by several members', () => {
  const asked = async (members: (string | null)[], kpi = 'gross', caller = OWNER) => {
    const desk = lake.desk.for(caller);
    const question = { kpi, asOf: LAST, by: [], filters: [{ column: 'office', members }] };
    return passesNothing(desk, question, await answer(desk, question));
  };

  it('is refused for one that does not exist, whatever is found of the others', async () => {
    for (const kpi of ['gross', 'overdue'])
      await expect(asked(['NORTE', 'NORT'], kpi)).rejects.toMatchObject({
        code: 'UNKNOWN_MEMBER',
        details: { value: 'NORT', hint: expect.stringContaining('Did you mean "NORTE"?') },
      });
    await expect(asked(['NORTE', 'SUR'], 'gross', NORTH)).rejects.toMatchObject({ code: 'UNKNOWN_MEMBER' });
  });

  it('is answered where all exist, found or not', async () => {
    expect(await asked(['NORTE', 'SUR', null])).toBe(false);
    expect(await asked(['NORTE', null], 'overdue')).toBe(true);
  });

  it('is refused at the terminal, for a figure and for its receipts', async () => {
    for (const command of ['kpi', 'receipts']) {
      const words = [command, 'gross', '--where', 'office=NORTE,NORT', '--lake', lake.place, '--json'];
      const { code, out } = await alturas(words);
      expect([code, JSON.parse(out)]).toMatchObject([
        2,
        { error: { code: 'UNKNOWN_MEMBER', value: 'NORT' } },
      ]);
    }
  });
});

describe('filters of one dimension', () => {
  const office = (...members: (string | null)[]) => ({ column: 'office', members });

  it('that have no member in common are refused', () => {
    expect(() => refuseContradictions([office('NORTE'), office('SUR', null)])).toThrow(
      /office=NORTE and office=SUR,/,
    );
  });

  it('that have one are not', () => {
    refuseContradictions([office('NORTE', 'SUR'), office('SUR'), { column: 'line', members: ['AUTOS'] }]);
  });
});

describe('a member of days that are not kept as published', () => {
  const DAY = businessDate('2026-03-15');
  let passed: KpiLake;

  /** A clerk holds the only receipt for some days of March; who has a scope is told of nobody by the feed of people. */
  beforeAll(async () => {
    const ledger = new Ledger(deliveredOn('2026-03-01', DAY, '2026-03-31', '2026-05-10'));
    const co = ledger.company('CO');
    co.receipt('1', { total: 100, issued: '2026-03-01', due: '2026-04-01' });
    co.assigned('RECEIPT', '1', 'CLERK', 'ANA', '2026-03-05', { to: '2026-03-21' });
    passed = await KpiLake.of(ledger);
  });

  afterAll(() => passed.close());

  async function isNothing(kpi: string, clerk: string, asOf = DAY): Promise<boolean> {
    const question = { kpi, asOf, by: [], filters: [{ column: 'clerk', members: [clerk] }] };
    const desk = passed.desk.for({ ...NORTH, scope: { office: ['01'] } });
    return passesNothing(desk, question, await answer(desk, question));
  }

  it('has its figure, which nobody takes for that of an unknown one', async () => {
    const told = await passed.answer('gross', { asOf: DAY, where: { clerk: 'ANA' } });
    expect([told.rows[0]?.value, told.on_demand]).toEqual(['100.00', true]);
    expect(await isNothing('gross', 'ANA')).toBe(false);
  });

  it('is known where only this figure has nothing of it, and another one is not', async () => {
    expect(await isNothing('overdue', 'ANA')).toBe(true);
    await expect(isNothing('gross', 'ANNA')).rejects.toMatchObject({ code: 'UNKNOWN_MEMBER' });
  });
});
