/*
grain: [as_of, company, movement_id, known_from]
cadence: day
reads: {assignments: all, intermediary_shares: all, policies: all}
es: Lo que entró cada día en el orden en que se supo, por causa
en: >-
  What entered on each day, in the order things became known. A movement enters when it is both known and in force:
  the set of movements of (as_of, known_at) less that of the day before, so that weights are 1 or -1 and the flows of
  all days add up to the position. A company's first day opens with what its movements do not explain; a company that
  sends no movements has them inferred by comparing positions.
columns:
  as_of: {type: DATE, es: Día en que entró, en: Day of entry}
  company: {type: VARCHAR, es: Compañía, en: Company}
  movement_id: {type: VARCHAR, es: Movimiento, en: Movement}
  known_from: {type: TIMESTAMP, es: Conocido desde, en: Known from}
  receipt_no: {type: VARCHAR, es: Recibo, en: Receipt}
  weight: {type: INTEGER, es: "1 entra, -1 se retira", en: "1 enters, -1 is withdrawn"}
  type: {type: VARCHAR, es: Tipo de movimiento, en: Movement type}
  cause: {type: VARCHAR, es: Causa, en: Cause}
  late: {type: BOOLEAN, es: Con fecha que la foto anterior ya cubría, en: Dated on or before the snapshot that the day before stood on}
  inferred: {type: BOOLEAN, es: Inferido al comparar posiciones, en: Inferred by comparing positions}
  business_date: {type: DATE, es: Fecha del hecho, en: Business date of the fact}
  recorded_at: {type: TIMESTAMP, es: Registrado en la fuente, en: Recorded by the source}
  reason: {type: VARCHAR, es: Motivo, en: Reason}
  payment_no: {type: VARCHAR, es: Pago, en: Payment}
  reversal_of: {type: VARCHAR, es: Reversa a, en: Reversal of}
  client_id: {type: VARCHAR, es: Cliente, en: Client}
  policy_no: {type: VARCHAR, es: Póliza, en: Policy}
  line: {type: VARCHAR, es: Ramo, en: Line of business}
  office: {type: VARCHAR, es: Oficina en la fecha del hecho, en: Office on the business date}
  own_office: {type: VARCHAR, es: "Oficina propia del recibo; si no la nombra, la de su póliza", en: "The receipt's own office; where it names none, its policy's"}
  advisor: {type: VARCHAR, es: Asesor en la fecha del hecho, en: Advisor on the business date}
  clerk: {type: VARCHAR, es: Auxiliar en la fecha del hecho, en: Clerk on the business date}
  intermediary: {type: VARCHAR, es: Intermediario principal en la fecha del hecho, en: Main intermediary on the business date}
  shared: {type: BOOLEAN, es: Tenía varios intermediarios, en: Had more than one intermediary}
  currency: {type: VARCHAR, es: Moneda, en: Document currency}
  functional_currency: {type: VARCHAR, es: Moneda funcional, en: Functional currency}
  held_by: {type: VARCHAR, es: En poder de, en: Held by}
  channel: {type: VARCHAR, es: Canal de pago acordado, en: Payment channel agreed}
  receipt_type: {type: VARCHAR, es: Tipo de recibo, en: Receipt type}
  issue_date: {type: DATE, es: Emisión, en: Issue date}
  due_date: {type: DATE, es: Vencimiento, en: Due date}
  original_due_date: {type: DATE, es: Vencimiento original, en: Original due date}
  net: {type: "DECIMAL(18,2)", unit: document currency, es: Prima neta, en: Net premium}
  expenses: {type: "DECIMAL(18,2)", unit: document currency, es: Gastos, en: Expenses}
  vat: {type: "DECIMAL(18,2)", unit: document currency, es: IVA, en: VAT}
  other: {type: "DECIMAL(18,2)", unit: document currency, es: Otros, en: Other taxes}
  total: {type: "DECIMAL(18,2)", unit: document currency, es: Total, en: Total}
  booked_rate: {type: "DECIMAL(18,8)", es: Tasa de emisión, en: Rate on the issue date}
  booked_net: {type: "DECIMAL(18,2)", unit: functional currency, es: Prima neta a tasa de emisión, en: Net premium at the booked rate}
  booked_total: {type: "DECIMAL(18,2)", unit: functional currency, es: Total a tasa de emisión, en: Total at the booked rate}
  cash_total: {type: "DECIMAL(18,2)", unit: functional currency, es: "Total a la tasa del pago o, si no la trae, a la de su día (1 en moneda funcional); solo aplicaciones y reversos", en: "Total at the payment's own rate or, without one, that of its day (1 in the functional currency); applications and reversals only, null without a rate"}
*/
with seeking as (
  -- who needs looking up: what position has placed on the same day is done
  select
    as_of,
    known_at,
    company,
    movement_id,
    known_from,
    receipt_no,
    policy_no,
    client_id,
    receipt_office,
    business_date
  from entry
  where not is_placed
),

