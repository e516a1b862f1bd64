/*
grain: [as_of, dimension, member, company]
cadence: day
daily_for: 35 days
reads: {days: all, deliveries: all, scorecards: day, month_total: 24 month ends, month_opening: 24 month ends, position: day, intermediary_part: day}
es: "Rotación que no se suma: DSO por agotamiento (countback) y DSO verdadero"
en: "Turnover that does not add up: countback DSO and true DSO"
columns:
  as_of: {type: DATE, en: Business date, es: Fecha de corte}
  dimension: {type: VARCHAR, en: "What the member is: total, company, office, advisor, clerk, line, intermediary, currency", es: "Qué es el miembro: total, company, office, advisor, clerk, line, intermediary, currency"}
  member: {type: VARCHAR, en: "Member of the dimension (null: not assigned)", es: "Miembro de la dimensión (nulo: sin asignar)"}
  company: {type: VARCHAR, en: Company, es: Compañía}
  closing: {type: "DECIMAL(38,2)", en: "Gross open on as_of", es: "Cartera bruta a la fecha", unit: functional currency}
  closing_current: {type: "DECIMAL(38,2)", en: "Of it, not past due", es: "De ella, no vencida", unit: functional currency}
  sales: {type: "DECIMAL(38,2)", en: "Sales of the month to date", es: "Ventas del mes a la fecha", unit: functional currency}
  countback_days: {type: DOUBLE, en: "Days of sales, newest month first, that the closing balance holds", es: "Días de ventas, del mes más reciente hacia atrás, que contiene el saldo", unit: days}
  countback_reason: {type: VARCHAR, en: "INSUFFICIENT_HISTORY when the known months (at most 24) do not use it up", es: "INSUFFICIENT_HISTORY si los meses conocidos (hasta 24) no lo agotan"}
  countback_lower_bound: {type: BIGINT, en: "Days of the known months, in that case", es: "Días de los meses conocidos, en ese caso", unit: days}
  flat_months: {type: BIGINT, en: "Months passed with net sales of 0 or less: their days count", es: "Meses pasados con ventas netas de 0 o menos: sus días cuentan"}
  countback_flag: {type: VARCHAR, en: "NEGATIVE_SALES_MONTH when there are any", es: "NEGATIVE_SALES_MONTH si los hay"}
  true_dso_days: {type: DOUBLE, en: "Sum of age x open / sales of the month of issue", es: "Suma de edad x saldo / ventas del mes de emisión", unit: days}
  true_dso_reason: {type: VARCHAR, en: "Why that is null: a month of issue without known sales above 0", es: "Por qué es nulo: un mes de emisión sin ventas conocidas mayores que 0"}
  true_dso_unmatched: {type: "DECIMAL(38,2)", en: "Open amount of such months", es: "Saldo de esos meses", unit: functional currency}
*/
with start as (   -- the first whole month of the lake; a delivery on the last day of a month opens the next
  select
    min(as_of) as first_day,
    date_add('month', 1, cast(date_trunc('month', date_add('day', -1, min(as_of))) as date)) as first_month
  from deliveries
  where has_receipts
),

balance as (
  select
    s.as_of, s.company, s.dimension, s.member, s.gross as closing,
    cast(s.gross - s.overdue as decimal(38,2)) as closing_current, s.sales,
    cast(date_trunc('month', s.as_of) as date) as this_month
  from scorecards s
  join days d on d.as_of = s.as_of
  where s.period = 'month'
),

sold as (   -- whole months before, as each month end knew them
  select
    r.company, d.dimension,
    case d.dimension when 'total' then 'total' when 'company' then r.company
      when 'office' then r.office when 'advisor' then r.advisor when 'clerk' then r.clerk
      when 'line' then r.line when 'intermediary' then r.intermediary
      when 'currency' then r.currency end as member,
    cast(date_trunc('month', r.as_of) as date) as sales_month,
    sum(r.sales) as sales
  from month_total r
  cross join (values ('total'), ('company'), ('office'), ('advisor'), ('clerk'), ('line'),
    ('intermediary'), ('currency')) as d (dimension)
  where r.period = 'month' and r.as_of = last_day_of_month(r.as_of)
  group by 1, 2, 3, 4
),

opened as (   -- days and month ends by which a company's opening balances had come in their month
  select as_of, company, cast(date_trunc('month', as_of) as date) as opened_month, last_opened
  from month_opening
),

joined as (   -- a company that joined the lake later: whole months begin after its opening
  select d.as_of, o.company, o.opened_month as joined_month
  from days d
  join opened o
    on o.as_of <= d.as_of and (o.as_of = d.as_of or o.as_of = last_day_of_month(o.as_of))
  cross join start t
  where o.last_opened <> t.first_day
  union all   -- known by now, but not yet on that day
  select d.as_of, c.company, cast(date_trunc('month', d.as_of) as date) as joined_month
  from days d
  join company_day c on c.as_of = d.as_of
  where c.first_known > d.snapshot_cutoff
),

company_start as (
  select as_of, company, date_add('month', 1, max(joined_month)) as first_month
  from joined
  group by as_of, company
),

known as (
  select
    b.as_of, b.company, b.dimension, b.member, b.closing, b.closing_current, b.sales, b.this_month,
    greatest(greatest(t.first_month, coalesce(c.first_month, t.first_month)),
      date_add('month', -23, b.this_month)) as first_month
  from balance b
  cross join start t
  left join company_start c on c.as_of = b.as_of and c.company = b.company
),

