import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../../functions/core/config.ts';
import type { Row } from '../../../functions/engine/engine.ts';
import {
  configured,
  findBasis,
  findKpi,
  type Kpi,
  type KpiExample,
  readCatalogue,
} from '../../../functions/query/catalogue.ts';
import { answerDimensions, martOf, selectKpi } from '../../../functions/query/select.ts';
import { name, sql, value } from '../../../functions/query/statement.ts';
import { MartHouse } from './mart-house.ts';

const catalogue = readCatalogue();

/** Marts that must be built before a mart. */
const BEFORE: Readonly<Record<string, readonly string[]>> = {
  recovery: ['month_total', 'aging'],
  turnover: ['aging'],
  scorecards: ['month_total', 'aging', 'recovery'],
  attainment: ['month_total', 'aging', 'recovery', 'scorecards'],
  rotation: ['month_total', 'month_opening', 'aging', 'recovery', 'scorecards'],
  vintages: ['vintage_flow'],
  roll_flow: ['roll_rates'],
};

let house: MartHouse;
beforeAll(async () => {
  house = await MartHouse.open();
});
afterAll(() => house.close());

/** The rows of a KPI over the example's inputs, through the marts' own text and the compiler's own SQL. */
async function ask(kpi: Kpi, example: KpiExample): Promise<Row[]> {
  await house.clear();
  const period = example.period ?? kpi.periods[0] ?? null;
  await house.theseDays(example.days.length > 0 ? example.days : [example.as_of], period ?? 'month');
  if ('alturas' in example.given) await house.empty('alturas');
  for (const [relation, rows] of Object.entries(example.given)) await house.give(relation, rows);
  for (const mart of [...(BEFORE[kpi.from] ?? []), kpi.from]) await house.build(mart);
  const { basis } = findBasis(kpi, example.basis);
  const mart = martOf(catalogue, kpi);
  const [one] = example.by;
  const long = mart.form === 'long';
  const by = answerDimensions(kpi, basis, example.by);
  const statement = selectKpi(
    {
      kpi,
      basis,
      parameter: example.parameter ?? kpi.parameter?.default ?? null,
      mart: long
        ? {
            form: 'cube',
            dimensions: { ...mart.dimensions, ...(one ? { [one]: 'member' } : {}), dimension: 'dimension' },
          }
        : mart,
      by,
      filters: long ? [{ column: 'dimension', members: [one ?? 'total'] }] : [],
    },
    sql`select * from ${name(kpi.from)} where as_of = cast(${value(example.as_of)} as date)`,
    period,
  );
  return house.rows(statement.render());
}

describe('every worked example of the catalogue comes out of the real SQL', () => {
  for (const kpi of catalogue.kpis)
    for (const example of kpi.examples)
      test(`${kpi.id}: ${example.en}`, async () => {
        const rows = await ask(kpi, example);
        const dimensions = answerDimensions(kpi, findBasis(kpi, example.basis).basis, example.by);
        const shown = rows.map((row) => ({
          at: Object.fromEntries(dimensions.map((name) => [name, row[`d_${name}`] ?? null])),
          row,
        }));
        expect(shown.map(({ at }) => at)).toEqual(
          example.expect.map(({ at }) =>
            Object.fromEntries(dimensions.map((name) => [name, at[name] ?? null])),
          ),
        );
        for (const [index, wanted] of example.expect.entries()) {
          const row = shown[index]?.row ?? {};
          figure(row.value, wanted.value);
          if (wanted.numerator !== undefined) figure(row.numerator, wanted.numerator);
          if (wanted.denominator !== undefined) figure(row.denominator, wanted.denominator);
          expect(row.reason ?? null).toBe(wanted.reason ?? null);
          for (const [note, value] of Object.entries(wanted.notes ?? {})) figure(row[`n_${note}`], value);
        }
      });
});

/** Money and counts exactly as text, other figures to six decimals. */
function figure(found: unknown, wanted: string | number | null): void {
  if (typeof wanted === 'number') expect(Number(found)).toBeCloseTo(wanted, 6);
  else expect(found ?? null).toBe(wanted);
}

describe('the catalogue', () => {
  test.each([
    ['', 'days_365', 'closing', 'amount'],
    ['day_year: 360', 'days_360', 'closing', 'amount'],
    ['rotation_average: 13_month_ends', 'month_ends_365', 'month_ends', 'amount'],
    ['{rotation_average: 13_month_ends, day_year: 360}', 'month_ends_360', 'month_ends', 'amount'],
    ['floor_early: true', 'days_365', 'closing', 'amount_floored'],
  ])('with %s turns over in %s and %s, and pays in %s', (text, days, times, pays) => {
    const own = configured(catalogue, readConfig('alturas.yml', text));
    const basisOf = (id: string) => findBasis(findKpi(own, id).kpi).name;
    expect([basisOf('turnover_days'), basisOf('turnover_times'), basisOf('days_to_pay')]).toEqual([
      days,
      times,
      pays,
    ]);
    for (const [at, kpi] of own.kpis.entries())
      expect(Object.keys(kpi.bases).sort()).toEqual(Object.keys(catalogue.kpis[at]?.bases ?? {}).sort());
  });

  test('makes no basis the default by a key that the configuration does not have', () => {
    const text = readFileSync(new URL('../../../sql/kpis.yml', import.meta.url), 'utf8');
    const broken = text.replace(
      'settings: {floor_early: true}, basis: amount_floored',
      'settings: {floor: true}, basis: floored',
    );
    expect(() => readCatalogue(broken)).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({
          causes: [
            expect.stringContaining('"floored" is no basis of days_to_pay'),
            expect.stringContaining('"floor" is no key of the configuration'),
          ],
        }),
      }),
    );
  });

  test('holds no KPI without an example in both languages, and every mart of sql/marts that a KPI reads', () => {
    for (const kpi of catalogue.kpis) expect(kpi.examples.length).toBeGreaterThan(0);
    const used = new Set(catalogue.kpis.map(({ from }) => from));
    expect([...used].sort()).toEqual(Object.keys(catalogue.marts).sort());
  });

  test('finds a KPI by its id with the parameter stuck to it', () => {
    expect(findKpi(catalogue, 'par75')).toMatchObject({ kpi: { id: 'par' }, parameter: 75 });
    expect(findKpi(catalogue, 'top5_share')).toMatchObject({ kpi: { id: 'top_share' }, parameter: 5 });
    expect(findKpi(catalogue, 'par').parameter).toBe(30);
    expect(() => findKpi(catalogue, 'top7_share')).toThrow(/not kept for n = 7/);
    expect(() => findKpi(catalogue, 'pra')).toThrow(/no KPI called/);
  });

  test('a fault is told with its line, and all faults at once', () => {
    const text = readFileSync(new URL('../../../sql/kpis.yml', import.meta.url), 'utf8')
      .replace('direction: neutral', 'direction: sideways')
      .replace('unit: days', 'unit: hours');
    expect(() => readCatalogue(text)).toThrow(/not a valid catalogue/);
    try {
      readCatalogue(text);
    } catch (error) {
      expect(String(error)).toMatch(/line \d+: kpis\.0\.direction/);
      expect(String(error)).toMatch(/line \d+: kpis\.\d+\.unit/);
    }
  });
});
