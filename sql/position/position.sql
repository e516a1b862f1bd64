/*
grain: [as_of, company, receipt_no]
cadence: day
daily_for: 35 days
reads: {receipts: day, policies: all}
es: Posición de cada recibo, quién debe cuánto, desde cuándo y en manos de quién
en: >-
  Who owes what, since when and in whose hands. The snapshot that the day stands on, plus movements in force on the
  day that the snapshot does not hold, less movements that it holds and that are not in force: dated after the day, or
  withdrawn by a re-delivery. As a set difference, so the same text serves any pair of as-of and known-at.
columns:
  as_of: {type: DATE, es: Fecha de corte, en: Business date}
  company: {type: VARCHAR, es: Compañía, en: Company}
  receipt_no: {type: VARCHAR, es: Recibo, en: Receipt}
  receipt_type: {type: VARCHAR, es: Tipo de recibo, en: Receipt type}
  client_id: {type: VARCHAR, es: Cliente, en: Client}
  policy_no: {type: VARCHAR, es: Póliza, en: Policy}
  line: {type: VARCHAR, es: Ramo, en: Line of business}
  office: {type: VARCHAR, es: "Oficina asignada; si no la hay, la del recibo", en: "Office assigned, else the receipt's own"}
  own_office: {type: VARCHAR, es: "Oficina propia del recibo; si no la nombra, la de su póliza", en: "The receipt's own office; where it names none, its policy's"}
  advisor: {type: VARCHAR, es: Asesor, en: Advisor}
  clerk: {type: VARCHAR, es: Auxiliar de cartera, en: Collection clerk}
  intermediary: {type: VARCHAR, es: "Intermediario principal (mayor participación, luego código)", en: "Main intermediary (greatest share, then code)"}
  shared: {type: BOOLEAN, es: Tiene varios intermediarios, en: Has more than one intermediary}
  office_since: {type: DATE, es: Oficina asignada desde, en: Office assigned since}
  advisor_since: {type: DATE, es: Asesor desde, en: Advisor since}
  clerk_since: {type: DATE, es: Auxiliar desde, en: Clerk since}
  currency: {type: VARCHAR, es: Moneda, en: Document currency}
  functional_currency: {type: VARCHAR, es: Moneda funcional, en: Functional currency}
  held_by: {type: VARCHAR, es: En poder de, en: Held by}
  disputed: {type: BOOLEAN, es: En disputa, en: Disputed}
  channel: {type: VARCHAR, es: Canal de pago acordado, en: Payment channel agreed}
  issue_date: {type: DATE, es: Emisión, en: Issue date}
  effective_date: {type: DATE, es: Vigencia, en: Effective date}
  due_date: {type: DATE, es: Vencimiento, en: Due date}
  original_due_date: {type: DATE, es: Vencimiento original, en: Original due date}
  coverage_start: {type: DATE, es: Inicio de cobertura, en: Coverage start}
  open_net: {type: "DECIMAL(18,2)", unit: document currency, es: Prima neta pendiente, en: Open net premium}
  open_expenses: {type: "DECIMAL(18,2)", unit: document currency, es: Gastos pendientes, en: Open expenses}
  open_vat: {type: "DECIMAL(18,2)", unit: document currency, es: IVA pendiente, en: Open VAT}
  open_other: {type: "DECIMAL(18,2)", unit: document currency, es: Otros pendientes, en: Open other taxes}
  open_total: {type: "DECIMAL(18,2)", unit: document currency, es: Saldo, en: Open amount}
  booked_rate: {type: "DECIMAL(18,8)", es: Tasa de emisión, en: Rate on the issue date}
  closing_rate: {type: "DECIMAL(18,8)", es: Tasa de cierre, en: Rate on the business date}
  booked_net: {type: "DECIMAL(18,2)", unit: functional currency, es: Prima neta a tasa de emisión, en: Open net premium at the booked rate}
  booked_expenses: {type: "DECIMAL(18,2)", unit: functional currency, es: Gastos a tasa de emisión, en: Open expenses at the booked rate}
  booked_vat: {type: "DECIMAL(18,2)", unit: functional currency, es: IVA a tasa de emisión, en: Open VAT at the booked rate}
  booked_other: {type: "DECIMAL(18,2)", unit: functional currency, es: Otros a tasa de emisión, en: Open other taxes at the booked rate}
  booked_total: {type: "DECIMAL(18,2)", unit: functional currency, es: Saldo a tasa de emisión, en: Open amount at the booked rate}
  closing_net: {type: "DECIMAL(18,2)", unit: functional currency, es: Prima neta a tasa de cierre, en: Open net premium at the closing rate}
  closing_expenses: {type: "DECIMAL(18,2)", unit: functional currency, es: Gastos a tasa de cierre, en: Open expenses at the closing rate}
  closing_vat: {type: "DECIMAL(18,2)", unit: functional currency, es: IVA a tasa de cierre, en: Open VAT at the closing rate}
  closing_other: {type: "DECIMAL(18,2)", unit: functional currency, es: Otros a tasa de cierre, en: Open other taxes at the closing rate}
  closing_total: {type: "DECIMAL(18,2)", unit: functional currency, es: Saldo a tasa de cierre, en: Open amount at the closing rate}
  dpd: {type: BIGINT, unit: days, es: Días de mora, en: Days past due}
  dpd_original: {type: BIGINT, unit: days, es: Días desde el vencimiento original, en: Days past the original due date}
  covered_days: {type: BIGINT, unit: days, es: Días desde el inicio de cobertura, en: Days since the coverage started}
  class: {type: VARCHAR, es: "GROSS (debe) o CREDIT (a favor)", en: "GROSS (owed) or CREDIT (in favour)"}
  altura: {type: VARCHAR, es: Altura de mora, en: Aging bucket by due date}
  altura_original: {type: VARCHAR, es: Altura por vencimiento original, en: Aging bucket by original due date}
  altura_covered: {type: VARCHAR, es: Altura por inicio de cobertura, en: Aging bucket by coverage start}
  policy_worst_dpd: {type: BIGINT, unit: days, es: Mayor mora de la póliza, en: Worst days past due of the policy}
  policy_altura: {type: VARCHAR, es: Peor altura de la póliza, en: Worst bucket of the policy}
  carried: {type: BOOLEAN, es: Foto de un día anterior, en: The snapshot is of an earlier day}
  restated: {type: BOOLEAN, es: Cambiado por lo que se supo después de la foto, en: Changed by what became known after the snapshot}
*/
with clock as (
  select * from ledger_day
),

