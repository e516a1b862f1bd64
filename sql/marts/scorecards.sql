/*
grain: [as_of, period, dimension, member, company]
cadence: day
daily_for: 35 days
reads: {days: all, periods: all, recovery: day, targets: all, companies: all, holidays: all, settings: all}
es: "Tablero por responsable: saldo propio y heredado, recaudo, meta, pago oportuno con límites de Wilson y puesto entre pares"
en: "Scorecard: own and inherited debt, collections, target, on-time share with Wilson bounds and place among peers"
columns:
  as_of: {type: DATE, en: Business date, es: Fecha de corte}
  period: {type: VARCHAR, en: "Kind of period: month to date unless asked", es: "Periodo: el mes a la fecha, salvo que se pida otro"}
  dimension: {type: VARCHAR, en: "What the member is: total, company, office, advisor, clerk, line, intermediary, currency", es: "Qué es el miembro: total, company, office, advisor, clerk, line, intermediary, currency"}
  member: {type: VARCHAR, en: "Member of the dimension (null: not assigned)", es: "Miembro de la dimensión (nulo: sin asignar)"}
  company: {type: VARCHAR, en: Company, es: Compañía}
  gross: {type: "DECIMAL(38,2)", en: "Gross open on as_of", es: "Cartera bruta a la fecha", unit: functional currency}
  overdue: {type: "DECIMAL(38,2)", en: "Of it, past due", es: "De ella, vencida", unit: functional currency}
  overdue_own: {type: "DECIMAL(38,2)", en: "Past due since the member took it (office, advisor, clerk), or all of it", es: "Vencida desde que el miembro la tomó (oficina, asesor, auxiliar), o toda", unit: functional currency}
  overdue_inherited: {type: "DECIMAL(38,2)", en: "Past due already when the member took it", es: "Vencida ya cuando el miembro la tomó", unit: functional currency}
  written: {type: "DECIMAL(38,2)", en: "Written in the period", es: "Emitido en el periodo", unit: functional currency}
  sales: {type: "DECIMAL(38,2)", en: "Written less cancelled", es: "Emitido menos anulado", unit: functional currency}
  collected: {type: "DECIMAL(38,2)", en: "Applied less reversed", es: "Aplicado menos reversado", unit: functional currency}
  collected_exigible: {type: "DECIMAL(38,2)", en: "Of it, on receipts due by as_of", es: "De ello, sobre recibos con vencimiento hasta la fecha", unit: functional currency}
  exigible: {type: "DECIMAL(38,2)", en: "Past due at the opening or fell due in the period", es: "Vencido al abrir o que venció en el periodo", unit: functional currency}
  opening_missing: {type: "DECIMAL(38,2)", en: "Opening movements inside the period: the stock before them is unknown", es: "Movimientos de apertura dentro del periodo: el saldo previo no se conoce", unit: functional currency}
  n: {type: BIGINT, en: "Receipts that fell due in the period, those paid ahead of it included", es: "Recibos que vencieron en el periodo, con los pagados por anticipado"}
  k: {type: BIGINT, en: "Of them, paid in full on time", es: "De ellos, pagados del todo a tiempo"}
  on_time_share: {type: DOUBLE, en: "k / n", es: "k / n"}
  wilson_low: {type: DOUBLE, en: "Lower 95 % bound of it (z = 1.959964)", es: "Límite inferior al 95 % (z = 1.959964)"}
  wilson_high: {type: DOUBLE, en: "Upper 95 % bound of it", es: "Límite superior al 95 %"}
  peers: {type: BIGINT, en: "Members of the dimension with n > 0", es: "Miembros de la dimensión con n > 0"}
  place: {type: BIGINT, en: "Place among peers by the lower bound, 1 is best", es: "Puesto entre pares por el límite inferior, 1 es el mejor"}
  percentile: {type: DOUBLE, en: "Share of the other peers with a lower bound below this one", es: "Proporción de los demás pares con un límite inferior menor"}
  on_time_reason: {type: VARCHAR, en: "Why the share is null", es: "Por qué es nula la proporción"}
  target_collected: {type: "DECIMAL(18,6)", en: Target of collections for the month, es: Meta de recaudo del mes, unit: functional currency}
  attainment_collected: {type: DOUBLE, en: "collected / target", es: "recaudo / meta"}
  collected_reason: {type: VARCHAR, en: "NO_TARGET or ZERO_TARGET", es: "NO_TARGET (sin meta) o ZERO_TARGET (meta cero)"}
  target_overdue_share: {type: "DECIMAL(18,6)", en: Target of the overdue share, es: Meta del índice de mora}
  attainment_overdue_share: {type: DOUBLE, en: "target / actual: lower is better; at most the cap", es: "meta / real: menor es mejor; hasta el tope"}
  overdue_share_reason: {type: VARCHAR, en: "Why that is null", es: "Por qué es nulo"}
  target_collection_rate: {type: "DECIMAL(18,6)", en: Target of the gross collection rate, es: Meta del recaudo sobre exigible}
  attainment_collection_rate: {type: DOUBLE, en: "actual / target", es: "real / meta"}
  collection_rate_reason: {type: VARCHAR, en: "Why that is null", es: "Por qué es nulo"}
  business_days: {type: BIGINT, en: "Business days of the month", es: "Días hábiles del mes", unit: days}
  business_days_elapsed: {type: BIGINT, en: "Of them, up to as_of", es: "De ellos, hasta la fecha", unit: days}
*/
with stock_and_flow as (
  select
    r.as_of, r.period, r.company, d.dimension,
    case d.dimension when 'total' then 'total' when 'company' then r.company
      when 'office' then r.office when 'advisor' then r.advisor when 'clerk' then r.clerk
      when 'line' then r.line when 'intermediary' then r.intermediary
      when 'currency' then r.currency end as member,
    sum(r.closing) as gross,
    sum(r.closing_current) as gross_current,
    sum(case d.dimension when 'office' then r.inherited_office when 'advisor' then r.inherited_advisor
      when 'clerk' then r.inherited_clerk else 0 end) as inherited,
    sum(r.written) as written,
    sum(r.sales) as sales,
    sum(r.collected) as collected,
    sum(r.collected_exigible) as collected_exigible,
    sum(r.opening_overdue + r.fell_due) as exigible,
    sum(r.opening_missing) as opening_missing,
    cast(sum(r.due_items) as bigint) as n,
    cast(sum(r.due_items_on_time) as bigint) as k
  from recovery r
  cross join (values ('total'), ('company'), ('office'), ('advisor'), ('clerk'), ('line'),
    ('intermediary'), ('currency')) as d (dimension)
  group by 1, 2, 3, 4, 5
),

