import { afterEach, describe, expect, it } from 'vitest';
import { AlturasError } from '../../../functions/core/errors.ts';
import { checkModels } from '../../../functions/warehouse/check.ts';
import { findingText } from '../../../functions/warehouse/finding.ts';
import { lawNames } from '../../../functions/warehouse/lawNames.ts';
import { grainLaw } from '../../../functions/warehouse/laws.ts';
import { CHANGE, MODELS, MONTH, OPEN_IS_POSITIVE, POSITION, receipt, ToyLake } from './toyLake.ts';

const made: ToyLake[] = [];

afterEach(async () => {
  for (const lake of made.splice(0)) await lake.close();
});

/** What a check finds, as `file:line CODE`. */
async function findings(models: Readonly<Record<string, string>>): Promise<string[]> {
  const lake = await ToyLake.make(models);
  made.push(lake);
  const checked = await checkModels(lake.models);
  return checked.findings.map(({ file, line, code }) => `${file}:${line} ${code}`);
}

describe('the models of the house', () => {
  it('have no fault', async () => {
    const { findings: found, models, laws } = await checkModels();
    expect(found.map(findingText)).toEqual([]);
    expect(models).toBeGreaterThan(20);
    expect(laws).toBeGreaterThan(5);
  });

  it('have the laws that a configuration may name', async () => {
    const { models, laws } = (await checkModels()).project;
    const grains = models.filter(({ header }) => !header.view).map((model) => grainLaw(model).name);
    expect(lawNames().sort()).toEqual([...laws.map(({ name }) => name), ...grains].sort());
  });

  it('of these tests have no fault either', async () => {
    expect(await findings(MODELS)).toEqual([]);
  });
});

describe('a header', () => {
  it.each([
    ['HEADER_UNKNOWN_KEY', 3, POSITION.replace('reads: {receipts: day}', 'raeds: {receipts: day}')],
    ['HEADER_UNKNOWN_KEY', 10, POSITION.replace('unit: document currency', 'units: document currency')],
    ['HEADER_INVALID', 3, POSITION.replace('receipts: day', 'receipts: yesterday')],
    ['HEADER_INVALID', 7, POSITION.replace('type: DATE', 'type: DAY')],
    ['HEADER_INVALID', 2, POSITION.replace('grain: [as_of, company, receipt_no]', 'grain: []')],
    ['HEADER_INVALID', 1, POSITION.replace('en: a model of a test\n', '')],
    ['HEADER_YAML', 4, POSITION.replace('en: a model of a test', 'en: a model: of a test')],
    [
      'HEADER_UNKNOWN_COLUMN',
      2,
      POSITION.replace('grain: [as_of, company, receipt_no]', 'grain: [as_of, receipt]'),
    ],
    ['HEADER_MISSING', 1, POSITION.replace('/*', '-- ').replace('*/', '')],
    ['MONEY_NOT_DECIMAL', 10, POSITION.replace('"DECIMAL(18,2)"', 'DOUBLE')],
    ['READS_MISSING', 14, POSITION.replace('reads: {receipts: day}\n', '')],
    [
      'STORED_WITHOUT_AS_OF',
      2,
      POSITION.replace('as_of: {', 'day: {')
        .replace('grain: [as_of,', 'grain: [day,')
        .replace('select d.as_of,', 'select d.as_of as day,'),
    ],
    [
      'HEADER_RESERVED_NAME',
      8,
      POSITION.replace('company: {', 'natural: {')
        .replace('grain: [as_of, company,', 'grain: [as_of,')
        .replace('r.company,', 'r.company as "natural",'),
    ],
  ])('%s at line %i', async (code, line, text) => {
    expect(await findings({ 'position/position.sql': text })).toContain(
      `position/position.sql:${line} ${code}`,
    );
  });

  it('of a law says how severe it is', async () => {
    expect(
      await findings({
        ...MODELS,
        'laws/open_is_positive.sql': OPEN_IS_POSITIVE.replace('severity: error\n', ''),
      }),
    ).toEqual(['laws/open_is_positive.sql:1 HEADER_INVALID']);
  });
});

describe('the SELECT gives what the header promises', () => {
  const column = (type: string, sql: string) =>
    POSITION.replace('"DECIMAL(18,2)", unit: document currency', type).replace(
      'r.open_total',
      `${sql} as open_total`,
    );

  it.each([
    ['a TIMESTAMP where a DATE is declared', column('DATE', 'd.known_at')],
    ['a HUGEINT on its way to a float', column('BIGINT', 'sum(r.instalment_no) over ()')],
    [
      'money that is a float',
      column('"DECIMAL(18,2)", unit: document currency', 'cast(r.open_total as double)'),
    ],
    ['another scale', column('"DECIMAL(18,2)"', 'r.open_total * 1.5')],
    ['a column that is not declared', POSITION.replace('d.carried', 'd.carried, r.line')],
    ['a column that is declared only', POSITION.replace(', d.carried', '')],
    ['another order', POSITION.replace('r.company, r.receipt_no', 'r.receipt_no, r.company')],
  ])('refuses %s', async (_, text) => {
    const found = await findings({ 'position/position.sql': text });
    expect(found.map((one) => one.split(' ')[1])).toEqual(['MODEL_TYPES']);
  });

  it('stands at the line of the column', async () => {
    expect(await findings({ 'position/position.sql': column('DATE', 'd.known_at') })).toEqual([
      'position/position.sql:10 MODEL_TYPES',
    ]);
  });

  it('refuses a column that no relation has, at its line', async () => {
    expect(await findings({ 'position/position.sql': POSITION.replace('r.company,', 'r.compani,') })).toEqual(
      ['position/position.sql:13 SQL_BIND'],
    );
  });
});

