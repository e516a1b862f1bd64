/*
grain: [as_of, company, movement_id, known_from]
view: true
kept: true
reads: {position: compared, receipts: previous}
es: Lo que entró cada día, antes de decir en manos de quién
en: >-
  What entered on each day, before it is said in whose hands: movements that became known, came into force or were
  withdrawn, and what positions show beyond them on a company's first day, or where a company sends no movements.
columns:
  as_of: {type: DATE, es: Día en que entró, en: Day of entry}
  known_at: {type: TIMESTAMP, es: Momento de conocimiento, en: Known at}
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
  receipt_office: {type: VARCHAR, es: Oficina del recibo, en: Office of the receipt}
  is_placed: {type: BOOLEAN, es: Con responsables tomados de la posición, en: Has the holders of position}
  office: {type: VARCHAR, es: Oficina en la posición, en: Office in position}
  advisor: {type: VARCHAR, es: Asesor en la posición, en: Advisor in position}
  clerk: {type: VARCHAR, es: Auxiliar en la posición, en: Clerk in position}
  intermediary: {type: VARCHAR, es: Intermediario principal en la posición, en: Main intermediary in position}
  shared: {type: BOOLEAN, es: Varios intermediarios en la posición, en: More than one intermediary in position}
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
  rate: {type: "DECIMAL(18,8)", es: Tasa del pago, en: Rate of the payment}
*/
with clock as (
  select
    d.as_of,
    d.known_at,
    d.previous,
    coalesce(d.previous_known_at, timestamp '0001-01-01 00:00:00') as previous_known_at,
    d.snapshot_as_of,
    d.snapshot_delivery,
    d.snapshot_cutoff,
    b.snapshot_as_of as previous_snapshot_as_of,
    b.snapshot_delivery as previous_snapshot_delivery,
    coalesce(b.snapshot_cutoff, timestamp '0001-01-01 00:00:00') as previous_snapshot_cutoff
  from days d
  left join day_before b on b.as_of = d.as_of
),

company as (
  select
    c.as_of,
    c.company,
    c.functional_currency,
    c.movement_source,
    d.previous,
    d.known_at,
    d.snapshot_as_of,
    d.snapshot_delivery,
    d.snapshot_cutoff,
    d.previous_snapshot_as_of,
    d.previous_snapshot_delivery,
    -- a day filled in late may know a company that the day after it does not: there it leaves, and comes again
    (c.first_snapshot <= d.snapshot_cutoff) <> (c.first_snapshot <= d.previous_snapshot_cutoff) as is_first_day,
    c.first_snapshot > d.snapshot_cutoff as is_absent
  from company_day c
  join clock d on d.as_of = c.as_of
),

compared as (
  select * from company
  where movement_source = 'INFERRED' or is_first_day
),

told as (
  -- a movement counts anew when it becomes known or is withdrawn, or, known all along, when its day comes
  select
    d.as_of,
    d.known_at,
    d.previous,
    d.previous_known_at,
    d.previous_snapshot_as_of,
    t.delivery,
    w.timing
  from clock d
  join told_day t on t.as_of = d.as_of
  cross join (values (-1), (0), (1)) as w (timing)
  where t.known_to > d.previous_known_at
    and case
      when t.known_from > d.previous_known_at then t.told_on <= d.as_of or w.timing = -1
      when t.known_to <= d.known_at then true
      else w.timing = case when t.told_on < d.as_of then 1 when t.told_on = d.as_of then 0 else -1 end
    end
),

weighed as (
  select
    t.as_of,
    t.known_at,
    t.previous_snapshot_as_of,
    m.*,
    case when m.effective_date <= t.as_of and t.known_at < m.known_to then 1 else 0 end
    - case when m.effective_date <= t.previous and m.known_from <= t.previous_known_at then 1 else 0 end as weight
  from told t
  join ledger_movement m on m.delivery = t.delivery and m.timing = t.timing
),

