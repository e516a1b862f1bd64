/*
grain: [as_of, period, dimension, member, company, kpi]
cadence: day
daily_for: 35 days
reads: {days: all, periods: all, scorecards: day, targets: all, companies: all, holidays: all, settings: all}
es: "Metas del mes por responsable e indicador: lo real, la meta y su cumplimiento"
en: "Targets of the month by member and KPI: what is, what it should be, and how far it came"
columns:
  as_of: {type: DATE, en: Business date, es: Fecha de corte}
  period: {type: VARCHAR, en: "The month to date: targets are of months", es: "El mes a la fecha: las metas son de meses"}
  dimension: {type: VARCHAR, en: "What the member is: total, company, office, advisor, clerk, line, intermediary, currency", es: "Qué es el miembro: total, company, office, advisor, clerk, line, intermediary, currency"}
  member: {type: VARCHAR, en: "Member of the dimension (null: not assigned)", es: "Miembro de la dimensión (nulo: sin asignar)"}
  company: {type: VARCHAR, en: Company, es: Compañía}
  kpi: {type: VARCHAR, en: "KPI: collected, and what anybody of the company has a target of", es: "Indicador: collected, y los que tienen meta de alguien en la compañía"}
  target: {type: "DECIMAL(18,6)", en: "Target of the month, its last version known", es: "Meta del mes, en su última versión conocida"}
  actual_amount: {type: "DECIMAL(38,2)", en: "The KPI's value where it is an amount", es: "Valor del indicador si es un monto", unit: functional currency}
  actual: {type: DOUBLE, en: "The KPI's value where it is a rate or days", es: "Valor del indicador si es una proporción o días"}
  attainment: {type: DOUBLE, en: "actual / target; where lower is better target / actual, at most the cap", es: "real / meta; si menor es mejor, meta / real, hasta el tope"}
  reason: {type: VARCHAR, en: "Why it is null: NO_TARGET, ZERO_TARGET, or why there is no actual", es: "Por qué es nulo: NO_TARGET (sin meta), ZERO_TARGET (meta cero), o por qué no hay real"}
  business_days: {type: BIGINT, en: "Business days of the month", es: "Días hábiles del mes", unit: days}
  business_days_elapsed: {type: BIGINT, en: "Of them, up to as_of", es: "De ellos, hasta la fecha", unit: days}
*/
with measure as (   -- what a target can be of; whether more is better, whether it is an amount, whether it sums flows
  select *
  from (values
    ('collected', true, true, true),
    ('written', true, true, true),
    ('sales', true, true, true),
    ('overdue', false, true, false),
    ('overdue_share', false, false, false),
    ('collection_rate_gross', true, false, true),
    ('collection_rate_net', true, false, true),
    ('recovery_rate', true, false, true),
    ('cure_rate', true, false, true),
    ('on_time_rate', true, false, true),
    ('cei', true, false, true),
    ('dso', false, false, true)) as m (kpi, more_is_better, is_amount, is_flow)
),

target as (   -- the last version known
  select
    d.as_of, t.company, t.dimension, t.member, t.kpi,
    max_by(t.value, t.target_version) as value
  from days d
  join targets t
    on t.month = d.month_start and t.known_from <= d.known_at and d.known_at < t.known_to
  join measure m on m.kpi = t.kpi
  where case t.dimension when 'total' then t.member = 'total' when 'company' then t.member = t.company
    else true end
  group by d.as_of, t.company, t.dimension, t.member, t.kpi
),

goal as (   -- a company is its own total: its target is told under either name
  select as_of, company, dimension, member, kpi, max_by(value, own) as value
  from (
    select *, 2 as own from target
    union all
    select
      as_of, company,
      case dimension when 'total' then 'company' else 'total' end,
      case dimension when 'total' then company else 'total' end,
      kpi, value, 1
    from target
    where dimension in ('total', 'company')
  ) named
  group by as_of, company, dimension, member, kpi
),

card as (
  select s.*, p.days
  from scorecards s
  join periods p on p.as_of = s.as_of and p.period = s.period
  where s.period = 'month'
),

measured as (   -- collections of everybody; of the rest what anybody of the company has a target of
  select distinct as_of, company, kpi from goal
  union
  select distinct as_of, company, 'collected' from card
),

whole_company as (   -- each dimension adds up to it: what it came with hides what anybody did before
  select as_of, company, dimension, sum(opening_missing) as opening_missing
  from card
  group by as_of, company, dimension
),

