/*
severity: warning
reads: {periods: all, position: opening, flow: period}
es: El saldo del cierre anterior más los flujos del mes da el saldo del cierre
en: >-
  At a month end, the open amount of every receipt is that of the month end before and what entered since. Where the
  deliveries contradict themselves (law snapshot_and_movements_agree) the difference is theirs.
*/
with month as (
  select as_of, opened
  from periods
  where period = 'month' and as_of = last_day_of_month(as_of)
),

side as (
  select m.as_of, p.company, p.receipt_no, p.currency, p.open_total as amount
  from month m
  join position p on p.as_of = m.opened
  union all
  select m.as_of, f.company, f.receipt_no, f.currency, f.total as amount
  from month m
  join flow f on f.as_of > m.opened and f.as_of <= m.as_of
  union all
  select m.as_of, p.company, p.receipt_no, p.currency, -p.open_total as amount
  from month m
  join position p on p.as_of = m.as_of
)

select as_of, company, receipt_no, currency, sum(amount) as residual
from side
group by as_of, company, receipt_no, currency
having sum(amount) <> 0