moved as (
  select
    w.as_of,
    w.known_at,
    w.company,
    w.movement_id,
    w.known_from,
    w.receipt_no,
    cast(w.weight as integer) as weight,
    w.type,
    case
      when w.type = 'ISSUE' then 'ISSUED'
      when w.type = 'ENDORSEMENT' and w.total < 0 then 'ENDORSED_DOWN'
      when w.type = 'ENDORSEMENT' then 'ENDORSED_UP'
      when w.type = 'APPLICATION' then 'COLLECTED'
      when w.type = 'REVERSAL' then 'REVERSED'
      when w.type = 'CANCELLATION' and w.reason = 'NON_PAYMENT' then 'CANCELLED_NP'
      when w.type = 'CANCELLATION' then 'CANCELLED_OTHER'
      when w.type = 'WRITE_OFF' then 'WRITTEN_OFF'
      when w.type = 'FX' then 'FX'
      else 'TRANSFERRED'
    end as cause,
    coalesce(w.business_date <= w.previous_snapshot_as_of, false) as late,
    false as inferred,
    w.business_date,
    w.recorded_at,
    w.reason,
    w.payment_no,
    w.reversal_of,
    w.client_id,
    w.policy_no,
    w.line,
    w.office as receipt_office,
    w.currency,
    w.held_by,
    w.channel,
    w.receipt_type,
    w.issue_date,
    w.due_date,
    w.original_due_date,
    case w.weight when 1 then w.net else -w.net end as net,
    case w.weight when 1 then w.expenses else -w.expenses end as expenses,
    case w.weight when 1 then w.vat else -w.vat end as vat,
    case w.weight when 1 then w.other else -w.other end as other,
    case w.weight when 1 then w.total else -w.total end as total,
    w.rate,
    c.functional_currency,
    coalesce(c.is_first_day, false) as is_first_day
  from weighed w
  left join company c on c.as_of = w.as_of and c.company = w.company
  where w.weight <> 0 and coalesce(c.movement_source, 'DELIVERED') = 'DELIVERED'
),

explained as (
  -- what a first day's movements already say of a receipt
  select
    as_of,
    company,
    receipt_no,
    max(client_id) as client_id,
    max(policy_no) as policy_no,
    max(line) as line,
    max(receipt_office) as receipt_office,
    max(currency) as currency,
    max(held_by) as held_by,
    max(channel) as channel,
    max(receipt_type) as receipt_type,
    max(issue_date) as issue_date,
    max(due_date) as due_date,
    max(original_due_date) as original_due_date,
    cast(sum(net) as decimal(18,2)) as net,
    cast(sum(expenses) as decimal(18,2)) as expenses,
    cast(sum(vat) as decimal(18,2)) as vat,
    cast(sum(other) as decimal(18,2)) as other,
    cast(sum(total) as decimal(18,2)) as total
  from moved
  where is_first_day
  group by as_of, company, receipt_no
),

today as (
  select p.*
  from compared c
  join position p on p.as_of = c.as_of and p.company = c.company
),

yesterday as (
  select
    c.as_of as entry_day,
    p.*
  from compared c
  join position p on p.as_of = c.previous and p.company = c.company
),

standing as (
  select
    coalesce(t.as_of, y.entry_day) as as_of,
    coalesce(t.company, y.company) as company,
    coalesce(t.receipt_no, y.receipt_no) as receipt_no,
    t.receipt_no is not null as is_open,
    y.receipt_no is not null as was_open,
    case when t.receipt_no is null then y.client_id else t.client_id end as client_id,
    case when t.receipt_no is null then y.policy_no else t.policy_no end as policy_no,
    case when t.receipt_no is null then y.line else t.line end as line,
    case when t.receipt_no is null then y.office else t.office end as office,
    case when t.receipt_no is null then y.own_office else t.own_office end as own_office,
    case when t.receipt_no is null then y.advisor else t.advisor end as advisor,
    case when t.receipt_no is null then y.clerk else t.clerk end as clerk,
    case when t.receipt_no is null then y.intermediary else t.intermediary end as intermediary,
    case when t.receipt_no is null then y.shared else t.shared end as shared,
    case when t.receipt_no is null then y.currency else t.currency end as currency,
    case when t.receipt_no is null then y.held_by else t.held_by end as held_by,
    case when t.receipt_no is null then y.channel else t.channel end as channel,
    case when t.receipt_no is null then y.receipt_type else t.receipt_type end as receipt_type,
    case when t.receipt_no is null then y.issue_date else t.issue_date end as issue_date,
    case when t.receipt_no is null then y.due_date else t.due_date end as due_date,
    case when t.receipt_no is null then y.original_due_date else t.original_due_date end as original_due_date,
    coalesce(t.open_net, 0) - coalesce(y.open_net, 0) as net,
    coalesce(t.open_expenses, 0) - coalesce(y.open_expenses, 0) as expenses,
    coalesce(t.open_vat, 0) - coalesce(y.open_vat, 0) as vat,
    coalesce(t.open_other, 0) - coalesce(y.open_other, 0) as other,
    coalesce(t.open_total, 0) - coalesce(y.open_total, 0) as total,
    coalesce(t.open_total, 0) as now_open,
    coalesce(y.open_total, 0) as then_open
  from today t
  full join yesterday y
    on y.entry_day = t.as_of
    and y.company = t.company
    and y.receipt_no = t.receipt_no
),

