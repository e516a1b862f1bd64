/*
severity: warning
reads: {movements: day}
es: Ningún movimiento viene fechado más de 92 días después de su entrega
en: >-
  No movement is dated more than 92 days after the day of its delivery. An input fault: it takes effect on the 92nd
  day, so that a day never has to look back without end.
*/
select
  m.as_of,
  m.company,
  m.movement_id,
  m.receipt_no,
  m.business_date,
  m.total
from days d
join movements m on m.as_of = d.as_of
where date_diff('day', m.as_of, m.business_date) > 92
