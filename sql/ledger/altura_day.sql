/*
grain: [dpd]
view: true
kept: true
es: La altura de cada día de mora entre los extremos de las alturas
en: >-
  The bucket of every day past due, between the last day of the first bucket and the first day of the last: ages are
  clamped to that range and joined by equality, not by range
columns:
  dpd: {type: BIGINT, unit: days, es: Días de mora, en: Days past due}
  altura: {type: VARCHAR, es: Altura, en: Aging bucket}
*/
select
  cast(t.dpd as bigint) as dpd,
  a.altura
from alturas a
cross join unnest(
  sequence(
    case
      when a.lo > -999999 then a.lo
      when a.hi < 999999 then a.hi
      else 0
    end,
    case
      when a.hi < 999999 then a.hi
      when a.lo > -999999 then a.lo
      else 0
    end
  )
) as t (dpd)
where a.lo is not null