describe('names and order', () => {
  it('a relation that nobody supplies is reported', async () => {
    expect(await findings({ 'marts/change.sql': CHANGE })).toEqual(['marts/change.sql:23 UNKNOWN_RELATION']);
  });

  it('a file is no relation', async () => {
    expect(
      await findings({
        'position/position.sql': POSITION.replace('join receipts as r', "join 'x.parquet' as r"),
      }),
    ).toContain('position/position.sql:15 UNKNOWN_RELATION');
  });

  it('a schema is none of ours', async () => {
    expect(
      await findings({
        'position/position.sql': POSITION.replace('join receipts as r', 'join main.receipts as r'),
      }),
    ).toContain('position/position.sql:15 SQL_SCHEMA');
  });

  it('a CTE hides the model of its name only where it is in scope', async () => {
    const text = CHANGE.replace(
      'with told as (',
      'with position as (\n  select * from position\n),\n\ntold as (',
    );
    expect(await findings({ ...MODELS, 'marts/change.sql': text })).toEqual([]);
  });

  it('a statement that Trino would run as too many scans is refused; a view is written out where it is named', async () => {
    const all = (relation: string, times: number) =>
      Array.from({ length: times }, () => `select * from ${relation}`).join(' union all ');
    const law = (last: string) =>
      OPEN_IS_POSITIVE.replace(
        'select as_of, company, receipt_no, open_total from position where open_total < 0',
        `with a as (${all('position', 9)}), b as (${all('a', 11)}) select * from b union all select * from ${last}`,
      );
    const view = POSITION.replace('reads: {receipts: day}', 'reads: {position: day}\nview: true').replace(
      /select d[\s\S]*$/,
      'select * from position union all select * from position\n',
    );
    const found = async (last: string, seen: string) =>
      findings({ ...MODELS, 'ledger/twice.sql': seen, 'laws/open_is_positive.sql': law(last) });
    expect(await found('position', view)).toEqual([]);
    expect(await found('twice', view)).toEqual(['laws/open_is_positive.sql:5 SQL_SCANS']);
    expect(await found('twice', view.replace('view: true', 'view: true\nkept: true'))).toEqual([]);
  });

  it('models that read each other are reported, each with its way round', async () => {
    const reading = (name: string, other: string) =>
      MONTH.replace('position: 1 month ends', `${other}: day`)
        .replace('join position as p', `join ${other} as p`)
        .replace('a model of a test', name);
    const lake = await ToyLake.make({
      'marts/a.sql': reading('a', 'b'),
      'marts/b.sql': reading('b', 'c'),
      'marts/c.sql': reading('c', 'a'),
    });
    made.push(lake);
    const { findings: found } = await checkModels(lake.models);
    expect(found.map(({ message }) => message)).toEqual([
      'the model reads itself: a -> b -> c -> a.',
      'the model reads itself: b -> c -> a -> b.',
      'the model reads itself: c -> a -> b -> c.',
    ]);
  });

  it('two models of one name, a model named like a feed', async () => {
    expect(
      await findings({ ...MODELS, 'ledger/position.sql': POSITION, 'marts/receipts.sql': MONTH }),
    ).toEqual(
      expect.arrayContaining(['position/position.sql:1 MODEL_TWICE', 'marts/receipts.sql:1 MODEL_NAME']),
    );
  });

  it('one file is one SELECT', async () => {
    expect(await findings({ 'position/position.sql': `${POSITION}; select 1 as x` })).toContain(
      'position/position.sql:12 SQL_STATEMENTS',
    );
    expect(await findings({ 'position/position.sql': POSITION.replace('select d', 'selec d') })).toEqual([
      'position/position.sql:13 SQL_SYNTAX',
    ]);
  });
});

it('all faults of all files come at once, and nothing is built', async () => {
  const lake = await ToyLake.make({
    'position/position.sql': POSITION.replace('reads:', 'raeds:'),
    'marts/change.sql': CHANGE.replace('sum(total) as moved', 'sum(total)::decimal(38,2) as moved'),
    'marts/month.sql': MONTH.replace('count(*)', 'avg(open_total)'),
  });
  made.push(lake);
  await lake.deliver('2026-05-30', '2026-05-30 22:00', { receipts: [receipt('R1', '1.00')] });
  const error = await lake.build().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AlturasError);
  const causes = error instanceof AlturasError ? (error.details.causes ?? []) : [];
  expect(causes.map((cause) => cause.split(': ')[0])).toEqual([
    'marts/change.sql:14',
    'marts/month.sql:12',
    'position/position.sql:3',
  ]);
  expect(await lake.publishedRows()).toEqual([]);
});
