/*
grain: [as_of, company, office, line, currency, clock, cohort, age]
cadence: month
reads: {periods: all, flow: period}
es: Lo que cada mes supo de cada cosecha, por meses transcurridos; sumado da la curva
en: What each month learnt about each cohort, by months elapsed; summed it gives the curve
columns:
  as_of: {type: DATE, en: Business date, es: Fecha de corte}
  company: {type: VARCHAR, en: Company, es: Compañía}
  office: {type: VARCHAR, en: Office, es: Oficina}
  line: {type: VARCHAR, en: Line of business, es: Ramo}
  currency: {type: VARCHAR, en: Document currency, es: Moneda del documento}
  clock: {type: VARCHAR, en: "What dates the cohort: DUE (original due month) or ISSUE (issue month)", es: "Qué fecha da la cosecha: DUE (mes de vencimiento original) o ISSUE (mes de emisión)"}
  cohort: {type: DATE, en: "First day of the month of the cohort", es: "Primer día del mes de la cosecha"}
  age: {type: BIGINT, en: "Months from the cohort to the business month, from 0; 13 for more than 12", es: "Meses de la cosecha al mes del hecho, desde 0; 13 si son más de 12", unit: months}
  base: {type: "DECIMAL(38,2)", en: "Written", es: "Emitido", unit: functional currency}
  opened: {type: "DECIMAL(38,2)", en: "Opening balances of a first delivery", es: "Saldos de apertura de una primera entrega", unit: functional currency}
  cash: {type: "DECIMAL(38,2)", en: "Applied less reversed (positive)", es: "Aplicado menos reversado (positivo)", unit: functional currency}
  cancelled: {type: "DECIMAL(38,2)", en: "Cancelled (positive)", es: "Anulado (positivo)", unit: functional currency}
*/
with month as (
  select as_of, opened from periods where period = 'month'
),

dated as (
  select
    m.as_of, f.company, f.office, f.line, f.currency, f.cause, f.business_date, f.booked_total,
    c.clock,
    cast(date_trunc('month', case c.clock when 'DUE' then coalesce(f.original_due_date, f.due_date)
      else f.issue_date end) as date) as cohort
  from month m
  join flow f on f.as_of > m.opened and f.as_of <= m.as_of
  cross join (values ('DUE'), ('ISSUE')) as c (clock)
  where f.cause in ('OPENING', 'ISSUED', 'ENDORSED_UP', 'ENDORSED_DOWN', 'COLLECTED', 'REVERSED',
    'CANCELLED_NP', 'CANCELLED_OTHER')
),

aged as (   -- what came before its cohort's month counts as month 0; a base has no age
  select
    as_of, company, office, line, currency, cause, booked_total, clock, cohort,
    case
      when cause not in ('COLLECTED', 'REVERSED', 'CANCELLED_NP', 'CANCELLED_OTHER') then 0
      else year(business_date) * 12 + month(business_date) - year(cohort) * 12 - month(cohort)
      end as months
  from dated
  where cohort is not null
)

select
  as_of, company, office, line, currency, clock, cohort,
  cast(case when months < 0 then 0 when months > 12 then 13 else months end as bigint) as age,
  coalesce(sum(case when cause in ('ISSUED', 'ENDORSED_UP', 'ENDORSED_DOWN')
    then booked_total else 0 end), 0) as base,
  coalesce(sum(case when cause = 'OPENING' then booked_total else 0 end), 0) as opened,
  coalesce(sum(case when cause in ('COLLECTED', 'REVERSED') then -booked_total else 0 end), 0) as cash,
  coalesce(sum(case when cause in ('CANCELLED_NP', 'CANCELLED_OTHER')
    then -booked_total else 0 end), 0) as cancelled
from aged
group by
  as_of, company, office, line, currency, clock, cohort,
  case when months < 0 then 0 when months > 12 then 13 else months end
