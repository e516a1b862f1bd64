/*
grain: [as_of, dimension, member, company, over_months]
cadence: month
reads: {days: all, alturas: all, roll_rates: 12 month ends}
es: "Flujo a la peor altura: producto de los rodamientos hacia adelante del último mes, de 3 y de 12 (cadena estacionaria)"
en: "Flow to the worst bucket: product of forward rolls over the last month, 3 and 12 (a stationary chain)"
columns:
  as_of: {type: DATE, en: Business date, es: Fecha de corte}
  dimension: {type: VARCHAR, en: "What the member is: total, company, office, advisor, clerk, line, intermediary, currency", es: "Qué es el miembro: total, company, office, advisor, clerk, line, intermediary, currency"}
  member: {type: VARCHAR, en: "Member of the dimension (null: not assigned)", es: "Miembro de la dimensión (nulo: sin asignar)"}
  company: {type: VARCHAR, en: Company, es: Compañía}
  over_months: {type: BIGINT, en: "Months pooled: 1, 3 or 12", es: "Meses reunidos: 1, 3 o 12", unit: months}
  months: {type: BIGINT, en: "Month ends found among them", es: "Cierres de mes encontrados", unit: months}
  flow: {type: DOUBLE, en: "Product over the buckets of the share that rolled to a worse one", es: "Producto, por altura, de la parte que pasó a una peor"}
  reason: {type: VARCHAR, en: "Why it is null", es: "Por qué es nulo"}
*/
with window_of as (
  select d.as_of, w.over_months
  from days d
  cross join (values (cast(1 as bigint)), (cast(3 as bigint)), (cast(12 as bigint))) as w (over_months)
  where d.month_end
),

worst as (
  select max(ord) as ord from alturas where lo is not null
),

monthly as (   -- each month end once, whatever windows it falls in
  select
    r.as_of, r.company, d.dimension,
    case d.dimension when 'total' then 'total' when 'company' then r.company
      when 'office' then r.office when 'advisor' then r.advisor when 'clerk' then r.clerk
      when 'line' then r.line when 'intermediary' then r.intermediary
      when 'currency' then r.currency end as member,
    r.from_order,
    sum(r.amount) as opening,
    sum(case when r.forward then r.amount else 0 end) as forward
  from roll_rates r
  cross join (values ('total'), ('company'), ('office'), ('advisor'), ('clerk'), ('line'),
    ('intermediary'), ('currency')) as d (dimension)
  where r.period = 'month'
  group by 1, 2, 3, 4, 5
),

rolled as (
  select
    w.as_of, w.over_months, m.company, m.dimension, m.member, m.from_order,
    sum(m.opening) as opening,
    sum(m.forward) as forward,
    count(*) as months
  from window_of w
  join monthly m
    on m.as_of <= w.as_of
    and m.as_of > last_day_of_month(date_add('month', -1 * w.over_months, w.as_of))
  group by 1, 2, 3, 4, 5, 6
),

rate as (   -- a bucket that was never open has no rate, and the chain no value
  select
    r.as_of, r.over_months, r.company, r.dimension, r.member, r.from_order, r.months,
    cast(r.forward as double) / nullif(cast(r.opening as double), 0) as share
  from rolled r
  cross join worst w
  where r.from_order < w.ord
),

chained as (   -- logarithms are summed in the order of buckets, so that the product is the same every time
  select
    as_of, over_months, company, dimension, member,
    max(months) over member_of as months,
    count(share) over member_of as rates,
    min(share) over member_of as least_share,
    sum(ln(case when share > 0 then share else 1e0 end)) over (
      partition by as_of, over_months, company, dimension, member order by from_order) as logarithm,
    row_number() over (
      partition by as_of, over_months, company, dimension, member order by from_order desc) as turn
  from rate
  window member_of as (partition by as_of, over_months, company, dimension, member)
)

select
  c.as_of, c.dimension, c.member, c.company, c.over_months, c.months,
  case when c.rates < w.ord - 1 then null when c.least_share <= 0 then 0e0 else exp(c.logarithm) end as flow,
  case when c.rates < w.ord - 1 then 'ZERO_DENOMINATOR' end as reason
from chained c
cross join worst w
where c.turn = 1
