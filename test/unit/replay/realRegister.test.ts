import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultConfig } from '../../../functions/core/config.ts';
import { addDays, businessDate } from '../../../functions/core/dates.ts';
import { moneyText } from '../../../functions/core/money.ts';
import { askKpi } from '../../../functions/query/kpi.ts';
import { MAPPING, REGISTERS, registerAge } from '../../support/ibmRegister.ts';
import { replayRegister } from '../../support/replayRegister.ts';
import { haveShared } from '../../support/sharedData.ts';

const DAYS = ['2012-06-30', '2012-12-31', '2013-06-30', '2013-12-31'];

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alturas-register-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe.runIf(haveShared('ibm-ar'))('a real register of 2,466 invoices', () => {
  it.each(DAYS)('has its own open and 1-30 amounts at %s, to the cent', async (day) => {
    const asOf = businessDate(day);
    const { lake } = await replayRegister(join(folder, day), {
      register: REGISTERS.whole,
      mapping: MAPPING,
      from: addDays(asOf, -3),
      to: day,
    });
    const answer = await askKpi(lake, defaultConfig(), { kpi: 'gross', asOf, by: ['bucket'], filters: [] });
    const truth = registerAge(REGISTERS.whole, day);
    expect(answer.total?.value).toBe(moneyText(truth.open));
    expect(answer.rows.find(({ dimensions }) => dimensions.bucket === '001-030')?.value).toBe(
      moneyText(truth.to30),
    );
    expect(truth.to30 > 0n).toBe(true);
  });

  it('is told from its mirror without zeros: the second is noticed and never joined', async () => {
    const first = await replayRegister(join(folder, 'mirrors'), {
      register: REGISTERS.whole,
      mapping: MAPPING,
      from: '2012-06-01',
      to: '2012-06-02',
      build: false,
    });
    expect(first).toMatchObject({ landing: { accepted: 2 }, summary: { findings: [] } });
    const second = await replayRegister(join(folder, 'mirrors'), {
      register: REGISTERS.stripped,
      mapping: MAPPING,
      from: '2012-06-03',
      to: '2012-06-03',
      build: false,
    });
    expect(second.summary.findings.join()).toContain('LEADING_ZEROS_LOST');
    expect(second.landing).toMatchObject({ accepted: 0, rejected: 1 });
    expect(second.landing.outcomes).toMatchObject([
      { outcome: 'rejected', error: { code: 'KEY_SHAPE_CHANGED' } },
    ]);
  });
});