unexplained as (
  select
    coalesce(s.as_of, e.as_of) as as_of,
    coalesce(s.company, e.company) as company,
    coalesce(s.receipt_no, e.receipt_no) as receipt_no,
    coalesce(s.is_open, false) as is_open,
    coalesce(s.was_open, false) as was_open,
    coalesce(s.client_id, e.client_id) as client_id,
    coalesce(s.policy_no, e.policy_no) as policy_no,
    coalesce(s.line, e.line) as line,
    coalesce(e.receipt_office, s.own_office) as receipt_office,
    s.office,
    s.advisor,
    s.clerk,
    s.intermediary,
    coalesce(s.shared, false) as shared,
    coalesce(s.currency, e.currency) as currency,
    coalesce(s.held_by, e.held_by) as held_by,
    coalesce(s.channel, e.channel) as channel,
    coalesce(s.receipt_type, e.receipt_type) as receipt_type,
    coalesce(s.issue_date, e.issue_date) as issue_date,
    coalesce(s.due_date, e.due_date) as due_date,
    coalesce(s.original_due_date, e.original_due_date) as original_due_date,
    cast(coalesce(s.net, 0) - coalesce(e.net, 0) as decimal(18,2)) as net,
    cast(coalesce(s.expenses, 0) - coalesce(e.expenses, 0) as decimal(18,2)) as expenses,
    cast(coalesce(s.vat, 0) - coalesce(e.vat, 0) as decimal(18,2)) as vat,
    cast(coalesce(s.other, 0) - coalesce(e.other, 0) as decimal(18,2)) as other,
    cast(coalesce(s.total, 0) - coalesce(e.total, 0) as decimal(18,2)) as total,
    coalesce(s.now_open, 0) as now_open,
    coalesce(s.then_open, 0) as then_open
  from standing s
  full join explained e
    on e.as_of = s.as_of
    and e.company = s.company
    and e.receipt_no = s.receipt_no
),

closed as (
  -- why the snapshot says a receipt was closed, for inferred movements alone; of a company that leaves, its receipts
  -- as they were: their own office is not the one that position has placed them in
  select c.as_of, r.company, r.receipt_no, r.office, r.closed_reason, r.issued_total
  from compared c
  join receipts r
    on r.as_of = case when c.is_absent then c.previous_snapshot_as_of else c.snapshot_as_of end
    and r.delivery = case when c.is_absent then c.previous_snapshot_delivery else c.snapshot_delivery end
    and r.company = c.company
  where not c.is_first_day or c.is_absent
),

guessed as (
  select
    u.*,
    coalesce(r.office, u.receipt_office) as own_office,
    c.functional_currency,
    c.known_at,
    c.snapshot_cutoff,
    c.is_first_day,
    c.is_absent,
    case
      when c.is_first_day then 'OPENING'
      -- away from zero: issued when all of it is open or it is newer than the day before; else endorsed or reopened
      when not u.was_open and (r.issued_total = u.now_open or u.issue_date > c.previous) then 'ISSUE'
      when not u.was_open then 'REVERSAL'
      when u.then_open > 0 and u.total > 0 then 'ENDORSEMENT'
      when u.then_open < 0 and u.total < 0 then 'ENDORSEMENT'
      when r.closed_reason = 'CANCELLED' then 'CANCELLATION'
      when r.closed_reason = 'WRITTEN_OFF' then 'WRITE_OFF'
      when r.closed_reason = 'OTHER' then 'TRANSFER'
      else 'APPLICATION'
    end as type
  from unexplained u
  join compared c on c.as_of = u.as_of and c.company = u.company
  left join closed r
    on r.as_of = u.as_of
    and r.company = u.company
    and r.receipt_no = u.receipt_no
  where u.net <> 0 or u.expenses <> 0 or u.vat <> 0 or u.other <> 0 or u.total <> 0
)

select
  as_of,
  known_at,
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
  receipt_office,
  false as is_placed,
  cast(null as varchar) as office,
  cast(null as varchar) as advisor,
  cast(null as varchar) as clerk,
  cast(null as varchar) as intermediary,
  false as shared,
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
  rate
from moved
union all
select
  as_of,
  known_at,
  company,
  case when is_first_day then 'OPENING:' else 'INFERRED:' end || receipt_no as movement_id,
  snapshot_cutoff as known_from,
  receipt_no,
  cast(case when is_absent then -1 else 1 end as integer) as weight,
  type,
  case type
    when 'OPENING' then 'OPENING'
    when 'ISSUE' then 'ISSUED'
    when 'ENDORSEMENT' then case when total < 0 then 'ENDORSED_DOWN' else 'ENDORSED_UP' end
    when 'APPLICATION' then 'COLLECTED'
    when 'REVERSAL' then 'REVERSED'
    when 'CANCELLATION' then 'CANCELLED_OTHER'
    when 'WRITE_OFF' then 'WRITTEN_OFF'
    else 'TRANSFERRED'
  end as cause,
  false as late,
  not is_first_day as inferred,
  as_of as business_date,
  cast(null as timestamp) as recorded_at,
  cast(null as varchar) as reason,
  cast(null as varchar) as payment_no,
  cast(null as varchar) as reversal_of,
  client_id,
  policy_no,
  line,
  own_office as receipt_office,
  is_open as is_placed,
  office,
  advisor,
  clerk,
  intermediary,
  shared,
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
  cast(null as decimal(18,8)) as rate
from guessed