company as (
  select * from company_day
),

told as (
  -- the movements that can make a difference: timing says whether they are dated before, on or after their delivery
  select
    d.as_of,
    d.known_at,
    d.snapshot_as_of,
    d.snapshot_cutoff,
    t.delivery,
    w.timing
  from clock d
  join told_day t on t.as_of = d.as_of
  cross join (values (-1), (0), (1)) as w (timing)
  where t.known_to > d.snapshot_cutoff
    and case
      when t.known_from > d.snapshot_cutoff then t.told_on <= d.as_of or w.timing = -1
      when t.known_to <= d.known_at then true
      else t.told_on > d.snapshot_as_of or w.timing = 1
    end
),

weighed as (
  select
    t.as_of,
    m.*,
    case when m.effective_date <= t.as_of and t.known_at < m.known_to then 1 else 0 end
    - case
      when m.known_from <= t.snapshot_cutoff
        and (coalesce(c.future_dated, 'INCLUDED') = 'INCLUDED' or m.effective_date <= t.snapshot_as_of)
        then 1
      else 0
    end as weight,
    m.known_from > t.snapshot_cutoff or m.known_to <= t.known_at as is_news
  from told t
  join ledger_movement m on m.delivery = t.delivery and m.timing = t.timing
  left join company c on c.as_of = t.as_of and c.company = m.company
  where coalesce(c.movement_source, 'DELIVERED') = 'DELIVERED'
),

summed as (
  select
    w.*,
    sum(case weight when 1 then net else -net end) over of_receipt as sum_net,
    sum(case weight when 1 then expenses else -expenses end) over of_receipt as sum_expenses,
    sum(case weight when 1 then vat else -vat end) over of_receipt as sum_vat,
    sum(case weight when 1 then other else -other end) over of_receipt as sum_other,
    sum(case weight when 1 then total else -total end) over of_receipt as sum_total,
    max(case when is_news then 1 else 0 end) over of_receipt as news,
    row_number() over (
      partition by w.as_of, w.company, w.receipt_no
      order by w.known_from desc, w.delivery, w.movement_id desc
    ) as pick
  from weighed w
  where weight <> 0
  window of_receipt as (partition by w.as_of, w.company, w.receipt_no)
),