policy_office as (
  -- an office that is not named is the policy's
  select e.as_of, e.company, e.movement_id, e.known_from, p.office
  from seeking e
  join policies p on p.company = e.company and p.policy_no = e.policy_no
  where e.receipt_office is null
    and p.office is not null
    and p.known_from <= e.known_at
    and p.known_to > e.known_at
),

share as (
  select
    e.as_of,
    e.company,
    e.policy_no,
    e.business_date,
    s.intermediary,
    -- the latest valid_from wins; ten characters of date, then the share
    max(cast(s.valid_from as varchar) || cast(s.share as varchar)) as code
  from (select distinct as_of, known_at, company, policy_no, business_date from seeking) e
  join intermediary_shares s on s.company = e.company and s.policy_no = e.policy_no
  where s.valid_from <= e.business_date
    and coalesce(s.valid_to, date '9999-12-31') > e.business_date
    and s.known_from <= e.known_at
    and s.known_to > e.known_at
  group by e.as_of, e.company, e.policy_no, e.business_date, s.intermediary
),

main as (
  -- greatest share first, then code: a share counted down from 2000, in eleven characters, sorts both at once
  select
    as_of,
    company,
    policy_no,
    business_date,
    count(*) as parts,
    substr(
      min(cast(cast(1999.999999 as decimal(10,6)) - cast(substr(code, 11) as decimal(10,6)) as varchar) || intermediary),
      12
    ) as intermediary
  from share
  group by as_of, company, policy_no, business_date
),

scoped as (
  select
    e.as_of,
    e.known_at,
    e.company,
    e.movement_id,
    e.known_from,
    e.business_date,
    r.rank_of,
    r.scope,
    case r.scope
      when 'RECEIPT' then e.receipt_no
      when 'POLICY' then e.policy_no
      when 'CLIENT' then e.client_id
      when 'INTERMEDIARY' then m.intermediary
      else coalesce(e.receipt_office, po.office)
    end as scope_id
  from seeking e
  left join policy_office po
    on po.as_of = e.as_of
    and po.company = e.company
    and po.movement_id = e.movement_id
    and po.known_from = e.known_from
  left join main m
    on m.as_of = e.as_of
    and m.company = e.company
    and m.policy_no = e.policy_no
    and m.business_date = e.business_date
  cross join (
    values ('5', 'RECEIPT'), ('4', 'POLICY'), ('3', 'CLIENT'), ('2', 'INTERMEDIARY'), ('1', 'OFFICE')
  ) as r (rank_of, scope)
),

