/*
grain: [as_of, dimension, member, company, over_months]
cadence: month
reads: {days: all, alturas: all, roll_rates: 12 month ends}
es: "Flujo a la peor altura: producto, por mes de mora, de los rodamientos hacia adelante del último mes, de 3 y de 12 (cadena absorbente estacionaria)"
en: "Flow to the worst bucket: product over the months of age of the forward rolls of the last month, of 3 and of 12 (a stationary absorbing chain)"
columns:
  as_of: {type: DATE, en: Business date, es: Fecha de corte}
  dimension: {type: VARCHAR, en: "What the member is: total, company, office, advisor, clerk, line, intermediary, currency", es: "Qué es el miembro: total, company, office, advisor, clerk, line, intermediary, currency"}
  member: {type: VARCHAR, en: "Member of the dimension (null: not assigned)", es: "Miembro de la dimensión (nulo: sin asignar)"}
  company: {type: VARCHAR, en: Company, es: Compañía}
  over_months: {type: BIGINT, en: "Months pooled: 1, 3 or 12", es: "Meses reunidos: 1, 3 o 12", unit: months}
  months: {type: BIGINT, en: "Month ends found among them", es: "Cierres de mes encontrados", unit: months}
  flow: {type: DOUBLE, en: "Product over the months of age of the share that rolled to a worse one, of what left its bucket; of what was not due, of all", es: "Producto, por mes de mora, de la parte que pasó a una peor, de lo que salió de su altura; de lo no vencido, de todo"}
  reason: {type: VARCHAR, en: "Why it is null", es: "Por qué es nulo"}
*/
with window_of as (
  select d.as_of, w.over_months
  from days d
  cross join (values (cast(1 as bigint)), (cast(3 as bigint)), (cast(12 as bigint))) as w (over_months)
  where d.month_end
),

step_of as (   -- buckets that end in one month of age are one step of the chain, what is not due is the first
  select ord, case when ord = 1 then 0 else cast(ceil(cast(hi as double) / 30) as bigint) end as step
  from alturas
  where lo is not null
),

worst as (
  select max(step) as step, count(distinct step) as steps from step_of
),

monthly as (   -- each month end once, whatever windows it falls in
  select
    r.as_of, r.company, d.dimension,
    case d.dimension when 'total' then 'total' when 'company' then r.company
      when 'office' then r.office when 'advisor' then r.advisor when 'clerk' then r.clerk
      when 'line' then r.line when 'intermediary' then r.intermediary
      when 'currency' then r.currency end as member,
    f.step,
    -- of what is past due, what left its step: a balance that stays in a bucket wider than a month has yet to roll
    sum(case when f.step > 0 and t.step = f.step then 0 else r.amount end) as leaving,
    sum(case when t.step > f.step then r.amount else 0 end) as forward
  from roll_rates r
  join step_of f on f.ord = r.from_order
  left join step_of t on t.ord = r.to_order
  cross join (values ('total'), ('company'), ('office'), ('advisor'), ('clerk'), ('line'),
    ('intermediary'), ('currency')) as d (dimension)
  where r.period = 'month'
  group by 1, 2, 3, 4, 5
),

rolled as (
  select
    w.as_of, w.over_months, m.company, m.dimension, m.member, m.step,
    sum(m.leaving) as leaving,
    sum(m.forward) as forward,
    count(*) as months
  from window_of w
  join monthly m
    on m.as_of <= w.as_of
    and m.as_of > last_day_of_month(date_add('month', -1 * w.over_months, w.as_of))
  group by 1, 2, 3, 4, 5, 6
),

rate as (   -- a step that nothing left has no rate, and the chain no value
  select
    r.as_of, r.over_months, r.company, r.dimension, r.member, r.step, r.months,
    cast(r.forward as double) / case when r.leaving > 0 then cast(r.leaving as double) end as share
  from rolled r
  cross join worst w
  where r.step < w.step
),

chained as (   -- logarithms are summed in the order of steps, so that the product is the same every time
  select
    as_of, over_months, company, dimension, member,
    max(months) over member_of as months,
    count(share) over member_of as rates,
    min(share) over member_of as least_share,
    sum(ln(case when share > 0 then share else 1e0 end)) over (
      partition by as_of, over_months, company, dimension, member order by step) as logarithm,
    row_number() over (
      partition by as_of, over_months, company, dimension, member order by step desc) as turn
  from rate
  window member_of as (partition by as_of, over_months, company, dimension, member)
)

select
  c.as_of, c.dimension, c.member, c.company, c.over_months, c.months,
  case when c.rates < w.steps - 1 then null when c.least_share <= 0 then 0e0 else exp(c.logarithm) end as flow,
  case when c.rates < w.steps - 1 then 'ZERO_DENOMINATOR' end as reason
from chained c
cross join worst w
where c.turn = 1
