import { afterEach, expect, it } from 'vitest';
import { businessDate } from '../../../functions/core/dates.ts';
import { POSITION, receipt, ToyLake } from './toyLake.ts';

/** Totals of the last days and of month ends. */
const TOTAL = `/*
grain: [as_of, company]
daily_for: 2 days
reads: {position: day}
en: a model of a test
es: un modelo de prueba
columns:
  as_of: {type: DATE, en: day, es: día}
  company: {type: VARCHAR, en: company, es: compañía}
  total: {type: "DECIMAL(38,2)", unit: document currency, en: total, es: total}
*/
select as_of, company, sum(open_total) as total from position group by as_of, company
`;

const TOTAL_IS_POSITION = `/*
severity: error
reads: {position: day, total: day}
en: The totals are those of position
es: Los totales son los de la posición
*/
with truth as (
  select as_of, company, sum(open_total) as total from position group by as_of, company
)

select p.as_of, p.company
from truth as p
left join total as t on t.as_of = p.as_of and t.company = p.company
where t.total is null or t.total <> p.total
`;

let toy: ToyLake | undefined;
afterEach(() => toy?.close());

async function delivered(total: string, buildsOn: readonly string[] = []): Promise<ToyLake> {
  const made = await ToyLake.make({
    'position/position.sql': POSITION,
    'marts/total.sql': total,
    'laws/total_is_position.sql': TOTAL_IS_POSITION,
  });
  for (const day of ['01-29', '01-30', '01-31', '02-01', '02-02', '02-03', '02-04', '02-05']) {
    const open = day < '02' ? '10.00' : '7.00';
    await made.deliver(`2026-${day}`, `2026-${day} 22:00:00`, { receipts: [receipt('R1', open)] });
    if (buildsOn.includes(day)) await made.build();
  }
  return made;
}

it('a table that keeps few days has the last ones and month ends, and its laws look at those', async () => {
  toy = await delivered(TOTAL);
  const report = await toy.build();
  expect(report).toMatchObject({ status: 'published', broken: [] });
  const published = await toy.published();
  const kept = [
    '2026-01-30',
    '2026-01-31',
    '2026-02-01',
    '2026-02-02',
    '2026-02-03',
    '2026-02-04',
    '2026-02-05',
  ];
  expect(kept.filter((day) => published.at('total', day as never, undefined))).toEqual([
    '2026-01-31',
    '2026-02-03',
    '2026-02-04',
    '2026-02-05',
  ]);
});

it('a law over it is broken where the table is wrong, and nowhere else', async () => {
  toy = await delivered(
    TOTAL.replace(
      'sum(open_total) as',
      "sum(case when as_of = date '2026-02-04' then 1 else open_total end) as",
    ),
  );
  const report = await toy.build();
  expect(report.status).toBe('refused');
  expect(report.broken.map(({ law, sample }) => [law, sample])).toEqual([
    ['total_is_position', [{ as_of: '2026-02-04', company: 'CO' }]],
  ]);
});

it('a day that was kept while it was new is kept in the version that a late re-delivery tells, its laws with it', async () => {
  const wrong = TOTAL.replace(
    'sum(open_total) as',
    "sum(case when as_of = date '2026-02-01' and open_total = 6 then 1 else open_total end) as",
  );
  for (const [total, status] of [
    [TOTAL, 'published'],
    [wrong, 'refused'],
  ] as const) {
    toy = await delivered(total, ['02-02', '02-05']);
    await toy.deliver('2026-02-01', '2026-02-05 23:00:00', { receipts: [receipt('R1', '6.00')] });
    const report = await toy.build();
    expect([report.status, report.broken.map(({ sample }) => sample)]).toEqual([
      status,
      status === 'published' ? [] : [[{ as_of: '2026-02-01', company: 'CO' }]],
    ]);
    if (status === 'published')
      expect((await toy.published()).at('total', businessDate('2026-02-01'))).toMatchObject({
        known_from: '2026-02-05 23:00:00.000',
      });
    await toy.close();
  }
});
