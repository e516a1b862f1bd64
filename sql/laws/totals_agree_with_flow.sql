/*
severity: error
reads: {periods: all, flow: period, month_total: day}
es: Los totales del periodo dicen lo mismo que los flujos, por cada responsable
en: >-
  The totals of a period say what its flows say for every office, advisor, clerk, line and currency: all that entered,
  and what was collected of it, at the booked rate
*/
with side as (
  select
    p.as_of,
    p.period,
    f.company,
    f.currency,
    f.office,
    f.advisor,
    f.clerk,
    f.line,
    f.booked_total as moved,
    case when f.cause in ('COLLECTED', 'REVERSED') then -f.booked_total else 0 end as collected
  from periods p
  join flow f on f.as_of > p.opened and f.as_of <= p.as_of
  union all
  select
    as_of,
    period,
    company,
    currency,
    office,
    advisor,
    clerk,
    line,
    coalesce(cancelled_np, 0) + coalesce(cancelled_other, 0) + coalesce(collected, 0) + coalesce(written_off, 0)
      - coalesce(opened, 0) - coalesce(written, 0) - coalesce(transferred, 0) - coalesce(fx, 0) as moved,
    -coalesce(collected, 0) as collected
  from month_total
),

summed as (
  -- both sides in one pass: what agrees cancels out
  select
    as_of,
    period,
    company,
    currency,
    office,
    advisor,
    clerk,
    line,
    coalesce(sum(moved), 0) as moved_difference,
    coalesce(sum(collected), 0) as collected_difference
  from side
  group by as_of, period, company, currency, office, advisor, clerk, line
)

select *
from summed
where moved_difference <> 0 or collected_difference <> 0