holder as (
  select
    s.as_of,
    s.company,
    s.movement_id,
    s.known_from,
    -- one character of scope, ten of valid_from, then the holder: the greatest wins
    substr(max(case when a.role = 'OFFICE' then s.rank_of || cast(a.valid_from as varchar) || a.person end), 12) as office,
    substr(max(case when a.role = 'ADVISOR' then s.rank_of || cast(a.valid_from as varchar) || a.person end), 12) as advisor,
    substr(max(case when a.role = 'CLERK' then s.rank_of || cast(a.valid_from as varchar) || a.person end), 12) as clerk
  from scoped s
  join assignments a
    on a.company = s.company
    and a.scope = s.scope
    and a.scope_id = s.scope_id
  where a.valid_from <= s.business_date
    and coalesce(a.valid_to, date '9999-12-31') > s.business_date
    and a.known_from <= s.known_at
    and a.known_to > s.known_at
  group by s.as_of, s.company, s.movement_id, s.known_from
),

placed as (
  select
    e.*,
    case when e.is_placed then e.office else coalesce(h.office, e.receipt_office, po.office) end as held_office,
    coalesce(e.receipt_office, po.office) as own_office,
    case when e.is_placed then e.advisor else h.advisor end as held_advisor,
    case when e.is_placed then e.clerk else h.clerk end as held_clerk,
    case when e.is_placed then e.intermediary else m.intermediary end as main_intermediary,
    case when e.is_placed then e.shared else coalesce(m.parts > 1, false) end as is_shared,
    case
      when e.currency = e.functional_currency then cast(1 as decimal(18,8))
      else b.rate
    end as booked_rate,
    case
      when e.type <> 'APPLICATION' and e.type <> 'REVERSAL' then null
      when e.currency = e.functional_currency then cast(1 as decimal(18,8))
      else coalesce(e.rate, q.rate)
    end as paid_rate
  from entry e
  left join main m
    on m.as_of = e.as_of
    and m.company = e.company
    and m.policy_no = e.policy_no
    and m.business_date = e.business_date
  left join holder h
    on h.as_of = e.as_of
    and h.company = e.company
    and h.movement_id = e.movement_id
    and h.known_from = e.known_from
  left join policy_office po
    on po.as_of = e.as_of
    and po.company = e.company
    and po.movement_id = e.movement_id
    and po.known_from = e.known_from
  left join rate_day b
    on b.as_of = e.as_of
    and b.from_currency = e.currency
    and b.to_currency = e.functional_currency
    and b.on_day = least(e.issue_date, date_add('day', 31, e.as_of))
  left join rate_day q
    on q.as_of = e.as_of
    and q.from_currency = e.currency
    and q.to_currency = e.functional_currency
    and q.on_day = least(e.business_date, date_add('day', 31, e.as_of))
),

valued as (
  select
    p.*,
    case when booked_rate = 1 then net else cast(round(cast(net as decimal(28,2)) * booked_rate, 2) as decimal(18,2)) end as booked_net,
    case when booked_rate = 1 then expenses else cast(round(cast(expenses as decimal(28,2)) * booked_rate, 2) as decimal(18,2)) end as booked_expenses,
    case when booked_rate = 1 then vat else cast(round(cast(vat as decimal(28,2)) * booked_rate, 2) as decimal(18,2)) end as booked_vat,
    case when booked_rate = 1 then other else cast(round(cast(other as decimal(28,2)) * booked_rate, 2) as decimal(18,2)) end as booked_other,
    case when paid_rate = 1 then total else cast(round(cast(total as decimal(28,2)) * paid_rate, 2) as decimal(18,2)) end as cash_total
  from placed p
)

select
  as_of,
  company,
  movement_id,
  known_from,
  receipt_no,
  weight,
  type,
  cause,
  late,
  inferred,
  business_date,
  recorded_at,
  reason,
  payment_no,
  reversal_of,
  client_id,
  policy_no,
  line,
  held_office as office,
  own_office,
  held_advisor as advisor,
  held_clerk as clerk,
  main_intermediary as intermediary,
  is_shared as shared,
  currency,
  functional_currency,
  held_by,
  channel,
  receipt_type,
  issue_date,
  due_date,
  original_due_date,
  net,
  expenses,
  vat,
  other,
  total,
  booked_rate,
  booked_net,
  cast(booked_net + booked_expenses + booked_vat + booked_other as decimal(18,2)) as booked_total,
  cash_total
from valued
