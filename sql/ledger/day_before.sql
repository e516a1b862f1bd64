/*
grain: [as_of]
view: true
es: La foto sobre la que quedó el día anterior
en: The snapshot that the day before stood on, for each day being built; days without one are not here
columns:
  as_of: {type: DATE, es: Fecha de corte, en: Business date}
  snapshot_as_of: {type: DATE, es: Fecha de esa foto, en: Business date of that snapshot}
  snapshot_delivery: {type: VARCHAR, es: Entrega de esa foto, en: Delivery of that snapshot}
  snapshot_cutoff: {type: TIMESTAMP, es: Corte de esa foto, en: Cut-off of that snapshot}
*/
with stood as (
  select
    d.as_of,
    x.as_of as snapshot_as_of,
    x.delivery as snapshot_delivery,
    x.cutoff_at as snapshot_cutoff,
    row_number() over (partition by d.as_of order by x.as_of desc, x.cutoff_at desc) as pick
  from days d
  join deliveries x
    on x.as_of <= d.previous
    and x.cutoff_at <= d.previous_known_at
  where x.has_receipts
)

select
  as_of,
  snapshot_as_of,
  snapshot_delivery,
  snapshot_cutoff
from stood
where pick = 1
