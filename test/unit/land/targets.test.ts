import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readMapping } from '../../../functions/contracts/mapping.ts';
import { TARGETED_DIMENSIONS, TARGETED_KPIS } from '../../../functions/contracts/targets.ts';
import { HOME } from '../../../functions/core/home.ts';
import type { LandOptions } from '../../../functions/land/land.ts';
import { findKpi, readCatalogue } from '../../../functions/query/catalogue.ts';
import { DIMENSIONS, entryOf, LandingFixture, LENIENT, receipt, type Values } from './deliveryFixture.ts';

let fixture: LandingFixture;
beforeEach(() => {
  fixture = new LandingFixture();
});
afterEach(() => fixture.close());

const target = (changes: Values = {}): Values => ({
  company: 'ACME',
  month: '2026-06-01',
  dimension: 'office',
  member: '007',
  kpi: 'collected',
  target_version: '1',
  value: '500',
  ...changes,
});

async function land(targets: readonly Values[], options: LandOptions = {}) {
  const feeds = { ...DIMENSIONS, receipts: [receipt('R1')], targets };
  const entry = entryOf(await fixture.day({ day: '2026-06-01', feeds }, { config: LENIENT, ...options }));
  const quarantine = entry.feeds.targets?.quarantine;
  const refused = quarantine
    ? await fixture.rows((file) => `SELECT line, "column", value, code, reason FROM ${file(quarantine)}`)
    : [];
  return { entry, refused };
}

describe('the month of a target', () => {
  it('is its first day, and any other is refused with what to write', async () => {
    const { entry, refused } = await land([target(), target({ month: '2026-06-15' })]);
    expect(entry.feeds.targets).toMatchObject({ accepted: 1, refused: 1 });
    expect(refused).toEqual([
      {
        line: '3',
        column: 'month',
        value: '2026-06-15',
        code: 'BAD_MONTH',
        reason: 'not a month, which is written as its first day: YYYY-MM-01',
      },
    ]);
  });

  it('is asked for in the format of the source', async () => {
    const text = 'version: 1\nfeeds: {targets: {date_format: [DD/MM/YYYY, D.M.YYYY]}}\n';
    const mapping = readMapping('m.yml', text);
    const { refused } = await land([target({ month: '01/06/2026' }), target({ month: '30/06/2026' })], {
      mapping,
    });
    expect(refused).toMatchObject([
      { line: '3', value: '30/06/2026', reason: expect.stringMatching(/: 01\/MM\/YYYY \| 1\.M\.YYYY$/) },
    ]);
  });
});

describe('a target that no scorecard measures', () => {
  const found = async (...targets: Values[]): Promise<string[]> =>
    (await land(targets)).entry.findings
      .filter(({ code }) => code === 'TARGET_UNUSED')
      .map(({ feed, column, count, message }) => `${feed}.${column} ${count}: ${message}`);

  it('lands, and is reported by what is wrong with it', async () => {
    const said = await found(
      target(),
      target({ dimension: 'oficina' }),
      target({ dimension: 'oficina', member: '008' }),
      target({ kpi: 'colected' }),
      target({ kpi: 'hhi' }),
      target({ dimension: 'company', member: 'OTRA' }),
      target({ dimension: 'total', member: 'ACME' }),
    );
    expect(said).toEqual([
      'targets.dimension 2: 2 rows have a dimension that no scorecard measures, for example oficina (expected: total, company, office, advisor, clerk, line, intermediary, currency)',
      `targets.kpi 2: 2 rows have a kpi that no scorecard measures, for example colected; did you mean "collected" (expected: ${TARGETED_KPIS.join(', ')})`,
      'targets.member 2: 2 rows have a member that no scorecard measures, for example company OTRA (expected: company with the company itself, total with total)',
    ]);
  });

  it('is none of those that one measures', async () => {
    const members = { total: 'total', company: 'ACME', currency: 'COP', office: '007', line: 'AUTO' };
    const dimensions = TARGETED_DIMENSIONS.map((dimension) =>
      target({ dimension, member: members[dimension as keyof typeof members] ?? 'A1' }),
    );
    expect(
      await found(...dimensions, ...TARGETED_KPIS.map((kpi) => target({ kpi, target_version: '2' }))),
    ).toEqual([]);
  });

  it('is told by what the marts read and the catalogue defines', () => {
    const between = (mart: string, pattern: RegExp): string =>
      pattern.exec(readFileSync(join(HOME, `sql/marts/${mart}.sql`), 'utf8'))?.[1] ?? '';
    const dimensions = between('scorecards', /cross join \(values (.*?)\) as d \(dimension\)/s);
    expect([...dimensions.matchAll(/'([^']+)'/g)].map(([, name]) => name)).toEqual([...TARGETED_DIMENSIONS]);
    const measures = between('attainment', /from \(values(.*?)\) as m \(kpi/s);
    const told = [...measures.matchAll(/'(\w+)', (true|false), (true|false), (true|false)/g)];
    expect(told.map(([, kpi]) => kpi)).toEqual([...TARGETED_KPIS]);
    const catalogue = readCatalogue();
    const bases = Object.values(findKpi(catalogue, 'attainment').kpi.bases).map(({ where }) => where);
    for (const [, kpi = '', better, isAmount, isFlow] of told) {
      const { direction, unit, periods } = findKpi(catalogue, kpi).kpi;
      expect([kpi, better, isAmount, isFlow]).toEqual([
        kpi,
        String(direction === 'up_is_good'),
        String(unit === 'money'),
        String(periods.length > 0),
      ]);
      expect(direction).not.toBe('neutral');
      expect(bases).toContain(`kpi = '${kpi}'`);
    }
  });
});
