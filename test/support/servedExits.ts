import { expect } from 'vitest';
import type { Row } from '../../functions/engine/engine.ts';
import { ORIGIN_DIMENSIONS } from '../../functions/query/origin.ts';
import {
  askResponse,
  changeResponse,
  daysResponse,
  healthResponse,
  membersResponse,
  peersResponse,
  proofResponse,
  receiptsResponse,
  refusedResponse,
} from '../../functions/serve/api.ts';
import { COMPANIES, cents, type Exit, gross, isGross, mayUse, ofCompany, total } from './servedAsking.ts';
import { sees, seesRefused, visibleAmounts, visibleReceipts } from './servedCallers.ts';
import { CLIENT_EXITS } from './servedClients.ts';
import type { RawRows } from './servedDemo.ts';
import { FILE_EXITS } from './servedFiles.ts';
import { TERMINAL_EXITS } from './servedTerminal.ts';

const byLine = ({ company, line }: Readonly<Record<string, unknown>>): string => `${company}|${line}`;

/** Amounts of receipts, summed by company and line. */
function inLines({ position }: RawRows, amounts: ReadonlyMap<string, bigint>): Map<string, bigint> {
  const lines = new Map<string, bigint>();
  for (const row of position) {
    const amount = amounts.get(`${row.company}|${row.receipt_no}`) ?? 0n;
    if (amount !== 0n) lines.set(byLine(row), (lines.get(byLine(row)) ?? 0n) + amount);
  }
  return lines;
}

