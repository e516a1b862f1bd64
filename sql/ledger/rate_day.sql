/*
grain: [as_of, from_currency, to_currency, on_day]
view: true
kept: true
reads: {fx_rates: all}
es: Tasa vigente en cada día calendario, como se conocía en cada fecha de corte
en: >-
  The rate in force on every calendar day (the last one on or before it), as known on each day being built; up to 31
  days after it, since some rates are published ahead
columns:
  as_of: {type: DATE, es: Fecha de corte, en: Business date}
  from_currency: {type: VARCHAR, es: De moneda, en: From currency}
  to_currency: {type: VARCHAR, es: A moneda, en: To currency}
  on_day: {type: DATE, es: Día, en: Calendar day}
  rate: {type: "DECIMAL(18,8)", es: Tasa, en: Rate}
*/
with reach as (
  select as_of, known_at, date_add('day', 31, as_of) as last_day
  from days
),

known as (
  select
    d.as_of,
    d.last_day,
    r.from_currency,
    r.to_currency,
    r.rate_date,
    r.rate,
    lead(r.rate_date) over (
      partition by d.as_of, r.from_currency, r.to_currency order by r.rate_date
    ) as next_date
  from reach d
  join fx_rates r
    on r.known_from <= d.known_at
    and d.known_at < r.known_to
    and r.rate_date <= d.last_day
)

-- a rate stands on its own day, and on those up to the next: nearly all gaps are empty, and only gaps are unfolded
select
  as_of,
  from_currency,
  to_currency,
  rate_date as on_day,
  rate
from known
union all
select
  k.as_of,
  k.from_currency,
  k.to_currency,
  date_add('day', t.step, k.rate_date) as on_day,
  k.rate
from (
  select
    as_of,
    from_currency,
    to_currency,
    rate_date,
    rate,
    coalesce(date_diff('day', rate_date, next_date) - 1, date_diff('day', rate_date, last_day)) as gap
  from known
) k
cross join unnest(sequence(1, k.gap)) as t (step)
where k.gap > 0
