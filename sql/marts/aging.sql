/*
grain: [as_of, company, office, advisor, clerk, line, intermediary, currency, held_by, class, altura, altura_original, altura_covered, policy_altura, overdue, overdue_original, inherited_office, inherited_advisor, inherited_clerk, disputed]
cadence: day
daily_for: 35 days
reads: {position: day, intermediary_part: day, unapplied: day, alturas: all}
es: Cartera por altura en los tres relojes y por responsable, con créditos y recaudo sin aplicar aparte
en: Open amounts by aging bucket on the three clocks and by holder, with credits and unapplied cash apart
columns:
  as_of: {type: DATE, en: Business date, es: Fecha de corte}
  company: {type: VARCHAR, en: Company, es: Compañía}
  office: {type: VARCHAR, en: Office on the day, es: Oficina a la fecha}
  advisor: {type: VARCHAR, en: Advisor on the day, es: Asesor a la fecha}
  clerk: {type: VARCHAR, en: Collection clerk on the day, es: Auxiliar de cartera a la fecha}
  line: {type: VARCHAR, en: Line of business, es: Ramo}
  intermediary: {type: VARCHAR, en: "Intermediary, each with its own share", es: "Intermediario, cada uno con su participación"}
  currency: {type: VARCHAR, en: Document currency, es: Moneda del documento}
  held_by: {type: VARCHAR, en: Who holds the money (null for unapplied cash), es: En poder de quién (nulo para recaudo sin aplicar)}
  class: {type: VARCHAR, en: "GROSS, CREDIT or UNAPPLIED", es: "GROSS (bruta), CREDIT (créditos) o UNAPPLIED (sin aplicar)"}
  altura: {type: VARCHAR, en: Bucket by due date (GROSS only), es: Altura por vencimiento (solo bruta)}
  altura_original: {type: VARCHAR, en: Bucket by the original due date, es: Altura por vencimiento original}
  altura_covered: {type: VARCHAR, en: Bucket by days of coverage elapsed, es: Altura por días de vigencia técnica}
  policy_altura: {type: VARCHAR, en: Bucket of the policy's worst receipt (contagion), es: Altura del peor recibo de la póliza (contagio)}
  altura_from: {type: BIGINT, en: First day past due of the bucket, es: Primer día de mora de la altura, unit: days}
  original_from: {type: BIGINT, en: First day of altura_original, es: Primer día de altura_original, unit: days}
  covered_from: {type: BIGINT, en: First day of altura_covered, es: Primer día de altura_covered, unit: days}
  policy_from: {type: BIGINT, en: First day of policy_altura, es: Primer día de policy_altura, unit: days}
  overdue: {type: BOOLEAN, en: Past due (gross receipts only), es: Vencido (solo bruta)}
  overdue_original: {type: BOOLEAN, en: Past the original due date, es: Vencido según el vencimiento original}
  inherited_office: {type: BOOLEAN, en: Past due already when the office took it, es: Ya vencido al llegar a la oficina}
  inherited_advisor: {type: BOOLEAN, en: Past due already when the advisor took it, es: Ya vencido al llegar al asesor}
  inherited_clerk: {type: BOOLEAN, en: Past due already when the clerk took it, es: Ya vencido al llegar al auxiliar}
  disputed: {type: BOOLEAN, en: In dispute, es: En disputa}
  items: {type: BIGINT, en: "Receipts (payments when UNAPPLIED), counted at the first intermediary", es: "Recibos (pagos si UNAPPLIED), contados en el primer intermediario"}
  closing_total: {type: "DECIMAL(38,2)", en: Open at the closing rate, es: Saldo a tasa de cierre, unit: functional currency}
  booked_total: {type: "DECIMAL(38,2)", en: Open at the booked rate, es: Saldo a tasa de emisión, unit: functional currency}
  document_total: {type: "DECIMAL(38,2)", en: Open in document currency, es: Saldo en moneda del documento, unit: document currency}
  fx_unrealised: {type: "DECIMAL(38,2)", en: "closing less booked, of what has both rates", es: "cierre menos emisión, de lo que tiene ambas tasas", unit: functional currency}
  closing_net: {type: "DECIMAL(38,2)", en: Net premium open at the closing rate, es: Prima neta pendiente a tasa de cierre, unit: functional currency}
  amount_days: {type: "DECIMAL(38,2)", en: Sum of closing amount x days past due over overdue receipts, es: Suma de saldo x días de mora de los vencidos, unit: functional currency x days}
  amount_days_original: {type: "DECIMAL(38,2)", en: The same by the original due date, es: Lo mismo por vencimiento original, unit: functional currency x days}
*/
with share as (
  select as_of, company, receipt_no, intermediary, place, open_total, booked_total, closing_total, closing_net
  from intermediary_part
),