export const MATRIX: Readonly<Record<string, Exit>> = {
  '/api/ask': {
    route: 'ask',
    check: async (asking) => {
      const expected = visibleAmounts(asking.person, asking.raw, isGross);
      const questions = [
        { kpi: 'gross', by: ['company', 'receipt'] },
        { kpi: 'gross', by: ['company'] },
        { kpi: 'overdue', by: ['company', 'office'], compare: ['2026-06-29'] },
        // Of marts that keep one dimension at a time: these are made for whoever asks.
        { kpi: 'overdue_own', by: ['company', 'line'] },
        { kpi: 'top_share', by: ['company', 'line'] },
        ...ORIGIN_DIMENSIONS.map((origin) => ({ kpi: 'gross', by: ['company', origin] })),
        ...ORIGIN_DIMENSIONS.map((column) => ({
          kpi: 'gross',
          by: ['company'],
          filters: [{ column, members: [null] }],
        })),
      ];
      const response = await asking.post('/api/ask', { questions });
      expect(response.status).toBe(200);
      const { answers } = askResponse.parse(await response.json());
      const [receipts, companies, offices, scorecards, concentration, ...origins] = answers.map((one) =>
        'answer' in one ? one.answer.rows : [],
      );
      // Who held a receipt before may be outside of a scope of holders: nobody who has one is told.
      const { role, scope } = asking.person.claims;
      const isOfHolders =
        ['office_manager', 'advisor', 'clerk', 'intermediary'].includes(role) ||
        ['office', 'advisor', 'clerk', 'intermediary'].some((column) => scope !== 'all' && column in scope);
      const problems = answers
        .slice(-2 * ORIGIN_DIMENSIONS.length)
        .flatMap((one) => ('answer' in one ? [] : [one.problem.code]));
      expect(problems).toEqual(isOfHolders ? Array(2 * ORIGIN_DIMENSIONS.length).fill('EXIT_DENIED') : []);
      for (const rows of isOfHolders ? [] : origins.slice(0, ORIGIN_DIMENSIONS.length))
        expect(total(rows.map(({ value }) => cents(value ?? '0.00')))).toBe(total(expected.values()));
      const told = new Map(
        receipts?.map(({ dimensions, value }) => [
          `${dimensions.company}|${dimensions.receipt}`,
          cents(value),
        ]),
      );
      expect(told).toEqual(expected);
      for (const company of COMPANIES) {
        const row = companies?.find(({ dimensions }) => dimensions.company === company);
        expect(cents(row?.value ?? '0')).toBe(total(ofCompany(expected, company).values()));
      }
      const overdue = visibleAmounts(asking.person, asking.raw, (row) => isGross(row) && Number(row.dpd) > 0);
      expect(total(offices?.map(({ value }) => cents(value ?? '0.00')) ?? [])).toBe(total(overdue.values()));
      const sums = (part: 'value' | 'denominator', rows: typeof offices) =>
        new Map(
          rows
            ?.map(({ dimensions, [part]: sum }) => [byLine(dimensions), cents(sum ?? '0.00')] as const)
            .filter(([, sum]) => sum !== 0n),
        );
      expect(sums('value', scorecards)).toEqual(inLines(asking.raw, overdue));
      expect(sums('denominator', concentration)).toEqual(inLines(asking.raw, expected));
    },
  },
  '/api/members': {
    route: 'members',
    check: async (asking) => {
      const response = await asking.get('/api/members');
      const { dimensions } = membersResponse.parse(await response.json());
      const rows = [
        ...visibleReceipts(asking.person, asking.raw).filter((row) => sees(asking.person, row)),
        ...asking.raw.unapplied.filter((row) => sees(asking.person, row)),
      ];
      const shared = visibleAmounts(asking.person, asking.raw, () => true);
      for (const column of ['office', 'advisor', 'clerk', 'line']) {
        const mine = [
          ...rows,
          ...asking.raw.position.filter((row) => shared.has(`${row.company}|${row.receipt_no}`)),
        ].flatMap((row) => (typeof row[column] === 'string' ? [row[column]] : []));
        expect(dimensions[column]?.map(({ member }) => member)).toEqual([...new Set(mine)].sort());
      }
    },
  },
  '/api/change': {
    route: 'change',
    check: async (asking) => {
      const response = await asking.post('/api/change', {
        measure: 'gross',
        from: '2026-06-20',
        by: 'client',
      });
      const { blocks } = changeResponse.parse(await response.json());
      const clients = new Map(
        asking.raw.position.map((row) => [
          `${row.company}|${row.receipt_no}`,
          `${row.functional_currency}|${row.client_id}`,
        ]),
      );
      const byClient = new Map<string, bigint>();
      for (const [receipt, amount] of visibleAmounts(asking.person, asking.raw, isGross)) {
        const key = clients.get(receipt) ?? '';
        byClient.set(key, (byClient.get(key) ?? 0n) + amount);
      }
      const told = blocks.flatMap(({ currency, members }) =>
        members.flatMap(({ member, closing }) =>
          closing === '0.00' ? [] : [[`${currency}|${member}`, cents(closing)] as const],
        ),
      );
      expect(new Map(told)).toEqual(byClient);
      for (const { total: whole, members } of blocks)
        for (const one of [whole, ...members])
          expect(total(Object.values(one.causes).map(cents))).toBe(cents(one.closing) - cents(one.opening));
    },
  },
  '/api/receipts': {
    route: 'receipts',
    check: async (asking) => {
      const expected = visibleAmounts(asking.person, asking.raw, isGross);
      for (const company of COMPANIES) {
        const response = await asking.post('/api/receipts', { ...gross(company), limit: 1000 });
        const page = receiptsResponse.parse(await response.json());
        const told = page.receipts.map(
          ({ company: of, receipt, amount }) => [`${of}|${receipt}`, cents(amount)] as const,
        );
        expect(new Map(told)).toEqual(ofCompany(expected, company));
        expect(page.equal).toBe(true);
        // What is open of a receipt, in its own currency, is no more than the part of it that is told.
        for (const { currency, open_total, amount } of page.receipts)
          if (currency === page.currency) expect(open_total).toBe(amount);
        expect(
          page.receipts.every(({ client_name: name }) => (name === '•••') === !asking.person.personal),
        ).toBe(true);
      }
    },
  },
  '/api/peers': {
    route: 'peers',
    board: 'tableros',
    check: async (asking) => {
      const advisors = new Set(
        asking.raw.position.flatMap((row) => (typeof row.advisor === 'string' ? [row.advisor] : [])),
      );
      for (const member of [...advisors].slice(0, 12)) {
        const response = await asking.post('/api/peers', { kpi: 'gross', dimension: 'advisor', member });
        const expected = visibleAmounts(
          asking.person,
          asking.raw,
          (row) => isGross(row) && row.advisor === member,
        );
        if (response.status !== 200) {
          expect(expected.size).toBe(0);
          const { scope } = asking.person.claims;
          if (scope !== 'all' && scope.advisor?.includes(member) === false) expect(response.status).toBe(403);
          continue;
        }
        const text = await response.text();
        const told = peersResponse.parse(JSON.parse(text));
        expect(cents(told.own.value ?? '0.00')).toBe(total(expected.values()));
        for (const other of advisors) if (other !== member) expect(text).not.toContain(`"${other}"`);
      }
    },
  },
  '/api/days': {
    route: 'days',
    check: async (asking) => {
      const { days } = daysResponse.parse(await (await asking.get('/api/days')).json());
      const mine = asking.raw.restatements.filter(
        (row) => row.affects_from !== null && sees(asking.person, row),
      );
      const expected = days.filter(({ day }) =>
        mine.some(
          (row) =>
            String(row.affects_from) <= day &&
            day <= String(row.affects_to ?? row.affects_from) &&
            day < String(row.as_of),
        ),
      );
      expect(days.filter(({ restated }) => restated)).toEqual(expected);
    },
  },
  '/api/health': {
    route: 'health',
    board: 'salud',
    check: async (asking) => {
      const told = healthResponse.parse(await (await asking.get('/api/health')).json());
      const { role, scope } = asking.person.claims;
      const everybody = scope === 'all' && role !== 'advisor';
      const messages = told.deliveries.flatMap(({ findings }) => findings.map(({ message }) => message));
      expect(messages.length).toBeGreaterThan(0);
      if (!everybody) expect(new Set(messages)).toEqual(new Set(['']));
      // How much there is of all is nobody's part of it.
      const counts = told.deliveries.flatMap(({ feeds, findings }) => [
        ...Object.values(feeds).flatMap(({ rows, accepted, refused }) => [rows, accepted, refused]),
        ...findings.map(({ count }) => count),
      ]);
      if (!everybody) expect(new Set(counts)).toEqual(new Set([null]));
      else expect(counts).not.toContain(null);
      expect(told.refused.rows).toBe(
        asking.raw.refused.filter((row) => seesRefused(asking.person, row)).length,
      );
      const restated = asking.raw.restatements.filter(
        (row) => Number(row.days_affected) > 0 && sees(asking.person, row),
      );
      expect(told.restatements.movements).toBe(
        new Set(restated.map((row) => `${row.company}|${row.kind}|${row.movement_id}`)).size,
      );
    },
    unmasked: 'advisor',
  },
  '/api/refused': {
    route: 'refused',
    board: 'salud',
    unmasked: 'analyst of one company',
    check: async (asking) => {
      const response = await asking.get('/api/refused?limit=1000');
      if (!(await mayUse(asking, response, 'refused'))) return;
      const told = refusedResponse.parse(await response.json());
      const expected = asking.raw.refused.filter((row) => seesRefused(asking.person, row));
      const key = (row: Row) => [row.company, row.line, row.column, row.code].join('|');
      expect(told.rows.map((row) => key(row)).sort()).toEqual(expected.map(key).sort());
      expect(told.rows.every((row) => row.reason_es !== null && row.reason_es !== row.reason)).toBe(true);
      expect(told.rows.every(({ raw }) => (raw === '•••') === !asking.person.personal)).toBe(true);
      const values = told.rows.flatMap(({ value }) => value ?? []);
      expect(values.every((value) => (value === '•••') === !asking.person.personal)).toBe(true);
    },
  },
  ...CLIENT_EXITS,
  ...FILE_EXITS,
  '/api/proof': {
    route: 'proof',
    check: async (asking) => {
      const expected = visibleAmounts(asking.person, asking.raw, isGross);
      for (const company of COMPANIES) {
        const response = await asking.post('/api/proof', gross(company));
        const { receipt } = proofResponse.parse(await response.json());
        const mine = ofCompany(expected, company);
        expect(cents(receipt.cell.value ?? '0.00')).toBe(total(mine.values()));
        expect(receipt.receipts).toBe(mine.size);
      }
    },
  },
  ...TERMINAL_EXITS,
};