found as (   -- the parts of each figure
  select
    c.as_of, c.dimension, c.member, c.company, m.kpi, c.opening_missing,
    cast(case m.kpi
      when 'collected' then c.collected
      when 'written' then c.written
      when 'sales' then c.sales
      when 'overdue' then c.overdue
      when 'overdue_share' then c.overdue
      when 'collection_rate_gross' then c.collected_exigible
      when 'collection_rate_net' then c.collected_exigible
      when 'recovery_rate' then c.collected_overdue
      when 'cure_rate' then c.cured_amount
      when 'on_time_rate' then c.due_paid_on_time
      when 'cei' then c.opening + c.sales - c.gross
      when 'dso' then c.gross * c.days end as decimal(38,2)) as part,
    cast(case m.kpi
      when 'overdue_share' then c.gross
      when 'collection_rate_gross' then c.exigible
      when 'collection_rate_net' then c.exigible - c.cancelled_exigible
      when 'recovery_rate' then c.opening_overdue
      when 'cure_rate' then c.opening_overdue
      when 'on_time_rate' then c.due_amount
      when 'cei' then c.opening + c.sales - c.gross + c.overdue
      when 'dso' then c.sales end as decimal(38,2)) as whole
  from card c
  join measured m on m.as_of = c.as_of and m.company = c.company
  union all   -- who has a target and neither held nor moved anything: an amount of nothing
  select
    g.as_of, g.dimension, g.member, g.company, g.kpi, w.opening_missing,
    cast(0 as decimal(38,2)), cast(0 as decimal(38,2))
  from goal g
  join whole_company w on w.as_of = g.as_of and w.company = g.company and w.dimension = g.dimension
  left join card c
    on c.as_of = g.as_of and c.company = g.company and c.dimension = g.dimension and c.member = g.member
  where c.company is null
),

calendar as (   -- of a company: the weekend of its country, and whose holidays it keeps
  select
    c.company, c.known_from, c.known_to,
    coalesce(w.value, '6,7') as weekend,
    coalesce(h.value, c.country) as holidays
  from companies c
  left join settings w on w.key = 'calendars.' || c.country || '.weekend'
  left join settings h on h.key = 'calendars.' || c.country || '.holidays'
),

month_day as (
  select
    d.as_of, c.company, c.weekend, c.holidays, d.known_at,
    date_add('day', s.n, d.month_start) as on_day
  from days d
  join calendar c on c.known_from <= d.known_at and d.known_at < c.known_to
  cross join unnest(sequence(0, 30)) as s (n)
),

business_day as (
  select
    m.as_of, m.company,
    count(*) as business_days,
    cast(sum(case when m.on_day <= m.as_of then 1 else 0 end) as bigint) as business_days_elapsed
  from month_day m
  left join holidays h
    on h.country = m.holidays and h.holiday = m.on_day
    and h.known_from <= m.known_at and m.known_at < h.known_to
  where m.on_day <= last_day_of_month(m.as_of) and h.holiday is null
    and strpos(m.weekend, cast(day_of_week(m.on_day) as varchar)) = 0
  group by m.as_of, m.company
),

cap as (   -- how much a target beaten may count where lower is better
  select coalesce(max(cast(value as double)), 1.2e0) as attainment_cap
  from settings
  where key = 'attainment_cap'
),

held as (   -- against its target
  select
    f.*, g.value as target, cast(g.value as double) as aim, m.more_is_better, m.is_amount,
    case
      when m.is_amount then cast(f.part as double)
      when f.whole > 0 then cast(f.part as double) / cast(f.whole as double) end as reached,
    case
      when m.is_flow and f.opening_missing <> 0 then 'INSUFFICIENT_HISTORY'
      when not m.is_amount and f.whole < 0 then 'NEGATIVE_DENOMINATOR'
      when not m.is_amount and f.whole = 0 then 'ZERO_DENOMINATOR' end as unknown
  from found f
  join measure m on m.kpi = f.kpi
  left join goal g
    on g.as_of = f.as_of and g.company = f.company and g.dimension = f.dimension
    and g.member = f.member and g.kpi = f.kpi
)

select
  h.as_of, 'month' as period, h.dimension, h.member, h.company, h.kpi, h.target,
  case when h.is_amount then h.part end as actual_amount,
  case when not h.is_amount then h.reached end as actual,
  case
    when h.unknown is not null or h.aim <= 0 then null
    when h.more_is_better then h.reached / h.aim
    when h.reached > 0 and h.aim / h.reached < c.attainment_cap then h.aim / h.reached
    when h.reached is not null then c.attainment_cap end as attainment,
  case when h.target is null then 'NO_TARGET' when h.target <= 0 then 'ZERO_TARGET' else h.unknown end
    as reason,
  b.business_days, b.business_days_elapsed
from held h
cross join cap c
left join business_day b on b.as_of = h.as_of and b.company = h.company
