import { beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../../functions/core/config.ts';
import { settingsOf } from '../../../functions/warehouse/relations.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';
import { within } from './coreHouse.ts';

describe('shares by largest remainder', () => {
  type Case = readonly [amount: string, shares: Record<string, string>, expected: string[]];

  /** What each case, a company of one ledger, is cut into. */
  const partsOf = (cases: readonly Case[], config: string): Promise<Map<string, string[]>> => {
    const ledger = new Ledger(daily('2026-06-01', '2026-06-01'));
    for (const [at, [amount, shares]] of cases.entries()) {
      const company = ledger.company(`A${at}`);
      company.receipt('R1', { total: amount, policy: 'P1', issued: '2026-06-01', due: null });
      company.shares('P1', shares, '2026-01-01');
    }
    return within(ledger, async (house) => {
      await house.insert('settings', settingsOf(readConfig('alturas.yml', config)));
      await house.buildAll();
      const rows = await house.rows(
        'select company, intermediary, open_total from intermediary_part order by company, place',
      );
      const flows = await house.rows(
        'select company, intermediary, total as open_total from flow_part order by company, place',
      );
      expect(flows).toEqual(rows);
      expect(await house.law('parts_add_up')).toEqual([]);
      expect(await house.law('flow_parts_add_up')).toEqual([]);
      const parts = new Map<string, string[]>();
      for (const { company, intermediary, open_total: total } of rows)
        parts.set(String(company), [...(parts.get(String(company)) ?? []), `${intermediary} ${total}`]);
      return parts;
    });
  };

  describe.each<[config: string, cases: Case[]]>([
    [
      '',
      [
        ['10000.01', { I1: '60', I2: '40' }, ['I1 6000.01', 'I2 4000.00']],
        ['1.00', { I1: '33.33', I2: '33.33', I3: '33.34' }, ['I3 0.34', 'I1 0.33', 'I2 0.33']],
        // equal remainders: the earliest place, which is the greatest share, then the first name
        ['0.01', { I2: '50', I1: '50' }, ['I1 0.01', 'I2 0.00']],
        ['-0.03', { I1: '50', I2: '50' }, ['I1 -0.02', 'I2 -0.01']],
        // remainders are compared exactly: 0.333333 against 0.333334 of a cent
        ['0.01', { I1: '33.333333', I2: '33.333333', I3: '33.333334' }, ['I3 0.01', 'I1 0.00', 'I2 0.00']],
        [
          '9999999999999999.99',
          { I1: '33.333333', I2: '66.666667' },
          ['I2 6666666699999999.99', 'I1 3333333300000000.00'],
        ],
      ],
    ],
    [
      'allocation_units: {currencies: {COP: 100}}',
      [
        // whole pesos; what is less than one stays with the first
        ['1000001.00', { I1: '60', I2: '40' }, ['I1 600001.00', 'I2 400000.00']],
        ['100.55', { I1: '33.33', I2: '33.33', I3: '33.34' }, ['I3 34.55', 'I1 33.00', 'I2 33.00']],
        ['-101.25', { I1: '50', I2: '50' }, ['I1 -51.25', 'I2 -50.00']],
        ['0.40', { I1: '40', I2: '60' }, ['I2 0.40', 'I1 0.00']],
      ],
    ],
    [
      'allocation_units: {default: 5, currencies: {USD: 100}}',
      [['0.99', { I1: '50', I2: '50' }, ['I1 0.54', 'I2 0.45']]],
    ],
    [
      'allocation_units: {default: 1000}',
      [
        [
          '9999999999999999.99',
          { I1: '33.333333', I2: '66.666667' },
          ['I2 6666666699999999.99', 'I1 3333333300000000.00'],
        ],
      ],
    ],
  ])('with the configuration "%s"', (config, cases) => {
    let parts: ReadonlyMap<string, string[]>;
    beforeAll(async () => {
      parts = await partsOf(cases, config);
    });

    test.each(cases.map(([amount, shares, expected], at) => ({ amount, shares, expected, at })))(
      '$amount between $shares',
      ({ expected, at }) => expect(parts.get(`A${at}`)).toEqual(expected),
    );
  });

  test('shares that do not sum to 100 still add up to the receipt, and the law tells', () => {
    const ledger = new Ledger(daily('2026-06-01', '2026-06-01'));
    const company = ledger.company('A');
    company.receipt('R1', { total: 100, policy: 'P1', issued: '2026-06-01', due: null });
    company.shares('P1', { I1: '50', I2: '30' }, '2026-01-01');
    return within(ledger, async (house) => {
      await house.buildAll();
      expect(
        await house.rows('select intermediary, open_total from intermediary_part order by place'),
      ).toEqual([
        { intermediary: 'I1', open_total: '70.00' },
        { intermediary: 'I2', open_total: '30.00' },
      ]);
      expect(await house.law('parts_add_up')).toEqual([]);
      expect(await house.law('flow_parts_add_up')).toEqual([]);
      expect(await house.law('shares_sum_to_100')).toMatchObject([{ policy_no: 'P1', share: '80.000000' }]);
    });
  });
});
