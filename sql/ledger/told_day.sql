/*
grain: [as_of, told_on, delivery]
view: true
kept: true
es: Qué entregas de movimientos conoce cada día construido
en: Deliveries of movements known by each day being built, and the span in which their movements are known
columns:
  as_of: {type: DATE, es: Fecha de corte, en: Business date}
  told_on: {type: DATE, es: Día de la entrega, en: Business date of the delivery}
  delivery: {type: VARCHAR, es: Entrega, en: Delivery}
  known_from: {type: TIMESTAMP, es: Conocido desde, en: Known from}
  known_to: {type: TIMESTAMP, es: Conocido hasta, en: Known to (exclusive)}
*/
with told as (
  select
    as_of as told_on,
    delivery,
    cutoff_at as known_from,
    coalesce(
      lead(cutoff_at) over (partition by as_of order by cutoff_at),
      timestamp '9999-12-31 00:00:00'
    ) as known_to
  from deliveries
  where has_movements
)

select
  d.as_of,
  t.told_on,
  t.delivery,
  t.known_from,
  t.known_to
from days d
cross join told t
where t.known_from <= d.known_at