receipt as (   -- one row a receipt, or one an intermediary where several share it
  select
    p.as_of, p.company, p.office, p.advisor, p.clerk, p.line,
    coalesce(s.intermediary, p.intermediary) as intermediary,
    p.currency, p.held_by, p.class, p.altura, p.altura_original, p.altura_covered, p.policy_altura,
    p.class = 'GROSS' and coalesce(p.dpd, 0) > 0 as overdue,
    p.class = 'GROSS' and coalesce(p.dpd_original, 0) > 0 as overdue_original,
    p.class = 'GROSS' and coalesce(p.dpd, 0) > 0
      and coalesce(p.due_date < p.office_since, false) as inherited_office,
    p.class = 'GROSS' and coalesce(p.dpd, 0) > 0
      and coalesce(p.due_date < p.advisor_since, false) as inherited_advisor,
    p.class = 'GROSS' and coalesce(p.dpd, 0) > 0
      and coalesce(p.due_date < p.clerk_since, false) as inherited_clerk,
    coalesce(p.disputed, false) as disputed,
    case when coalesce(s.place, 1) = 1 then 1 else 0 end as counted,
    p.dpd, p.dpd_original,
    coalesce(s.open_total, p.open_total) as document_total,
    coalesce(s.booked_total, p.booked_total) as booked_total,
    coalesce(s.closing_total, p.closing_total) as closing_total,
    coalesce(s.closing_net, p.closing_net) as closing_net
  from position p
  left join share s
    on s.as_of = p.as_of and s.company = p.company and s.receipt_no = p.receipt_no
),

summed as (
  select
    as_of, company, office, advisor, clerk, line, intermediary, currency, held_by, class,
    altura, altura_original, altura_covered, policy_altura, overdue, overdue_original,
    inherited_office, inherited_advisor, inherited_clerk, disputed,
    cast(sum(counted) as bigint) as items,
    coalesce(sum(closing_total), 0) as closing_total,
    coalesce(sum(booked_total), 0) as booked_total,
    coalesce(sum(document_total), 0) as document_total,
    coalesce(sum(closing_total - booked_total), 0) as fx_unrealised,
    coalesce(sum(closing_net), 0) as closing_net,
    coalesce(sum(case when overdue then cast(closing_total as decimal(38,2)) * dpd else 0 end), 0)
      as amount_days,
    coalesce(sum(case when overdue_original
      then cast(closing_total as decimal(38,2)) * dpd_original else 0 end), 0) as amount_days_original
  from receipt
  group by
    as_of, company, office, advisor, clerk, line, intermediary, currency, held_by, class,
    altura, altura_original, altura_covered, policy_altura, overdue, overdue_original,
    inherited_office, inherited_advisor, inherited_clerk, disputed
),

aged as (
  select
    s.as_of, s.company, s.office, s.advisor, s.clerk, s.line, s.intermediary, s.currency,
    s.held_by, s.class, s.altura, s.altura_original, s.altura_covered, s.policy_altura,
    a.lo as altura_from, o.lo as original_from, c.lo as covered_from, w.lo as policy_from,
    s.overdue, s.overdue_original, s.inherited_office, s.inherited_advisor, s.inherited_clerk,
    s.disputed, s.items, s.closing_total, s.booked_total, s.document_total, s.fx_unrealised,
    s.closing_net, s.amount_days, s.amount_days_original
  from summed s
  left join alturas a on a.altura = s.altura
  left join alturas o on o.altura = s.altura_original
  left join alturas c on c.altura = s.altura_covered
  left join alturas w on w.altura = s.policy_altura
),

cash as (   -- money received that no receipt took yet: never inside a bucket
  select
    as_of, company, office, advisor, clerk, line, intermediary, currency,
    cast(null as varchar) as held_by, 'UNAPPLIED' as class,
    cast(null as varchar) as altura, cast(null as varchar) as altura_original,
    cast(null as varchar) as altura_covered, cast(null as varchar) as policy_altura,
    cast(null as bigint) as altura_from, cast(null as bigint) as original_from,
    cast(null as bigint) as covered_from, cast(null as bigint) as policy_from,
    false as overdue, false as overdue_original, false as inherited_office,
    false as inherited_advisor, false as inherited_clerk, false as disputed,
    count(*) as items,
    coalesce(sum(closing_unapplied), 0) as closing_total,
    coalesce(sum(booked_unapplied), 0) as booked_total,
    coalesce(sum(unapplied), 0) as document_total,
    coalesce(sum(closing_unapplied - booked_unapplied), 0) as fx_unrealised,
    cast(0 as decimal(38,2)) as closing_net, cast(0 as decimal(38,2)) as amount_days,
    cast(0 as decimal(38,2)) as amount_days_original
  from unapplied
  where unapplied <> 0
  group by as_of, company, office, advisor, clerk, line, intermediary, currency
)

select * from aged
union all
select * from cash
