/*
grain: [lap, moment]
view: true
kept: true
es: Primer día construido que conoce lo que llegó en cada corte
en: The first day of a lap that knows what a delivery told; joins by equality with known_from and known_to
columns:
  lap: {type: BIGINT, es: Vuelta del reloj, en: Lap of ledger_day}
  moment: {type: TIMESTAMP, es: Corte de la entrega, en: Cut-off of a delivery}
  first_day: {type: DATE, es: Primer día que lo sabe, en: First day of the lap with known_at on or after it}
*/
select
  d.lap,
  x.cutoff_at as moment,
  min(d.as_of) as first_day
from ledger_day d
cross join deliveries x
where x.cutoff_at <= d.known_at
group by d.lap, x.cutoff_at