moved as (
  select
    as_of,
    company,
    receipt_no,
    receipt_type,
    client_id,
    policy_no,
    line,
    office,
    currency,
    held_by,
    channel,
    issue_date,
    effective_date_of_receipt,
    due_date,
    original_due_date,
    coverage_start,
    cast(sum_net as decimal(18,2)) as net,
    cast(sum_expenses as decimal(18,2)) as expenses,
    cast(sum_vat as decimal(18,2)) as vat,
    cast(sum_other as decimal(18,2)) as other,
    cast(sum_total as decimal(18,2)) as total,
    news = 1 as is_news
  from summed
  where pick = 1
),

held as (
  select
    d.as_of,
    r.company,
    r.receipt_no,
    r.receipt_type,
    r.client_id,
    r.policy_no,
    r.line,
    r.office,
    r.currency,
    r.held_by,
    r.disputed,
    r.channel,
    r.issue_date,
    r.effective_date,
    r.due_date,
    r.original_due_date,
    r.coverage_start,
    r.open_net,
    r.open_expenses,
    r.open_vat,
    r.open_other,
    r.open_total
  from clock d
  join receipts r on r.as_of = d.snapshot_as_of and r.delivery = d.snapshot_delivery
),

item as (
  -- what the snapshot does not hold comes with the attributes of its latest movement
  select
    coalesce(h.as_of, m.as_of) as as_of,
    coalesce(h.company, m.company) as company,
    coalesce(h.receipt_no, m.receipt_no) as receipt_no,
    case when h.receipt_no is null then m.receipt_type else h.receipt_type end as receipt_type,
    case when h.receipt_no is null then m.client_id else h.client_id end as client_id,
    case when h.receipt_no is null then m.policy_no else h.policy_no end as policy_no,
    case when h.receipt_no is null then m.line else h.line end as line,
    case when h.receipt_no is null then m.office else h.office end as office,
    case when h.receipt_no is null then m.currency else h.currency end as currency,
    case when h.receipt_no is null then m.held_by else h.held_by end as held_by,
    case when h.receipt_no is null then false else h.disputed end as disputed,
    case when h.receipt_no is null then m.channel else h.channel end as channel,
    case when h.receipt_no is null then m.issue_date else h.issue_date end as issue_date,
    case when h.receipt_no is null then m.effective_date_of_receipt else h.effective_date end as effective_date,
    case when h.receipt_no is null then m.due_date else h.due_date end as due_date,
    case when h.receipt_no is null then m.original_due_date else h.original_due_date end as original_due_date,
    case when h.receipt_no is null then m.coverage_start else h.coverage_start end as coverage_start,
    case
      when m.receipt_no is null then h.open_net
      else cast(coalesce(h.open_net, 0) + m.net as decimal(18,2))
    end as open_net,
    case
      when m.receipt_no is null then h.open_expenses
      else cast(coalesce(h.open_expenses, 0) + m.expenses as decimal(18,2))
    end as open_expenses,
    case
      when m.receipt_no is null then h.open_vat
      else cast(coalesce(h.open_vat, 0) + m.vat as decimal(18,2))
    end as open_vat,
    case
      when m.receipt_no is null then h.open_other
      else cast(coalesce(h.open_other, 0) + m.other as decimal(18,2))
    end as open_other,
    case
      when m.receipt_no is null then h.open_total
      else cast(coalesce(h.open_total, 0) + m.total as decimal(18,2))
    end as open_total,
    coalesce(m.is_news, false) as restated
  from held h
  full join moved m
    on m.as_of = h.as_of
    and m.company = h.company
    and m.receipt_no = h.receipt_no
),

owed as (
  -- the narrow half of item once more: two thin reads cost less than a window over every column
  select
    d.as_of,
    r.company,
    r.receipt_no,
    r.policy_no,
    r.due_date,
    r.open_total
  from clock d
  join receipts r on r.as_of = d.snapshot_as_of and r.delivery = d.snapshot_delivery
),

worst as (
  -- the oldest due date of what a policy owes: the worst of it ages all of it
  select
    coalesce(o.as_of, m.as_of) as as_of,
    coalesce(o.company, m.company) as company,
    case when o.receipt_no is null then m.policy_no else o.policy_no end as policy_no,
    min(case when o.receipt_no is null then m.due_date else o.due_date end) as due_date
  from owed o
  full join moved m
    on m.as_of = o.as_of
    and m.company = o.company
    and m.receipt_no = o.receipt_no
  where case when m.receipt_no is null then o.open_total else coalesce(o.open_total, 0) + m.total end > 0
  group by 1, 2, 3
),

