import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DIMENSIONS, entryOf, errorOf, LandingFixture, receipt, type Values } from './deliveryFixture.ts';

let fixture: LandingFixture;
beforeEach(() => {
  fixture = new LandingFixture();
});
afterEach(() => fixture.close());

const of = (company: string, more: Values = {}): Values => receipt('R1', { company, ...more });
const CLOSED: Values = {
  open_net: '0.00',
  open_expenses: '0.00',
  open_vat: '0.00',
  open_other: '0.00',
  open_total: '0.00',
};
const describedBy = (...companies: string[]) => ({
  companies: companies.map((company) => ({ ...DIMENSIONS.companies[0], company })),
});

/** Lands days one after another: together, or each by a landing of its own. @returns what became of each */
async function landed(
  together: boolean,
  days: readonly Parameters<LandingFixture['deliver']>[0][],
): Promise<string[]> {
  const folders = days.map((day) => fixture.deliver(day));
  const reports = together
    ? [await fixture.land(folders)]
    : await folders.reduce<Promise<Awaited<ReturnType<LandingFixture['land']>>[]>>(
        async (before, folder) => [...(await before), await fixture.land(folder)],
        Promise.resolve([]),
      );
  return reports.flatMap(({ outcomes }) =>
    outcomes.map((one) => (one.outcome === 'rejected' ? one.error.code : one.outcome)),
  );
}

for (const together of [true, false])
  describe(`companies of deliveries that land ${together ? 'together' : 'one by one'}`, () => {
    it('do not go while something of them is open: alone, the others would take their balance away', async () => {
      expect(
        await landed(together, [
          { day: '2026-06-01', feeds: { receipts: [of('A'), of('B')] } },
          { day: '2026-06-02', feeds: { receipts: [of('A')] } },
          { day: '2026-06-01', cutoff: '2026-06-02T12:00:00', feeds: { receipts: [of('B')] } },
          { day: '2026-06-03', feeds: { receipts: [of('A'), of('B', CLOSED)] } },
          { day: '2026-06-04', feeds: { receipts: [of('A')] } },
          { day: '2026-06-05', feeds: { receipts: [of('A'), of('C')] } },
        ]),
      ).toEqual(['accepted', 'COMPANY_MISSING', 'COMPANY_MISSING', 'accepted', 'accepted', 'accepted']);
    });

    it('that joined later are not missed in the days before', async () => {
      expect(
        await landed(together, [
          { day: '2026-06-01', feeds: { receipts: [of('A')] } },
          { day: '2026-06-05', feeds: { receipts: [of('A'), of('B')] } },
          { day: '2026-06-03', cutoff: '2026-06-06T12:00:00', feeds: { receipts: [of('A')] } },
          { day: '2026-05-20', cutoff: '2026-06-06T13:00:00', feeds: { receipts: [of('D')] } },
        ]),
      ).toEqual(['accepted', 'accepted', 'accepted', 'accepted']);
    });

    it('must be described by the delivery that first brings receipts of them, or before', async () => {
      expect(
        await landed(together, [
          { day: '2026-06-01', feeds: { ...describedBy('A'), receipts: [of('A')] } },
          { day: '2026-06-02', feeds: { receipts: [of('A'), of('B')] } },
          {
            day: '2026-06-02',
            cutoff: '2026-06-02T23:00:00',
            feeds: { ...describedBy('B'), receipts: [of('A'), of('B')] },
          },
          { day: '2026-06-03', feeds: { receipts: [of('A'), of('B')] } },
        ]),
      ).toEqual(['accepted', 'COMPANY_UNKNOWN', 'accepted', 'accepted']);
    });
  });

it('the refusal names the company, the day before and what to do', async () => {
  entryOf(
    await fixture.day({
      day: '2026-06-01',
      feeds: { ...describedBy('A', 'B'), receipts: [of('A'), of('B')] },
    }),
  );
  expect(errorOf(await fixture.day({ day: '2026-06-02', feeds: { receipts: [of('A')] } }))).toMatchObject({
    code: 'COMPANY_MISSING',
    message: 'The delivery of 2026-06-02 has no receipt of B, of which some were open on 2026-06-01.',
    details: { column: 'company', value: 'A', expected: 'receipts of every company: A, B' },
  });
  expect(
    errorOf(await fixture.day({ day: '2026-06-03', feeds: { receipts: [of('A'), of('B'), of('X')] } })),
  ).toMatchObject({
    code: 'COMPANY_UNKNOWN',
    details: { value: 'X', expected: 'one of A, B' },
  });
});
