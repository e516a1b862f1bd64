/*
grain: [as_of, period, company, office, advisor, clerk, line, intermediary, currency]
cadence: day
daily_for: 35 days
reads: {periods: all, flow: period, flow_part: period}
es: Días de pago frente al vencimiento de lo aplicado en el periodo a la fecha
en: Days to pay against the due date of what was applied in the period to date
columns:
  as_of: {type: DATE, en: Business date, es: Fecha de corte}
  period: {type: VARCHAR, en: "Kind of period: month to date unless asked", es: "Periodo: el mes a la fecha, salvo que se pida otro"}
  company: {type: VARCHAR, en: Company, es: Compañía}
  office: {type: VARCHAR, en: Office, es: Oficina}
  advisor: {type: VARCHAR, en: Advisor, es: Asesor}
  clerk: {type: VARCHAR, en: Collection clerk, es: Auxiliar de cartera}
  line: {type: VARCHAR, en: Line of business, es: Ramo}
  intermediary: {type: VARCHAR, en: "Intermediary, each with its own share", es: "Intermediario, cada uno con su participación"}
  currency: {type: VARCHAR, en: Document currency, es: Moneda del documento}
  paid_amount: {type: "DECIMAL(38,2)", en: "Applied to receipts with a due date; refunds and reversals apart", es: "Aplicado a recibos con vencimiento; sin devoluciones ni reversos", unit: functional currency}
  paid_amount_days: {type: "DECIMAL(38,2)", en: "Sum of amount x (business date - due date), early payments negative", es: "Suma de valor x (fecha de pago - vencimiento), lo anticipado negativo", unit: functional currency x days}
  paid_amount_days_floored: {type: "DECIMAL(38,2)", en: "The same with early payments as 0", es: "Lo mismo con lo anticipado en 0", unit: functional currency x days}
  late_amount: {type: "DECIMAL(38,2)", en: "Of paid_amount, what came after the due date", es: "De paid_amount, lo pagado después del vencimiento", unit: functional currency}
  paid_items: {type: BIGINT, en: "Payments applied, counted at the first intermediary", es: "Pagos aplicados, contados en el primer intermediario"}
  paid_days: {type: BIGINT, en: "Sum of days, each payment once", es: "Suma de días, cada pago una vez", unit: days}
  paid_days_floored: {type: BIGINT, en: "The same with early payments as 0", es: "Lo mismo con lo anticipado en 0", unit: days}
  late_items: {type: BIGINT, en: "Payments after the due date", es: "Pagos después del vencimiento"}
  opening_missing: {type: "DECIMAL(38,2)", en: "Opening movements inside the period: what was paid before them is unknown", es: "Movimientos de apertura dentro del periodo: lo pagado antes de ellos no se conoce", unit: functional currency}
*/
with payment as (   -- a reversal does not undo the days that the payment took: it is left out
  select
    s.opened, s.period_end, f.company, f.office, f.advisor, f.clerk, f.line,
    coalesce(i.intermediary, f.intermediary) as intermediary, f.currency,
    f.cause = 'OPENING' as is_opening,
    case when coalesce(i.place, 1) = 1 then f.weight else 0 end as counted,
    -coalesce(i.booked_total, f.booked_total) as amount,
    date_diff('day', f.due_date, f.business_date) as days
  from period_day s
  join flow f on f.as_of = s.on_day
  left join flow_part i
    on i.as_of = f.as_of and i.company = f.company
    and i.movement_id = f.movement_id and i.known_from = f.known_from
  where s.on_day > s.opened
    and (f.cause = 'OPENING' or (f.cause = 'COLLECTED' and f.total * f.weight < 0 and f.due_date is not null))
),

entry as (
  select
    opened, period_end, company, office, advisor, clerk, line, intermediary, currency,
    sum(case when is_opening then 0 else amount end) as paid_amount,
    sum(case when is_opening then 0 else cast(amount as decimal(38,2)) * days end) as paid_amount_days,
    sum(case when days > 0 and not is_opening then cast(amount as decimal(38,2)) * days else 0 end)
      as paid_amount_days_floored,
    sum(case when days > 0 and not is_opening then amount else 0 end) as late_amount,
    sum(case when is_opening then 0 else counted end) as paid_items,
    sum(case when is_opening then 0 else counted * days end) as paid_days,
    sum(case when days > 0 and not is_opening then counted * days else 0 end) as paid_days_floored,
    sum(case when days > 0 and not is_opening then counted else 0 end) as late_items,
    sum(case when is_opening then -amount else 0 end) as opening_missing
  from payment
  group by opened, period_end, company, office, advisor, clerk, line, intermediary, currency
)

select
  p.as_of, p.period, e.company, e.office, e.advisor, e.clerk, e.line, e.intermediary, e.currency,
  sum(e.paid_amount) as paid_amount,
  cast(sum(e.paid_amount_days) as decimal(38,2)) as paid_amount_days,
  cast(sum(e.paid_amount_days_floored) as decimal(38,2)) as paid_amount_days_floored,
  sum(e.late_amount) as late_amount,
  cast(sum(e.paid_items) as bigint) as paid_items,
  cast(sum(e.paid_days) as bigint) as paid_days,
  cast(sum(e.paid_days_floored) as bigint) as paid_days_floored,
  cast(sum(e.late_items) as bigint) as late_items,
  sum(e.opening_missing) as opening_missing
from periods p
join entry e on e.opened = p.opened and e.period_end <= p.as_of
group by
  p.as_of, p.period, e.company, e.office, e.advisor, e.clerk, e.line, e.intermediary, e.currency
