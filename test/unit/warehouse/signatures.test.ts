import { beforeAll, describe, expect, it } from 'vitest';
import { type Config, defaultConfig, readConfig, withBuckets } from '../../../functions/core/config.ts';
import { checkModels } from '../../../functions/warehouse/check.ts';
import type { Project } from '../../../functions/warehouse/project.ts';
import { signatures } from '../../../functions/warehouse/signatures.ts';

let project: Project;
beforeAll(async () => {
  ({ project } = await checkModels());
});

/** The models whose stored rows another configuration makes stale. */
function stale(config: Config): string[] {
  const [before, after] = [signatures(project, defaultConfig()), signatures(project, config)];
  expect([...after.keys()]).toEqual(project.models.map(({ name }) => name));
  return [...after].filter(([name, hash]) => hash !== before.get(name)).map(([name]) => name);
}
const read = (text: string): Config => readConfig('alturas.yml', text);

describe('a configuration that changes', () => {
  it.each([
    'day_year: 360',
    'rotation_average: 13_month_ends',
    'floor_early: true',
    'promises: {grace_days: 30, threshold: 1}',
    'error_budget: {default: 1}',
    'receipt_types: {PREMIUM: 1}',
    'post_dated_days: 10',
    'duplicate_lookback_days: 3',
    'delivery_gap_days: 10',
    'delivery_ahead_days: 10',
    'time_zone: America/Lima',
    'par_thresholds: [30]',
  ])('in what no model reads makes no day stale: %s', (text) => {
    expect(stale(read(text))).toEqual([]);
  });

  it('makes stale what reads the setting, and what reads that', () => {
    const attainment = stale(read('attainment_cap: 1.5'));
    expect(attainment).toContain('attainment');
    expect(attainment).not.toContain('position');
    expect(stale(read('calendars: {CO: {weekend: [7]}, PA: {}}'))).toEqual(attainment);
    const units = stale(read('allocation_units: {currencies: {JPY: 100}}'));
    expect(units).toEqual(expect.arrayContaining(['allocation_unit', 'aging']));
    expect(stale(read('allocation_units: {default: 5}'))).toEqual(units);
  });

  it('makes stale what reads the alturas where these are others', () => {
    const others = stale(withBuckets(defaultConfig(), [0, 30, 60]));
    expect(others).toContain('aging');
    expect(others.length).toBeLessThan(project.models.length);
  });

  it('in the severity of a law makes all stale: they are to be let out by it', () => {
    expect(stale(read('laws: {parts_add_up: warning}'))).toHaveLength(project.models.length);
  });
});

it('a model that reads settings and names none depends on all of them', () => {
  const [attainment] = project.models.filter(({ name }) => name === 'attainment');
  if (!attainment) throw new Error('there is no attainment');
  const own: Project = {
    ...project,
    models: [{ ...attainment, tables: ['settings'], sql: 'select max(value) as value from settings' }],
  };
  expect(signatures(own, defaultConfig())).not.toEqual(signatures(own, read('day_year: 360')));
});
