/*
grain: [as_of, company, payment_no]
cadence: day
daily_for: 35 days
reads: {payments: day, policies: all}
es: Recaudo sin aplicar de cada pago
en: >-
  Cash received and not yet applied, by payment, credit negative: it has no receipt, so it is not in position. Its
  dimensions are those of the payer's policy where the payment names one, else none. Stands on the latest payments
  delivery of the day or before it, known by known_at.
columns:
  as_of: {type: DATE, es: Fecha de corte, en: Business date}
  company: {type: VARCHAR, es: Compañía, en: Company}
  payment_no: {type: VARCHAR, es: Pago, en: Payment}
  client_id: {type: VARCHAR, es: Cliente, en: Client}
  policy_no: {type: VARCHAR, es: Póliza, en: Policy}
  line: {type: VARCHAR, es: Ramo, en: Line of business}
  office: {type: VARCHAR, es: Oficina, en: Office}
  advisor: {type: VARCHAR, es: Asesor, en: Advisor}
  clerk: {type: VARCHAR, es: Auxiliar de cartera, en: Collection clerk}
  intermediary: {type: VARCHAR, es: "Intermediario principal, o el del pago", en: "Main intermediary, else the payment's own"}
  currency: {type: VARCHAR, es: Moneda, en: Document currency}
  functional_currency: {type: VARCHAR, es: Moneda funcional, en: Functional currency}
  received_date: {type: DATE, es: Fecha de recibo del dinero, en: Received on}
  channel: {type: VARCHAR, es: Canal, en: Channel}
  amount: {type: "DECIMAL(18,2)", unit: document currency, es: Valor del pago, en: Amount of the payment}
  unapplied: {type: "DECIMAL(18,2)", unit: document currency, es: "Sin aplicar (negativo)", en: "Unapplied (negative)"}
  booked_unapplied: {type: "DECIMAL(18,2)", unit: functional currency, es: Sin aplicar a la tasa del recibo, en: Unapplied at the rate of the day received}
  closing_unapplied: {type: "DECIMAL(18,2)", unit: functional currency, es: Sin aplicar a tasa de cierre, en: Unapplied at the closing rate}
  carried: {type: BOOLEAN, es: Pagos de un día anterior, en: The payments are of an earlier day}
  restated: {type: BOOLEAN, es: De una versión posterior del día, en: From a later version of that day}
*/
with version as (
  select
    as_of,
    delivery,
    cutoff_at,
    row_number() over (partition by as_of order by cutoff_at) as version_no
  from deliveries
  where has_payments
),

stood as (
  select
    d.as_of,
    d.known_at,
    d.lap,
    v.as_of as paid_on,
    v.delivery,
    v.version_no,
    row_number() over (partition by d.as_of order by v.as_of desc, v.cutoff_at desc) as pick
  from ledger_day d
  join version v on v.as_of <= d.as_of and v.cutoff_at <= d.known_at
),

cash as (
  select
    s.as_of,
    s.known_at,
    s.lap,
    p.company,
    p.payment_no,
    p.client_id,
    p.policy_no,
    p.intermediary,
    p.currency,
    p.received_date,
    p.channel,
    p.amount,
    cast(-p.unapplied_amount as decimal(18,2)) as unapplied,
    s.paid_on < s.as_of as carried,
    s.version_no > 1 as restated
  from stood s
  join payments p on p.as_of = s.paid_on and p.delivery = s.delivery
  where s.pick = 1 and p.status = 'OK' and p.unapplied_amount <> 0
),

share as (
  select lap, company, policy_no, from_day, to_day, intermediary
  from share_span
  where place = 1
),

dimensioned as (
  select
    c.as_of,
    c.lap,
    c.company,
    c.payment_no,
    coalesce(c.client_id, p.client_id) as client_id,
    c.policy_no,
    p.line,
    p.office,
    coalesce(s.intermediary, c.intermediary) as intermediary,
    -- holders are looked up for the payer's policy alone
    case when c.policy_no is not null then coalesce(c.client_id, p.client_id) end as holder_client,
    case when c.policy_no is not null then s.intermediary end as holder_intermediary,
    c.currency,
    m.functional_currency,
    c.received_date,
    c.channel,
    c.amount,
    c.unapplied,
    c.carried,
    c.restated
  from cash c
  left join company_day m on m.as_of = c.as_of and m.company = c.company
  left join policies p
    on p.company = c.company
    and p.policy_no = c.policy_no
    and p.known_from <= c.known_at
    and p.known_to > c.known_at
  left join share s
    on s.lap = c.lap
    and s.company = c.company
    and s.policy_no = c.policy_no
    and s.from_day <= c.as_of
    and s.to_day > c.as_of
),

rate as (
  select * from rate_day
),

holder as (
  select * from holder_span
),

placed as (
  select
    a.*,
    coalesce(hp.office, hc.office, hi.office, ho.office, a.office) as held_office,
    coalesce(hp.advisor, hc.advisor, hi.advisor, ho.advisor) as advisor,
    coalesce(hp.clerk, hc.clerk, hi.clerk, ho.clerk) as clerk,
    case when a.currency = a.functional_currency then cast(1 as decimal(18,8)) else b.rate end as booked_rate,
    case when a.currency = a.functional_currency then cast(1 as decimal(18,8)) else k.rate end as closing_rate
  from dimensioned a
  left join rate b
    on b.as_of = a.as_of
    and b.from_currency = a.currency
    and b.to_currency = a.functional_currency
    and b.on_day = least(a.received_date, date_add('day', 31, a.as_of))
  left join rate k
    on k.as_of = a.as_of
    and k.from_currency = a.currency
    and k.to_currency = a.functional_currency
    and k.on_day = a.as_of
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
    and hc.scope_id = a.holder_client
    and hc.from_day <= a.as_of
    and hc.to_day > a.as_of
  left join holder hi
    on hi.scope = 'INTERMEDIARY'
    and hi.lap = a.lap
    and hi.company = a.company
    and hi.scope_id = a.holder_intermediary
    and hi.from_day <= a.as_of
    and hi.to_day > a.as_of
  left join holder ho
    on ho.scope = 'OFFICE'
    and ho.lap = a.lap
    and ho.company = a.company
    and ho.scope_id = a.office
    and ho.from_day <= a.as_of
    and ho.to_day > a.as_of
)

select
  as_of,
  company,
  payment_no,
  client_id,
  policy_no,
  line,
  held_office as office,
  advisor,
  clerk,
  intermediary,
  currency,
  functional_currency,
  received_date,
  channel,
  amount,
  unapplied,
  case
    when booked_rate = 1 then unapplied
    else cast(round(cast(unapplied as decimal(28,2)) * booked_rate, 2) as decimal(18,2))
  end as booked_unapplied,
  case
    when closing_rate = 1 then unapplied
    else cast(round(cast(unapplied as decimal(28,2)) * closing_rate, 2) as decimal(18,2))
  end as closing_unapplied,
  carried,
  restated
from placed
