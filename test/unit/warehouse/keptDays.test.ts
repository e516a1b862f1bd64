import { afterEach, expect, it } from 'vitest';
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

async function delivered(total: string): Promise<ToyLake> {
  const made = await ToyLake.make({
    'position/position.sql': POSITION,
    'marts/total.sql': total,
    'laws/total_is_position.sql': TOTAL_IS_POSITION,
  });
  for (const day of ['29', '30', '31'])
    await made.deliver(`2026-01-${day}`, `2026-01-${day} 22:00:00`, { receipts: [receipt('R1', '10.00')] });
  for (const day of ['01', '02', '03', '04', '05'])
    await made.deliver(`2026-02-${day}`, `2026-02-${day} 22:00:00`, { receipts: [receipt('R1', '7.00')] });
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
