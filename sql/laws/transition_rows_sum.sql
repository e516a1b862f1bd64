/*
severity: error
reads: {position: opening, intermediary_part: opening, roll_rates: day}
es: >-
  Cada fila de la matriz de rodamiento suma la cartera de esa altura al abrir el periodo, y ninguna celda es negativa,
  salvo lo que quedó a favor
en: >-
  Each row of the transition matrix sums to the gross open amount of its bucket when the period opened, at the opening
  rate, and counts its receipts: its shares sum to 100%, and none is negative but what is left as a credit. Every
  month end has its matrix.
*/
with cell as (
  select
    as_of,
    period,
    company,
    currency,
    from_altura,
    to_state,
    sum(amount) as amount,
    sum(items) as items
  from roll_rates
  group by as_of, period, company, currency, from_altura, to_state
),

told as (
  select
    as_of,
    period,
    company,
    currency,
    from_altura,
    sum(amount) as amount,
    cast(sum(items) as bigint) as items,
    min(case when to_state <> 'CREDIT' then amount else 0 end) as least_amount
  from cell
  group by as_of, period, company, currency, from_altura
),

truth as (
  select
    s.as_of,
    s.period,
    p.company,
    p.currency,
    p.altura as from_altura,
    coalesce(sum(p.closing_total), 0) as amount,
    count(*) as items
  from periods s
  join position p on p.as_of = s.opened
  where p.class = 'GROSS' and s.as_of = last_day_of_month(s.as_of)
  group by s.as_of, s.period, p.company, p.currency, p.altura
)

select
  coalesce(t.as_of, f.as_of) as as_of,
  coalesce(t.period, f.period) as period,
  coalesce(t.company, f.company) as company,
  coalesce(t.currency, f.currency) as currency,
  coalesce(t.from_altura, f.from_altura) as from_altura,
  t.amount as expected,
  f.amount as found,
  t.items as expected_items,
  f.items as found_items,
  f.least_amount
from truth t
full join told f
  on f.as_of = t.as_of
  and f.period = t.period
  and f.company = t.company
  and f.currency = t.currency
  and f.from_altura = t.from_altura
where t.amount is distinct from f.amount
  or t.items is distinct from f.items
  or f.least_amount < 0
