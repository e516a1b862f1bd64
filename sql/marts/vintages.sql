/*
grain: [as_of, company, office, line, currency, clock, cohort, age]
cadence: month
reads: {vintage_flow: 37 month ends}
es: "Cosechas: recaudo y anulación acumulados a 0, 1, ... 12 meses y más, por mes de vencimiento o de emisión"
en: "Vintages: cash and cancellations within 0, 1, ... 12 months and beyond, by due or issue month"
columns:
  as_of: {type: DATE, en: Business date, es: Fecha de corte}
  company: {type: VARCHAR, en: Company, es: Compañía}
  office: {type: VARCHAR, en: Office, es: Oficina}
  line: {type: VARCHAR, en: Line of business, es: Ramo}
  currency: {type: VARCHAR, en: Document currency, es: Moneda del documento}
  clock: {type: VARCHAR, en: "What dates the cohort: DUE (original due month) or ISSUE (issue month)", es: "Qué fecha da la cosecha: DUE (mes de vencimiento original) o ISSUE (mes de emisión)"}
  cohort: {type: DATE, en: "First day of the month of the cohort, at most 24 months back", es: "Primer día del mes de la cosecha, hasta 24 meses atrás"}
  age: {type: BIGINT, en: "Months elapsed, 0 to 12; 13 for everything after", es: "Meses transcurridos, 0 a 12; 13 para todo lo posterior", unit: months}
  cohort_amount: {type: "DECIMAL(38,2)", en: "Written and opening balances of the cohort, as known", es: "Emitido y saldos de apertura de la cosecha, según se conoce", unit: functional currency}
  opened: {type: "DECIMAL(38,2)", en: "Of it, opening balances: what was paid before is not known", es: "De ello, saldos de apertura: lo pagado antes no se conoce", unit: functional currency}
  cash: {type: "DECIMAL(38,2)", en: "Collected within so many months; null while the month is not over", es: "Recaudado hasta ese mes; nulo mientras el mes no acabe", unit: functional currency}
  cancelled: {type: "DECIMAL(38,2)", en: "Cancelled within so many months; null while the month is not over", es: "Anulado hasta ese mes; nulo mientras el mes no acabe", unit: functional currency}
  censored: {type: BOOLEAN, en: "The month lies after as_of", es: "El mes es posterior a la fecha"}
*/
with month_end as (
  select as_of, cast(date_trunc('month', as_of) as date) as month_start from days where month_end
),

learnt as (   -- all that was known by each month end about its last 25 cohorts
  select
    m.as_of, v.company, v.office, v.line, v.currency, v.clock, v.cohort, v.age,
    sum(v.base) as base, sum(v.opened) as opened, sum(v.cash) as cash, sum(v.cancelled) as cancelled
  from month_end m
  join vintage_flow v
    on v.as_of <= m.as_of and v.cohort <= m.month_start
    and v.cohort >= date_add('month', -24, m.month_start)
    and v.as_of >= date_add('month', -36, m.month_start)
  group by m.as_of, v.company, v.office, v.line, v.currency, v.clock, v.cohort, v.age
),

grown as (   -- what is known at an age holds until the next one at which something happened
  select
    as_of, company, office, line, currency, clock, cohort, age,
    sum(base + opened) over cohort_of as cohort_amount,
    sum(opened) over cohort_of as opened,
    sum(cash) over until_age as cash,
    sum(cancelled) over until_age as cancelled,
    min(age) over cohort_of = age as is_first,
    lead(age, 1, 14) over until_age as next_age
  from learnt
  window
    cohort_of as (partition by as_of, company, office, line, currency, clock, cohort),
    until_age as (
      partition by as_of, company, office, line, currency, clock, cohort order by age)
),

cell as (   -- every age of every cohort, whether or not something happened in it
  select
    g.as_of, g.company, g.office, g.line, g.currency, g.clock, g.cohort, a.age,
    g.cohort_amount, g.opened,
    case when a.age >= g.age then g.cash else 0 end as cash,
    case when a.age >= g.age then g.cancelled else 0 end as cancelled,
    date_diff('month', g.cohort, cast(date_trunc('month', g.as_of) as date)) < a.age as censored
  from grown g
  cross join unnest(sequence(0, 13)) as a (age)
  where a.age < g.next_age and (a.age >= g.age or g.is_first)
)

select
  as_of, company, office, line, currency, clock, cohort, cast(age as bigint) as age,
  cast(cohort_amount as decimal(38,2)) as cohort_amount,
  cast(opened as decimal(38,2)) as opened,
  case when not censored then cast(cash as decimal(38,2)) end as cash,
  case when not censored then cast(cancelled as decimal(38,2)) end as cancelled,
  censored
from cell
