/*
grain: [opened, on_day]
view: true
kept: true
es: De cada día desde la apertura de un periodo, el primer cierre que lo cuenta
en: >-
  Of each day from the opening of a period on, the first end of a period that counts it. What happened on days that
  no period tells apart is added up once, not day by day; joins by equality with the day.
columns:
  opened: {type: DATE, es: Día anterior al periodo, en: Day before the first day of the period}
  on_day: {type: DATE, es: "Día, desde el de apertura", en: "Calendar day, the opening one included"}
  period_end: {type: DATE, es: Primer cierre en ese día o después, en: First end of such a period on or after it}
*/
with ends as (
  select distinct opened, as_of
  from periods
),

reach as (
  select
    opened,
    as_of,
    date_diff('day', coalesce(lag(as_of) over (partition by opened order by as_of), date_add('day', -1, opened)), as_of)
      as days
  from ends
)

select
  r.opened,
  date_add('day', 1 - t.step, r.as_of) as on_day,
  r.as_of as period_end
from reach r
cross join unnest(sequence(1, r.days)) as t (step)
