/*
grain: [as_of, falls, week, company, office, line, channel, currency]
cadence: day
daily_for: 35 days
reads: {position: day}
es: Lo que vence cada semana (lunes a domingo) por ramo y canal, y lo vencido que sigue abierto
en: What falls due each week (Monday to Sunday) by line and channel, and the backlog past due
columns:
  as_of: {type: DATE, en: Business date, es: Fecha de corte}
  falls: {type: VARCHAR, en: "BACKLOG (past due), WEEK, LATER (13 weeks or more ahead) or NO_DATE", es: "BACKLOG (ya vencido), WEEK (semana), LATER (a 13 semanas o más) o NO_DATE (sin vencimiento)"}
  week: {type: DATE, en: "Monday of the week; null but for WEEK", es: "Lunes de la semana; nulo salvo en WEEK"}
  company: {type: VARCHAR, en: Company, es: Compañía}
  office: {type: VARCHAR, en: Office, es: Oficina}
  line: {type: VARCHAR, en: Line of business, es: Ramo}
  channel: {type: VARCHAR, en: "Payment channel agreed", es: "Canal de pago acordado"}
  currency: {type: VARCHAR, en: Document currency, es: Moneda del documento}
  items: {type: BIGINT, en: "Receipts", es: "Recibos"}
  closing_total: {type: "DECIMAL(38,2)", en: "Gross open at the closing rate", es: "Cartera bruta a tasa de cierre", unit: functional currency}
  booked_total: {type: "DECIMAL(38,2)", en: "Gross open at the booked rate", es: "Cartera bruta a tasa de emisión", unit: functional currency}
  document_total: {type: "DECIMAL(38,2)", en: "Gross open in document currency", es: "Cartera bruta en moneda del documento", unit: document currency}
*/
with open_receipt as (
  select
    as_of, company, office, line, channel, currency, due_date, open_total, booked_total,
    closing_total,
    date_add('day', 1 - day_of_week(due_date), due_date) as due_week,
    date_add('day', 92 - day_of_week(as_of), as_of) as horizon
  from position
  where class = 'GROSS'
),

placed as (
  select
    as_of, company, office, line, channel, currency, open_total, booked_total, closing_total,
    case
      when due_date is null then 'NO_DATE'
      when due_date < as_of then 'BACKLOG'
      when due_week >= horizon then 'LATER'
      else 'WEEK' end as falls,
    case when due_date >= as_of and due_week < horizon then due_week end as week
  from open_receipt
)

select
  as_of, falls, week, company, office, line, channel, currency,
  count(*) as items,
  coalesce(sum(closing_total), 0) as closing_total,
  coalesce(sum(booked_total), 0) as booked_total,
  coalesce(sum(open_total), 0) as document_total
from placed
group by as_of, falls, week, company, office, line, channel, currency
