/*
grain: [as_of, period, dimension, member, company]
cadence: day
daily_for: 35 days
reads: {periods: all, recovery: day}
es: "Tablero por responsable: saldo propio y heredado, recaudo, pago oportuno con límites de Wilson y puesto entre pares"
en: "Scorecard: own and inherited debt, collections, on-time share with Wilson bounds and place among peers"
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
  opening: {type: "DECIMAL(38,2)", en: Gross open when the period opened, es: Cartera bruta al abrir el periodo, unit: functional currency}
  opening_overdue: {type: "DECIMAL(38,2)", en: "Of it, past due then", es: "De ella, vencida entonces", unit: functional currency}
  collected_overdue: {type: "DECIMAL(38,2)", en: "Collected on receipts past due when the period opened", es: "Recaudado sobre recibos vencidos al abrir el periodo", unit: functional currency}
  cured_amount: {type: "DECIMAL(38,2)", en: "Of opening_overdue, what is past due no longer by being paid", es: "De opening_overdue, lo que dejó de estar vencido por pagarse", unit: functional currency}
  cancelled_exigible: {type: "DECIMAL(38,2)", en: Cancelled in the period on receipts due by as_of, es: Anulado en el periodo sobre recibos con vencimiento hasta la fecha, unit: functional currency}
  due_amount: {type: "DECIMAL(38,2)", en: "Fell due in the period, what was paid ahead of it included", es: "Venció en el periodo, con lo pagado por anticipado", unit: functional currency}
  due_paid_on_time: {type: "DECIMAL(38,2)", en: "Of it, paid on or before its due date", es: "De ello, pagado a más tardar en su vencimiento", unit: functional currency}
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
    sum(r.opening) as opening,
    sum(r.opening_overdue) as opening_overdue,
    sum(r.collected_overdue) as collected_overdue,
    sum(r.cured_amount) as cured_amount,
    sum(r.cancelled_exigible) as cancelled_exigible,
    sum(r.due_amount) as due_amount,
    sum(r.due_paid_on_time) as due_paid_on_time,
    sum(r.opening_missing) as opening_missing,
    cast(sum(r.due_items) as bigint) as n,
    cast(sum(r.due_items_on_time) as bigint) as k
  from recovery r
  cross join (values ('total'), ('company'), ('office'), ('advisor'), ('clerk'), ('line'),
    ('intermediary'), ('currency')) as d (dimension)
  group by 1, 2, 3, 4, 5
),

rated as (
  select
    s.*,
    cast(s.gross - s.gross_current as decimal(38,2)) as overdue,
    cast(s.n as double) as nn,
    cast(s.k as double) / nullif(cast(s.n as double), 0) as share,
    1.959964e0 * 1.959964e0 as zz
  from stock_and_flow s
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
  collected_exigible, exigible, opening, opening_overdue, collected_overdue, cured_amount,
  cancelled_exigible, due_amount, due_paid_on_time, opening_missing,
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
  case when n = 0 then 'ZERO_DENOMINATOR' end as on_time_reason
from bounded