rate as (
  -- nobody asks for the rate of a currency in itself; without the condition DuckDB thinks that the rates outnumber the receipts
  select * from rate_day
  where from_currency <> to_currency
),

altura as (
  select * from altura_day
),

reach as (
  select min(dpd) as first_dpd, max(dpd) as last_dpd
  from altura
),

share as (
  select lap, company, policy_no, from_day, to_day, intermediary, parts
  from share_span
  where place = 1
),

policy_office as (
  -- of receipts that name no office; where all name theirs nothing is looked up
  select p.company, p.policy_no, p.office, p.known_from, p.known_to
  from policies p
  cross join (
    select count(*) as nameless
    from (
      select receipt_no from receipts where office is null
      union all
      select receipt_no from ledger_movement where office is null
    ) n
  ) c
  where c.nameless > 0 and p.office is not null
),

aged as (
  select
    i.*,
    coalesce(i.office, po.office) as own_office,
    d.lap,
    d.carried,
    c.functional_currency,
    case when i.currency <> c.functional_currency then i.currency end as foreign_currency,
    least(i.issue_date, date_add('day', 31, i.as_of)) as booked_on,
    date_diff('day', i.due_date, i.as_of) as dpd,
    date_diff('day', i.original_due_date, i.as_of) as dpd_original,
    date_diff('day', i.coverage_start, i.as_of) as covered_days,
    date_diff('day', w.due_date, i.as_of) as policy_worst_dpd,
    s.intermediary,
    coalesce(s.parts > 1, false) as shared
  from item i
  join clock d on d.as_of = i.as_of
  left join company c on c.as_of = i.as_of and c.company = i.company
  left join policy_office po
    on po.company = i.company
    and po.policy_no = i.policy_no
    and po.known_from <= d.known_at
    and po.known_to > d.known_at
  left join worst w
    on w.as_of = i.as_of
    and w.company = i.company
    and w.policy_no = i.policy_no
  left join share s
    on s.lap = d.lap
    and s.company = i.company
    and s.policy_no = i.policy_no
    and s.from_day <= i.as_of
    and s.to_day > i.as_of
  where i.open_total <> 0
),

holder as (
  select * from holder_span
),

placed as (
  select
    a.*,
    coalesce(hr.office, hp.office, hc.office, hi.office, ho.office, a.own_office) as held_office,
    coalesce(hr.office_since, hp.office_since, hc.office_since, hi.office_since, ho.office_since) as office_since,
    coalesce(hr.advisor, hp.advisor, hc.advisor, hi.advisor, ho.advisor) as advisor,
    coalesce(hr.advisor_since, hp.advisor_since, hc.advisor_since, hi.advisor_since, ho.advisor_since) as advisor_since,
    coalesce(hr.clerk, hp.clerk, hc.clerk, hi.clerk, ho.clerk) as clerk,
    coalesce(hr.clerk_since, hp.clerk_since, hc.clerk_since, hi.clerk_since, ho.clerk_since) as clerk_since,
    case
      when a.currency = a.functional_currency then cast(1 as decimal(18,8))
      else b.rate
    end as booked_rate,
    case
      when a.currency = a.functional_currency then cast(1 as decimal(18,8))
      else k.rate
    end as closing_rate
  from aged a
  left join holder hr
    on hr.scope = 'RECEIPT'
    and hr.lap = a.lap
    and hr.company = a.company
    and hr.scope_id = a.receipt_no
    and hr.from_day <= a.as_of
    and hr.to_day > a.as_of
  left join holder hp
    on hp.scope = 'POLICY'
    and hp.lap = a.lap
    and hp.company = a.company
    and hp.scope_id = a.policy_no
    and hp.from_day <= a.as_of
    and hp.to_day > a.as_of
  left join holder hc
    on hc.scope = 'CLIENT'
    and hc.lap = a.lap
    and hc.company = a.company
    and hc.scope_id = a.client_id
    and hc.from_day <= a.as_of
    and hc.to_day > a.as_of
  left join holder hi
    on hi.scope = 'INTERMEDIARY'
    and hi.lap = a.lap
    and hi.company = a.company
    and hi.scope_id = a.intermediary
    and hi.from_day <= a.as_of
    and hi.to_day > a.as_of
  left join holder ho
    on ho.scope = 'OFFICE'
    and ho.lap = a.lap
    and ho.company = a.company
    and ho.scope_id = a.own_office
    and ho.from_day <= a.as_of
    and ho.to_day > a.as_of
  -- rates come last: before the holders DuckDB would build its hash table of the receipts
  left join rate k
    on k.as_of = a.as_of
    and k.from_currency = a.foreign_currency
    and k.to_currency = a.functional_currency
    and k.on_day = a.as_of
  left join rate b
    on b.as_of = a.as_of
    and b.from_currency = a.foreign_currency
    and b.to_currency = a.functional_currency
    and b.on_day = a.booked_on
),

