import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addDays, businessDate } from '../../../functions/core/dates.ts';
import { countback } from '../../reference/ratio.ts';
import { fourPlaces } from '../../support/figures.ts';
import { type Asked, KpiLake } from '../../support/kpiLake.ts';
import { type CompanyLedger, deliveredOn, Ledger } from '../../support/ledgerFixture.ts';
import { haveShared, sharedPath } from '../../support/sharedData.ts';
import { addForeign } from './balanceScenarios.ts';
import { CLOSE, publishedLedger } from './vectorLake.ts';

/** A machine that does other things meanwhile must not fail them; alone they take seconds. */
vi.setConfig({ hookTimeout: 600_000, testTimeout: 600_000 });

/*
 * Published cases: facts transcribed from others' tests and tutorials, asked of our engine by our definitions
 * (domain §1.11 says where those differ).
 */

const T = businessDate(CLOSE);
const NEXT = addDays(T, 1);
const TWO_DAYS = addDays(T, 2);

interface ErpCase {
  readonly id: string;
  readonly invoice?: {
    readonly amount?: number;
    readonly amount_usd?: number;
    readonly rate?: number;
    readonly schedule?: readonly (readonly [string, number])[];
  };
  readonly payments?: readonly (readonly [
    string,
    number | { readonly usd: number; readonly base: number },
  ])[];
  readonly [key: string]: unknown;
}

const published = <T>(name: string): T => JSON.parse(readFileSync(sharedPath(name), 'utf8')) as T;