target as (   -- the last version known
  select
    d.as_of, t.company, t.dimension, t.member, t.kpi,
    max_by(t.value, t.target_version) as value
  from days d
  join targets t
    on t.month = d.month_start and t.known_from <= d.known_at and d.known_at < t.known_to
  where t.kpi in ('collected', 'overdue_share', 'collection_rate_gross')
  group by d.as_of, t.company, t.dimension, t.member, t.kpi
),

goal as (
  select
    as_of, company, dimension, member,
    max(case when kpi = 'collected' then value end) as collected,
    max(case when kpi = 'overdue_share' then value end) as overdue_share,
    max(case when kpi = 'collection_rate_gross' then value end) as collection_rate
  from target
  group by as_of, company, dimension, member
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

rated as (
  select
    s.*,
    cast(s.gross - s.gross_current as decimal(38,2)) as overdue,
    cast(s.n as double) as nn,
    cast(s.k as double) / nullif(cast(s.n as double), 0) as share,
    1.959964e0 * 1.959964e0 as zz,
    cast(coalesce(g.collected, w.collected) as double) as target_c,
    cast(coalesce(g.overdue_share, w.overdue_share) as double) as target_o,
    cast(coalesce(g.collection_rate, w.collection_rate) as double) as target_r,
    coalesce(g.collected, w.collected) as target_collected,
    coalesce(g.overdue_share, w.overdue_share) as target_overdue_share,
    coalesce(g.collection_rate, w.collection_rate) as target_collection_rate,
    cast(s.gross - s.gross_current as double) / nullif(cast(s.gross as double), 0) as actual_o,
    case when s.opening_missing = 0
      then cast(s.collected_exigible as double) / case when s.exigible > 0 then cast(s.exigible as double) end
      end as actual_r,
    b.business_days, b.business_days_elapsed, c.attainment_cap
  from stock_and_flow s
  cross join cap c
  left join goal g
    on g.as_of = s.as_of and g.company = s.company and g.dimension = s.dimension
    and g.member = s.member and s.period = 'month'
  left join goal w   -- a company is its own total: its target is told under either name
    on w.as_of = s.as_of and w.company = s.company and s.period = 'month'
    and w.dimension = case s.dimension when 'total' then 'company' when 'company' then 'total' end
    and w.member = case s.dimension when 'total' then s.company when 'company' then 'total' end
  left join business_day b on b.as_of = s.as_of and b.company = s.company
),

bounded as (   -- Wilson's interval
  select
    r.*,
    -- exactly 0 and 1 at the ends: what a root leaves would tell equals apart
    case when k = 0 then 0e0
      else (share + zz / (2 * nn) - 1.959964e0 * sqrt(share * (1 - share) / nn + zz / (4 * nn * nn)))
        / (1 + zz / nn) end as wilson_low,
    case when k = n then 1e0
      else (share + zz / (2 * nn) + 1.959964e0 * sqrt(share * (1 - share) / nn + zz / (4 * nn * nn)))
        / (1 + zz / nn) end as wilson_high,
    case when n > 0 and member is not null then 1 else 0 end as ranked
  from rated r
)

select
  as_of, period, dimension, member, company, gross, overdue,
  cast(overdue - inherited as decimal(38,2)) as overdue_own,
  cast(inherited as decimal(38,2)) as overdue_inherited,
  written, sales, collected,
  collected_exigible, exigible, opening_missing,
  n, k,
  share as on_time_share,
  case when n > 0 then wilson_low end as wilson_low,
  case when n > 0 then wilson_high end as wilson_high,
  case when ranked = 1 then count(*)
    over (partition by as_of, period, company, dimension, ranked) end as peers,
  case when ranked = 1 then rank() over (
    partition by as_of, period, company, dimension, ranked order by wilson_low desc) end as place,
  case when ranked = 1 and count(*) over (partition by as_of, period, company, dimension, ranked) > 1
    then percent_rank() over (
      partition by as_of, period, company, dimension, ranked order by wilson_low) end as percentile,
  case when n = 0 then 'ZERO_DENOMINATOR' end
    as on_time_reason,
  target_collected,
  case when target_c > 0 then cast(collected as double) / target_c end as attainment_collected,
  case when target_c is null then 'NO_TARGET' when target_c <= 0 then 'ZERO_TARGET' end
    as collected_reason,
  target_overdue_share,
  case
    when target_o > 0 and actual_o > 0 and target_o / actual_o < attainment_cap then target_o / actual_o
    when target_o > 0 and actual_o >= 0 then attainment_cap end as attainment_overdue_share,
  case when target_o is null then 'NO_TARGET' when target_o <= 0 then 'ZERO_TARGET'
    when actual_o is null then 'ZERO_DENOMINATOR' end as overdue_share_reason,
  target_collection_rate,
  case when target_r > 0 then actual_r / target_r end as attainment_collection_rate,
  case when target_r is null then 'NO_TARGET' when target_r <= 0 then 'ZERO_TARGET'
    when opening_missing <> 0 then 'INSUFFICIENT_HISTORY'
    when exigible < 0 then 'NEGATIVE_DENOMINATOR'
    when actual_r is null then 'ZERO_DENOMINATOR' end as collection_rate_reason,
  business_days, business_days_elapsed
from bounded