valued as (
  -- round first: a cast from 10 decimals to 2 costs DuckDB three microseconds a cell, a round one; none where the rate is 1
  select
    p.*,
    case when booked_rate = 1 then open_net else cast(round(cast(open_net as decimal(28,2)) * booked_rate, 2) as decimal(18,2)) end as booked_net,
    case when booked_rate = 1 then open_expenses else cast(round(cast(open_expenses as decimal(28,2)) * booked_rate, 2) as decimal(18,2)) end as booked_expenses,
    case when booked_rate = 1 then open_vat else cast(round(cast(open_vat as decimal(28,2)) * booked_rate, 2) as decimal(18,2)) end as booked_vat,
    case when booked_rate = 1 then open_other else cast(round(cast(open_other as decimal(28,2)) * booked_rate, 2) as decimal(18,2)) end as booked_other,
    case when closing_rate = 1 then open_net else cast(round(cast(open_net as decimal(28,2)) * closing_rate, 2) as decimal(18,2)) end as closing_net,
    case when closing_rate = 1 then open_expenses else cast(round(cast(open_expenses as decimal(28,2)) * closing_rate, 2) as decimal(18,2)) end as closing_expenses,
    case when closing_rate = 1 then open_vat else cast(round(cast(open_vat as decimal(28,2)) * closing_rate, 2) as decimal(18,2)) end as closing_vat,
    case when closing_rate = 1 then open_other else cast(round(cast(open_other as decimal(28,2)) * closing_rate, 2) as decimal(18,2)) end as closing_other
  from placed p
)

select
  v.as_of,
  v.company,
  v.receipt_no,
  v.receipt_type,
  v.client_id,
  v.policy_no,
  v.line,
  v.held_office as office,
  v.own_office,
  v.advisor,
  v.clerk,
  v.intermediary,
  v.shared,
  v.office_since,
  v.advisor_since,
  v.clerk_since,
  v.currency,
  v.functional_currency,
  v.held_by,
  v.disputed,
  v.channel,
  v.issue_date,
  v.effective_date,
  v.due_date,
  v.original_due_date,
  v.coverage_start,
  v.open_net,
  v.open_expenses,
  v.open_vat,
  v.open_other,
  v.open_total,
  v.booked_rate,
  v.closing_rate,
  v.booked_net,
  v.booked_expenses,
  v.booked_vat,
  v.booked_other,
  case
    when v.booked_rate = 1 then v.open_total
    else cast(v.booked_net + v.booked_expenses + v.booked_vat + v.booked_other as decimal(18,2))
  end as booked_total,
  v.closing_net,
  v.closing_expenses,
  v.closing_vat,
  v.closing_other,
  case
    when v.closing_rate = 1 then v.open_total
    else cast(v.closing_net + v.closing_expenses + v.closing_vat + v.closing_other as decimal(18,2))
  end as closing_total,
  v.dpd,
  v.dpd_original,
  v.covered_days,
  case when v.open_total > 0 then 'GROSS' else 'CREDIT' end as class,
  case when v.open_total > 0 then coalesce(ad.altura, 'SIN_VENCIMIENTO') end as altura,
  case when v.open_total > 0 then coalesce(ao.altura, 'SIN_VENCIMIENTO') end as altura_original,
  case when v.open_total > 0 then coalesce(ac.altura, 'SIN_VENCIMIENTO') end as altura_covered,
  v.policy_worst_dpd,
  case when v.open_total > 0 then coalesce(ap.altura, 'SIN_VENCIMIENTO') end as policy_altura,
  v.carried,
  v.restated
from valued v
cross join reach r
left join altura ad on ad.dpd = greatest(least(v.dpd, r.last_dpd), r.first_dpd)
left join altura ao on ao.dpd = greatest(least(v.dpd_original, r.last_dpd), r.first_dpd)
left join altura ac on ac.dpd = greatest(least(v.covered_days, r.last_dpd), r.first_dpd)
left join altura ap on ap.dpd = greatest(least(v.policy_worst_dpd, r.last_dpd), r.first_dpd)