month as (   -- months with sales, the current one to date; null members meet by their text
  select
    k.as_of, k.company, k.dimension, k.member, k.closing, k.this_month as sales_month,
    k.sales, day(k.as_of) as days, 0 as days_after
  from known k
  where k.sales > 0 and k.first_month <= k.this_month
  union all
  select
    k.as_of, k.company, k.dimension, k.member, k.closing, s.sales_month, s.sales,
    day(last_day_of_month(s.sales_month)),
    date_diff('day', last_day_of_month(s.sales_month), k.as_of)
  from known k
  join sold s
    on s.company = k.company and s.dimension = k.dimension
    and coalesce(s.member, '') = coalesce(k.member, '')
    and s.sales_month >= k.first_month and s.sales_month < k.this_month
  where s.sales > 0
),

walk as (
  select
    m.*,
    coalesce(sum(sales) over (
      partition by as_of, company, dimension, member order by sales_month desc
      rows between unbounded preceding and 1 preceding), 0) as used,
    row_number() over (
      partition by as_of, company, dimension, member order by sales_month desc) as back
  from month m
),

used_up as (   -- the month in which the balance is used up, where there is one
  select
    as_of, company, dimension, member,
    days_after + cast(closing - used as double) / cast(sales as double) * days as countback_days,
    date_diff('month', sales_month, cast(date_trunc('month', as_of) as date)) - (back - 1) as flat_months
  from walk
  where closing - used > 0 and sales >= closing - used
),

aged as (
  select
    p.as_of, p.company, p.office, p.advisor, p.clerk, p.line,
    coalesce(i.intermediary, p.intermediary) as intermediary, p.currency,
    cast(date_trunc('month', p.issue_date) as date) as issue_month,
    sum(coalesce(i.closing_total, p.closing_total)) as amount,
    sum(cast(coalesce(i.closing_total, p.closing_total) as decimal(38,2))
      * date_diff('day', p.issue_date, p.as_of)) as amount_days
  from position p
  left join intermediary_part i
    on i.as_of = p.as_of and i.company = p.company and i.receipt_no = p.receipt_no
  where p.class = 'GROSS'
  group by
    p.as_of, p.company, p.office, p.advisor, p.clerk, p.line,
    coalesce(i.intermediary, p.intermediary), p.currency,
    cast(date_trunc('month', p.issue_date) as date)
),

issued as (
  select
    r.as_of, r.company, d.dimension,
    case d.dimension when 'total' then 'total' when 'company' then r.company
      when 'office' then r.office when 'advisor' then r.advisor when 'clerk' then r.clerk
      when 'line' then r.line when 'intermediary' then r.intermediary
      when 'currency' then r.currency end as member,
    r.issue_month, sum(r.amount) as amount, sum(r.amount_days) as amount_days
  from aged r
  cross join (values ('total'), ('company'), ('office'), ('advisor'), ('clerk'), ('line'),
    ('intermediary'), ('currency')) as d (dimension)
  group by 1, 2, 3, 4, 5
),

matched as (
  select
    i.as_of, i.company, i.dimension, i.member, i.issue_month, i.amount, i.amount_days, m.sales
  from issued i
  left join month m
    on m.as_of = i.as_of and m.company = i.company and m.dimension = i.dimension
    and coalesce(m.member, '') = coalesce(i.member, '') and m.sales_month = i.issue_month
),

added as (   -- summed in the order of months, so that a double comes out the same every time
  select
    as_of, company, dimension, member,
    sum(cast(amount_days as double) / cast(sales as double)) over (
      partition by as_of, company, dimension, member order by issue_month) as true_dso_days,
    sum(case when sales is null then amount else 0 end) over (
      partition by as_of, company, dimension, member order by issue_month) as unmatched,
    row_number() over (
      partition by as_of, company, dimension, member order by issue_month desc) as turn
  from matched
)

select
  k.as_of, k.dimension, k.member, k.company, k.closing, k.closing_current, k.sales,
  case when k.closing <= 0 then 0e0 else u.countback_days end as countback_days,
  case when k.closing > 0 and u.countback_days is null then 'INSUFFICIENT_HISTORY' end
    as countback_reason,
  case when k.closing > 0 and u.countback_days is null and k.first_month <= k.as_of
    then date_diff('day', k.first_month, k.as_of) + 1 end as countback_lower_bound,
  u.flat_months,
  case when u.flat_months > 0 then 'NEGATIVE_SALES_MONTH' end as countback_flag,
  case when k.closing <= 0 then 0e0 when a.unmatched = 0 then a.true_dso_days end as true_dso_days,
  case when k.closing > 0 and coalesce(a.unmatched, 1) <> 0 then 'INSUFFICIENT_HISTORY' end
    as true_dso_reason,
  cast(coalesce(a.unmatched, 0) as decimal(38,2)) as true_dso_unmatched
from known k
left join used_up u
  on u.as_of = k.as_of and u.company = k.company and u.dimension = k.dimension
  and coalesce(u.member, '') = coalesce(k.member, '')
left join added a
  on a.as_of = k.as_of and a.company = k.company and a.dimension = k.dimension
  and coalesce(a.member, '') = coalesce(k.member, '') and a.turn = 1
