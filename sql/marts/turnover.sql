/*
grain: [as_of, period, company, office, advisor, clerk, line, intermediary, currency]
cadence: day
daily_for: 35 days
reads: {periods: all, position: opening, intermediary_part: opening, aging: 12 month ends, flow: period, flow_part: period}
es: Saldo inicial, saldo final y ventas del periodo a la fecha, para la rotación de muchos meses
en: Opening balance, closing balance and sales of the period to date, for turnover over many months
columns:
  as_of: {type: DATE, en: Business date, es: Fecha de corte}
  period: {type: VARCHAR, en: "Kind of period: month to date unless asked", es: "Periodo: el mes a la fecha, salvo que se pida otro"}
  company: {type: VARCHAR, en: Company, es: Compañía}
  office: {type: VARCHAR, en: "Office: of a balance on its day, of a sale on the business date", es: "Oficina: del saldo en su fecha, de la venta en la fecha del hecho"}
  advisor: {type: VARCHAR, en: Advisor, es: Asesor}
  clerk: {type: VARCHAR, en: Collection clerk, es: Auxiliar de cartera}
  line: {type: VARCHAR, en: Line of business, es: Ramo}
  intermediary: {type: VARCHAR, en: "Intermediary, each with its own share", es: "Intermediario, cada uno con su participación"}
  currency: {type: VARCHAR, en: Document currency, es: Moneda del documento}
  opening: {type: "DECIMAL(38,2)", en: Open when the period began, es: Saldo al abrir el periodo, unit: functional currency}
  closing: {type: "DECIMAL(38,2)", en: Open on the business date, es: Saldo a la fecha de corte, unit: functional currency}
  month_ends: {type: "DECIMAL(38,2)", en: "Sum of the balances at the month ends between (at most the last 12)", es: "Suma de los saldos de los fines de mes intermedios (hasta los últimos 12)", unit: functional currency}
  balances: {type: BIGINT, en: "Balances of a mean of all: opening, month ends between, closing", es: "Saldos de un promedio de todos: inicial, fines de mes intermedios, final"}
  sales: {type: "DECIMAL(38,2)", en: written - cancelled, es: emitido - anulado, unit: functional currency}
  opening_missing: {type: "DECIMAL(38,2)", en: "Opening movements of a first delivery: the period began before the lake", es: "Movimientos de apertura: el periodo empezó antes que el lago", unit: functional currency}
*/
with bound as (   -- the days on which periods begin and end cut the calendar into slices
  select opened as bound_day from periods
  union
  select as_of from periods
),

slice as (
  select bound_day as slice_opened, lead(bound_day) over (order by bound_day) as slice_closed from bound
),

movement as (   -- every movement once, however many periods it falls into
  select
    s.slice_opened, s.slice_closed, f.company, f.office, f.advisor, f.clerk, f.line,
    coalesce(i.intermediary, f.intermediary) as intermediary, f.currency,
    sum(case when f.cause = 'OPENING' then 0 else coalesce(i.booked_total, f.booked_total) end) as sales,
    sum(case when f.cause = 'OPENING' then coalesce(i.booked_total, f.booked_total) else 0 end)
      as opening_missing
  from slice s
  join flow f on f.as_of > s.slice_opened and f.as_of <= s.slice_closed
  left join flow_part i
    on i.as_of = f.as_of and i.company = f.company
    and i.movement_id = f.movement_id and i.known_from = f.known_from
  where f.cause in ('OPENING', 'ISSUED', 'ENDORSED_UP', 'ENDORSED_DOWN', 'CANCELLED_NP',
    'CANCELLED_OTHER')
  group by
    s.slice_opened, s.slice_closed, f.company, f.office, f.advisor, f.clerk, f.line,
    coalesce(i.intermediary, f.intermediary), f.currency
),

opened_on as (
  select opened from periods group by opened
),

opening as (
  select
    o.opened, p.company, p.office, p.advisor, p.clerk, p.line,
    coalesce(i.intermediary, p.intermediary) as intermediary, p.currency,
    sum(coalesce(i.closing_total, p.closing_total)) as opening
  from opened_on o
  join position p on p.as_of = o.opened
  left join intermediary_part i
    on i.as_of = p.as_of and i.company = p.company and i.receipt_no = p.receipt_no
  where p.class = 'GROSS'
  group by
    o.opened, p.company, p.office, p.advisor, p.clerk, p.line,
    coalesce(i.intermediary, p.intermediary), p.currency
),

month_end as (
  select p.as_of, p.period, last_day_of_month(date_add('month', -s.n, p.as_of)) as on_day
  from periods p
  cross join unnest(sequence(1, 12)) as s (n)
  where last_day_of_month(date_add('month', -s.n, p.as_of)) > p.opened
),

counted as (
  select p.as_of, p.period, count(m.on_day) + 2 as balances
  from periods p
  left join month_end m on m.as_of = p.as_of and m.period = p.period
  group by p.as_of, p.period
),

part as (
  select
    p.as_of, p.period, o.company, o.office, o.advisor, o.clerk, o.line, o.intermediary, o.currency,
    o.opening, 0 as closing, 0 as month_ends, 0 as sales, 0 as opening_missing
  from periods p
  join opening o on o.opened = p.opened
  union all
  select
    p.as_of, p.period, a.company, a.office, a.advisor, a.clerk, a.line, a.intermediary, a.currency,
    0, a.closing_total, 0, 0, 0
  from periods p
  join aging a on a.as_of = p.as_of
  where a.class = 'GROSS'
  union all
  select
    m.as_of, m.period, a.company, a.office, a.advisor, a.clerk, a.line, a.intermediary, a.currency,
    0, 0, a.closing_total, 0, 0
  from month_end m
  join aging a on a.as_of = m.on_day
  where a.class = 'GROSS'
  union all
  select
    p.as_of, p.period, m.company, m.office, m.advisor, m.clerk, m.line, m.intermediary, m.currency,
    0, 0, 0, m.sales, m.opening_missing
  from periods p
  join movement m on m.slice_opened >= p.opened and m.slice_closed <= p.as_of
)

select
  p.as_of, p.period, p.company, p.office, p.advisor, p.clerk, p.line, p.intermediary, p.currency,
  coalesce(sum(p.opening), 0) as opening,
  coalesce(sum(p.closing), 0) as closing,
  coalesce(sum(p.month_ends), 0) as month_ends,
  max(c.balances) as balances,
  coalesce(sum(p.sales), 0) as sales,
  coalesce(sum(p.opening_missing), 0) as opening_missing
from part p
join counted c on c.as_of = p.as_of and c.period = p.period
group by
  p.as_of, p.period, p.company, p.office, p.advisor, p.clerk, p.line, p.intermediary, p.currency