describe.skipIf(!haveShared('expected/erpnext_ar.json'))(
  'ERPNext, accounts receivable: the cases about balances',
  () => {
    let lake: KpiLake;
    let cases: ReadonlyMap<string, ErpCase>;

    const of = (id: string): ErpCase => {
      const found = cases.get(id);
      if (!found) throw new Error(`no case ${id} among the published ones`);
      return found;
    };
    const paid = (id: string, index = 0): number => Number(of(id).payments?.[index]?.[1]);
    const amount = (id: string): number => Number(of(id).invoice?.amount);
    const at = (asked: Partial<Asked> = {}): Asked => ({ asOf: T, knownAt: T, ...asked });
    const money = async (company: string, kpi: string, asked: Partial<Asked> = {}) => {
      const [row] = await lake.ask(kpi, at({ ...asked, where: { company } }));
      return Number(row?.value ?? 0);
    };
    const open = async (company: string, asked: Partial<Asked> = {}) =>
      Object.fromEntries(
        (await lake.ask('gross', at({ ...asked, by: ['receipt'], where: { company } }))).map((row) => [
          row.dimensions.receipt,
          Number(row.value),
        ]),
      );

    /** An invoice in instalments, each a receipt of the same policy. */
    const instalments = (company: CompanyLedger, id: string) =>
      (of(id).invoice?.schedule ?? []).map(([due, part], index) =>
        company.receipt(`${index + 1}`, {
          total: part,
          policy: 'P1',
          instalment: index + 1,
          issued: T,
          due: addDays(T, Number(due.replace('T+', ''))),
        }),
      );
    /** Money that names only the policy goes to what is due first, as the source allocates it. */
    const oldestFirst = (id: string, money_: number): number[] => {
      let left = money_;
      return (of(id).invoice?.schedule ?? []).map(([, part]) => {
        const taken = Math.min(left, part);
        left -= taken;
        return taken;
      });
    };

    beforeAll(async () => {
      const file = published<{ cases: ErpCase[] }>('expected/erpnext_ar.json');
      cases = new Map(file.cases.map((one) => [one.id.split(' ')[0] ?? '', one]));
      const ledger = new Ledger(deliveredOn(T, NEXT, TWO_DAYS));
      const invoice = (id: string, options: { readonly client?: string } = {}) =>
        ledger.company(id).receipt('1', { total: amount(id), issued: T, due: T, ...options });
      for (const id of ['E1', 'E2']) {
        const receipts = instalments(ledger.company(id), id);
        for (const [index, part] of oldestFirst(id, paid(id)).entries()) {
          if (part > 0) receipts[index]?.paid(part, T);
        }
        if (id === 'E1') continue;
        // 20 are left of the first instalment: they go first.
        const [first, second] = receipts;
        first?.endorsed(-20, NEXT);
        second?.endorsed(-(Number(of(id).then_credit_note) - 20), NEXT);
      }
      for (const id of ['E3', 'E4', 'E7', 'E11']) invoice(id).paid(paid(id), T);
      ledger.company('E5').receipt('1', { total: -Number(of('E5').credit_note), issued: T, due: T });
      invoice('E6').paid(paid('E6'), NEXT, { known: T });
      const rate = String(of('E8').invoice?.rate);
      addForeign(ledger, 'E8', {
        functional: 'INR',
        total: of('E8').invoice?.amount_usd ?? 0,
        paid: 0,
        issueRate: rate,
        paymentRate: rate,
        closingRate: String(of('E8').revalue_rate),
        paidOn: T,
        known: T,
      });
      const [, future] = of('E9').payments?.[0] ?? [];
      if (typeof future !== 'object') throw new Error('E9 pays in dollars');
      addForeign(ledger, 'E9', {
        functional: 'BDT',
        total: of('E9').invoice?.amount_usd ?? 0,
        paid: future.usd,
        issueRate: String(of('E9').invoice?.rate),
        paymentRate: String(future.base / future.usd),
        closingRate: String(of('E9').invoice?.rate),
        paidOn: NEXT,
        paidKnown: T,
        known: T,
      });
      invoice('E10').paid(Number(of('E10').then_payment), NEXT);
      const advance = ledger.companies.find(({ company }) => company === 'E10');
      advance?.payments.push({
        paymentNo: 'ADVANCE',
        client: 'C1',
        policy: null,
        intermediary: null,
        receivedDate: T,
        amount: BigInt(Number(of('E10').advance_unallocated) * 100),
        currency: 'COP',
        channel: null,
        from: 0,
        reversed: null,
      });
      const twelve = ledger.company('E12');
      for (const [index, one] of ((of('E12').invoices as number[] | undefined) ?? []).entries()) {
        twelve.receipt(`${index + 1}`, { total: one, client: 'C1', issued: T, due: T });
      }
      lake = await KpiLake.of(ledger);
    });

    afterAll(() => lake?.close());

    it('E1: a payment of 40 closes the first instalment and leaves 40 and 20', async () => {
      const rows = (of('E1').expected_open_by_instalment as [number, string, string][]).map(([, , left]) =>
        Number(/open (\d+)/.exec(left)?.[1]),
      );
      expect(await open('E1')).toEqual({ 2: rows[1], 3: rows[2] });
    });
    it('E2: a credit note takes the rest of the first instalment, then of the second', async () => {
      const before = (of('E2').expected as number[][]).map((row) => row[2]);
      expect(await open('E2')).toEqual({ 1: before[0], 2: before[1], 3: before[2] });
      expect(await open('E2', { asOf: NEXT, knownAt: NEXT })).toEqual({ 2: 20, 3: 40 });
    });
    it('E3: a partial payment leaves the rest', async () => {
      expect(await money('E3', 'gross')).toBe(of('E3').expected_open);
    });
    it('E4: what is paid leaves the report', async () => {
      expect(Object.keys(await open('E4'))).toHaveLength(Number(of('E4').expected_rows));
    });
    it('E5: a credit note nobody used is a credit of its own', async () => {
      expect(await money('E5', 'credits')).toBe(of('E5').expected_open);
      expect(await money('E5', 'gross')).toBe(0);
    });
    it('E6: a payment dated tomorrow does not lower today, though it is known', async () => {
      const expected = of('E6').expected as Record<string, number>;
      expect(await money('E6', 'gross')).toBe(expected.open);
      expect(await money('E6', 'gross', { asOf: NEXT })).toBe(expected.remaining);
    });
    it('E7: one cent is still listed', async () => {
      expect(await open('E7')).toEqual({ 1: of('E7').expected_open });
    });
    it('E8: the close revalues what is open', async () => {
      expect(await money('E8', 'fx_unrealised')).toBe(of('E8').expected_gain_row_open);
    });
    it('E9: a future payment in dollars; our relief is at the booked rate, the loss of 450 is realised apart', async () => {
      const base = of('E9').expected_base as Record<string, number>;
      const dollars = of('E9').expected_usd as Record<string, number>;
      const tomorrow = { asOf: NEXT, knownAt: NEXT };
      expect(await money('E9', 'gross')).toBe(base.open);
      expect(await money('E9', 'gross', { basis: 'document' })).toBe(dollars.open);
      expect(await money('E9', 'gross', { ...tomorrow, basis: 'document' })).toBe(dollars.remaining);
      const period = { ...tomorrow, period: `${NEXT}..${NEXT}` };
      expect(await money('E9', 'cash_applied', period)).toBe(base.future);
      expect(await money('E9', 'gross', { ...tomorrow, basis: 'booked' })).toBe(800);
      expect(await money('E9', 'fx_realised', period)).toBe(-450);
      expect(800 - -450).toBe(base.remaining);
    });
    it('E10: an advance stays beside the bucket, not in it; the net is the same', async () => {
      const [before, after] = [of('E10').expected, of('E10').expected_after] as Record<string, number>[];
      expect([await money('E10', 'gross'), await money('E10', 'unapplied')]).toEqual([200, -50]);
      expect(await money('E10', 'net')).toBe(before?.open);
      const tomorrow = { asOf: NEXT, knownAt: NEXT };
      expect([await money('E10', 'gross', tomorrow), await money('E10', 'unapplied', tomorrow)]).toEqual([
        75, -50,
      ]);
      expect(await money('E10', 'net', tomorrow)).toBe(after?.open);
    });
    it('E11: the balance that the ledger must show', async () => {
      expect(await money('E11', 'net')).toBe((of('E11').expected as Record<string, number>).gl_balance);
    });
    it('E12: two invoices of one party add up', async () => {
      expect(await money('E12', 'gross')).toBe((of('E12').expected as Record<string, number>).party_total);
    });
  },
);

