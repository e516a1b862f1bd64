/*
grain: [as_of]
view: true
kept: true
es: Los días que se construyen, con el número de vuelta del reloj
en: >-
  The days being built. Within one lap known_at never runs backwards, so a fact that is valid and known for a
  span of time is so for a span of days: spans (of holders, of shares) are made per lap. Nearly always one lap.
columns:
  as_of: {type: DATE, es: Fecha de corte, en: Business date}
  known_at: {type: TIMESTAMP, es: Momento de conocimiento, en: Known at}
  previous: {type: DATE, es: Día anterior, en: The day before; null on the first day of the lake}
  previous_known_at: {type: TIMESTAMP, es: Conocimiento del día anterior, en: Known at of the day before}
  snapshot_as_of: {type: DATE, es: Fecha de la foto usada, en: Business date of the snapshot the day stands on}
  snapshot_delivery: {type: VARCHAR, es: Entrega de la foto usada, en: Delivery of that snapshot}
  snapshot_cutoff: {type: TIMESTAMP, es: Corte de la foto usada, en: Cut-off of that snapshot}
  carried: {type: BOOLEAN, es: Día sin entrega propia, en: The snapshot is of an earlier day}
  lap: {type: BIGINT, es: Vuelta del reloj, en: Run of days over which known_at does not decrease}
*/
with stepped as (
  select
    d.*,
    case
      when d.known_at < lag(d.known_at) over (order by d.as_of) then 1
      else 0
    end as turns
  from days d
)

select
  as_of,
  known_at,
  previous,
  previous_known_at,
  snapshot_as_of,
  snapshot_delivery,
  snapshot_cutoff,
  carried,
  cast(sum(turns) over (order by as_of) as bigint) as lap
from stepped
