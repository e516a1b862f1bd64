/*
severity: warning
reads: {movements: day}
es: Ningún movimiento viene fechado más días después de su entrega de los configurados (hasta 92); el ajuste es post_dated_days
en: >-
  No movement is dated more days after the day of its delivery than configured (at most 92); the setting is post_dated_days. An input
  fault: beyond 92 days it takes effect on the 92nd, so that a day never has to look back without end.
*/
with reach as (
  select coalesce(max(cast(value as bigint)), 92) as days
  from settings
  where key = 'post_dated_days'
)

select
  m.as_of,
  m.company,
  m.movement_id,
  m.receipt_no,
  m.business_date,
  m.total
from days d
join movements m on m.as_of = d.as_of
cross join reach r
where date_diff('day', m.as_of, m.business_date) > r.days