interface RatioExample {
  readonly id: string;
  readonly in?: Readonly<Record<string, number>> & { readonly sales_latest_first?: readonly number[] };
  readonly expected_pct?: number;
  readonly expected?: unknown;
}

describe.skipIf(!haveShared('expected/ratio_examples.json'))('published ratio examples', () => {
  let lake: KpiLake;
  let items: ReadonlyMap<string, RatioExample>;
  const of = (id: string) => {
    const found = items.get(id);
    if (!found) throw new Error(`no example ${id} among the published ones`);
    return found;
  };
  const ask = async (company: string, kpi: string, asked: Partial<Asked> = {}) =>
    Number((await lake.figure(kpi, company, { asOf: CLOSE, ...asked })).value);

  beforeAll(async () => {
    const file = published<{ items: RatioExample[] }>('expected/ratio_examples.json');
    items = new Map(file.items.map((one) => [one.id, one]));
    lake = await KpiLake.of(publishedLedger());
  });

  afterAll(() => lake?.close());

  it('CEI-1 needs the average month of the quarter, CEI-1b the sales of the period as one', async () => {
    expect((await ask('CEI-1', 'cei', { period: 'quarter' })) * 100).toBeCloseTo(
      of('CEI-1').expected_pct ?? 0,
      1,
    );
    expect((await ask('CEI-1b', 'cei')) * 100).toBeCloseTo(of('CEI-1b').expected_pct ?? 0, 2);
  });
  it('ADD-1: 45 days, 12 of them at best', async () => {
    const expected = of('ADD-1').expected as Record<string, number>;
    expect(await ask('ADD-1', 'dso')).toBeCloseTo(expected.dso ?? 0, 10);
    expect(await ask('ADD-1', 'bpdso')).toBeCloseTo(expected.bpdso ?? 0, 10);
    expect(await ask('ADD-1', 'add')).toBeCloseTo(expected.add ?? 0, 10);
  });
  it('DBT-1 takes early payments as on time, DBT-2 counts their days below zero', async () => {
    const firstQuarter = { asOf: '2026-03-31', period: 'quarter', basis: 'amount_floored' };
    expect(await ask('DBT-1', 'days_to_pay', firstQuarter)).toBeCloseTo(Number(of('DBT-1').expected), 2);
    expect(await ask('DBT-2', 'days_to_pay')).toBeCloseTo(Number(of('DBT-2').expected), 2);
  });
  it('CB-1 has months of 30 days, so it is a test of the formula', () => {
    const { ar, sales_latest_first: sales } = of('CB-1').in ?? {};
    const months = (sales ?? []).map((one) => ({ sales: BigInt(one), days: 30 }));
    expect(Number(fourPlaces(countback(BigInt(ar ?? 0), months).value))).toBeCloseTo(
      Number(of('CB-1').expected),
      1,
    );
  });
});
