/*
grain: [as_of, company, receipt_no, currency]
cadence: day
daily_for: 35 days
reads: {position: previous, flow: day}
es: Qué movió cada recibo entre el día anterior y este, por causa, cuadrado a 0.00
en: >-
  What moved every receipt between the day before and this one, by cause, closing to 0.00: residual in document
  currency is what the flows do not explain. In functional currency the opening is at the closing rate of the day
  before, flows at their booked rate, the closing at today's; fx_f is the rest: revaluation, rounding and movements
  without a booked rate. Late items are taken out of their cause. Only receipts that something happened to, or whose
  functional amount moved.
columns:
  as_of: {type: DATE, es: Fecha de corte, en: Business date}
  company: {type: VARCHAR, es: Compañía, en: Company}
  receipt_no: {type: VARCHAR, es: Recibo, en: Receipt}
  currency: {type: VARCHAR, es: Moneda, en: Document currency}
  client_id: {type: VARCHAR, es: Cliente, en: Client}
  policy_no: {type: VARCHAR, es: Póliza, en: Policy}
  line: {type: VARCHAR, es: Ramo, en: Line of business}
  office: {type: VARCHAR, es: Oficina, en: Office}
  advisor: {type: VARCHAR, es: Asesor, en: Advisor}
  clerk: {type: VARCHAR, es: Auxiliar de cartera, en: Collection clerk}
  intermediary: {type: VARCHAR, es: Intermediario principal, en: Main intermediary}
  opening: {type: "DECIMAL(38,2)", unit: document currency, es: Saldo anterior, en: Opening}
  opened: {type: "DECIMAL(38,2)", unit: document currency, es: Saldo inicial de una compañía nueva, en: Opening balance of a new company}
  issued: {type: "DECIMAL(38,2)", unit: document currency, es: Emitido, en: Issued}
  endorsed_up: {type: "DECIMAL(38,2)", unit: document currency, es: Endosos que suben, en: Endorsed up}
  endorsed_down: {type: "DECIMAL(38,2)", unit: document currency, es: Endosos que bajan, en: Endorsed down}
  collected: {type: "DECIMAL(38,2)", unit: document currency, es: Recaudado, en: Collected}
  reversed: {type: "DECIMAL(38,2)", unit: document currency, es: Reversado, en: Reversed}
  cancelled_np: {type: "DECIMAL(38,2)", unit: document currency, es: Anulado por no pago, en: Cancelled for non-payment}
  cancelled_other: {type: "DECIMAL(38,2)", unit: document currency, es: Anulado por otra causa, en: Cancelled for another reason}
  written_off: {type: "DECIMAL(38,2)", unit: document currency, es: Castigado, en: Written off}
  fx: {type: "DECIMAL(38,2)", unit: document currency, es: Ajuste cambiario de la fuente, en: The source's own exchange adjustment}
  transferred: {type: "DECIMAL(38,2)", unit: document currency, es: Trasladado, en: Transferred}
  late: {type: "DECIMAL(38,2)", unit: document currency, es: Conocido tarde, en: Known late}
  closing: {type: "DECIMAL(38,2)", unit: document currency, es: Saldo, en: Closing}
  residual: {type: "DECIMAL(38,2)", unit: document currency, es: Lo que los flujos no explican, en: What the flows do not explain}
  opening_f: {type: "DECIMAL(38,2)", unit: functional currency, es: Saldo anterior, en: Opening}
  opened_f: {type: "DECIMAL(38,2)", unit: functional currency, es: Saldo inicial de una compañía nueva, en: Opening balance of a new company}
  issued_f: {type: "DECIMAL(38,2)", unit: functional currency, es: Emitido, en: Issued}
  endorsed_up_f: {type: "DECIMAL(38,2)", unit: functional currency, es: Endosos que suben, en: Endorsed up}
  endorsed_down_f: {type: "DECIMAL(38,2)", unit: functional currency, es: Endosos que bajan, en: Endorsed down}
  collected_f: {type: "DECIMAL(38,2)", unit: functional currency, es: Recaudado, en: Collected}
  reversed_f: {type: "DECIMAL(38,2)", unit: functional currency, es: Reversado, en: Reversed}
  cancelled_np_f: {type: "DECIMAL(38,2)", unit: functional currency, es: Anulado por no pago, en: Cancelled for non-payment}
  cancelled_other_f: {type: "DECIMAL(38,2)", unit: functional currency, es: Anulado por otra causa, en: Cancelled for another reason}
  written_off_f: {type: "DECIMAL(38,2)", unit: functional currency, es: Castigado, en: Written off}
  fx_booked_f: {type: "DECIMAL(38,2)", unit: functional currency, es: Ajuste cambiario de la fuente, en: The source's own exchange adjustment}
  transferred_f: {type: "DECIMAL(38,2)", unit: functional currency, es: Trasladado, en: Transferred}
  late_f: {type: "DECIMAL(38,2)", unit: functional currency, es: Conocido tarde, en: Known late}
  closing_f: {type: "DECIMAL(38,2)", unit: functional currency, es: Saldo, en: Closing}
  fx_f: {type: "DECIMAL(38,2)", unit: functional currency, es: "Diferencia en cambio, redondeo y movimientos sin tasa de emisión", en: "Revaluation, rounding and movements without a booked rate"}
  inferred: {type: BOOLEAN, es: Con movimientos inferidos, en: With inferred movements}
*/
with clock as (
  select as_of, previous
  from days
),

closed as (
  select
    d.as_of,
    p.company,
    p.receipt_no,
    p.currency,
    p.client_id,
    p.policy_no,
    p.line,
    p.office,
    p.advisor,
    p.clerk,
    p.intermediary,
    p.open_total,
    p.closing_total
  from clock d
  join position p on p.as_of = d.as_of
),

opened as (
  select
    d.as_of,
    p.company,
    p.receipt_no,
    p.currency,
    p.client_id,
    p.policy_no,
    p.line,
    p.office,
    p.advisor,
    p.clerk,
    p.intermediary,
    p.open_total,
    p.closing_total
  from clock d
  join position p on p.as_of = d.previous
),

stock as (
  -- dimensions of the closing position, else of the opening one
  select
    coalesce(c.as_of, o.as_of) as as_of,
    coalesce(c.company, o.company) as company,
    coalesce(c.receipt_no, o.receipt_no) as receipt_no,
    coalesce(c.currency, o.currency) as currency,
    case when c.receipt_no is null then o.client_id else c.client_id end as client_id,
    case when c.receipt_no is null then o.policy_no else c.policy_no end as policy_no,
    case when c.receipt_no is null then o.line else c.line end as line,
    case when c.receipt_no is null then o.office else c.office end as office,
    case when c.receipt_no is null then o.advisor else c.advisor end as advisor,
    case when c.receipt_no is null then o.clerk else c.clerk end as clerk,
    case when c.receipt_no is null then o.intermediary else c.intermediary end as intermediary,
    coalesce(o.open_total, 0) as opening,
    coalesce(c.open_total, 0) as closing,
    case when o.receipt_no is null then 0 else o.closing_total end as opening_f,
    case when c.receipt_no is null then 0 else c.closing_total end as closing_f
  from closed c
  full join opened o
    on o.as_of = c.as_of
    and o.company = c.company
    and o.receipt_no = c.receipt_no
    and o.currency = c.currency
),

flowed as (
  select
    f.as_of,
    f.company,
    f.receipt_no,
    f.currency,
    max(f.client_id) as client_id,
    max(f.policy_no) as policy_no,
    max(f.line) as line,
    max(f.office) as office,
    max(f.advisor) as advisor,
    max(f.clerk) as clerk,
    max(f.intermediary) as intermediary,
    max(case when f.inferred then 1 else 0 end) as inferred,
    sum(f.total) as moved,
    sum(f.booked_total) as moved_f,
    sum(case when f.cause = 'OPENING' and not f.late then f.total end) as opened,
    sum(case when f.cause = 'OPENING' and not f.late then f.booked_total end) as opened_f,
    sum(case when f.cause = 'ISSUED' and not f.late then f.total end) as issued,
    sum(case when f.cause = 'ISSUED' and not f.late then f.booked_total end) as issued_f,
    sum(case when f.cause = 'ENDORSED_UP' and not f.late then f.total end) as endorsed_up,
    sum(case when f.cause = 'ENDORSED_UP' and not f.late then f.booked_total end) as endorsed_up_f,
    sum(case when f.cause = 'ENDORSED_DOWN' and not f.late then f.total end) as endorsed_down,
    sum(case when f.cause = 'ENDORSED_DOWN' and not f.late then f.booked_total end) as endorsed_down_f,
    sum(case when f.cause = 'COLLECTED' and not f.late then f.total end) as collected,
    sum(case when f.cause = 'COLLECTED' and not f.late then f.booked_total end) as collected_f,
    sum(case when f.cause = 'REVERSED' and not f.late then f.total end) as reversed,
    sum(case when f.cause = 'REVERSED' and not f.late then f.booked_total end) as reversed_f,
    sum(case when f.cause = 'CANCELLED_NP' and not f.late then f.total end) as cancelled_np,
    sum(case when f.cause = 'CANCELLED_NP' and not f.late then f.booked_total end) as cancelled_np_f,
    sum(case when f.cause = 'CANCELLED_OTHER' and not f.late then f.total end) as cancelled_other,
    sum(case when f.cause = 'CANCELLED_OTHER' and not f.late then f.booked_total end) as cancelled_other_f,
    sum(case when f.cause = 'WRITTEN_OFF' and not f.late then f.total end) as written_off,
    sum(case when f.cause = 'WRITTEN_OFF' and not f.late then f.booked_total end) as written_off_f,
    sum(case when f.cause = 'FX' and not f.late then f.total end) as fx,
    sum(case when f.cause = 'FX' and not f.late then f.booked_total end) as fx_booked_f,
    sum(case when f.cause = 'TRANSFERRED' and not f.late then f.total end) as transferred,
    sum(case when f.cause = 'TRANSFERRED' and not f.late then f.booked_total end) as transferred_f,
    sum(case when f.late then f.total end) as late,
    sum(case when f.late then f.booked_total end) as late_f
  from clock d
  join flow f on f.as_of = d.as_of
  group by f.as_of, f.company, f.receipt_no, f.currency
),

changed as (
  select
    coalesce(s.as_of, f.as_of) as as_of,
    coalesce(s.company, f.company) as company,
    coalesce(s.receipt_no, f.receipt_no) as receipt_no,
    coalesce(s.currency, f.currency) as currency,
    coalesce(s.opening, 0) as opening,
    coalesce(s.closing, 0) as closing,
    case when s.receipt_no is null then 0 else s.opening_f end as opening_f,
    case when s.receipt_no is null then 0 else s.closing_f end as closing_f,
    coalesce(f.moved, 0) as moved,
    coalesce(f.moved_f, 0) as moved_f,
    coalesce(f.inferred, 0) = 1 as inferred,
    case when s.receipt_no is null then f.client_id else s.client_id end as client_id,
    case when s.receipt_no is null then f.policy_no else s.policy_no end as policy_no,
    case when s.receipt_no is null then f.line else s.line end as line,
    case when s.receipt_no is null then f.office else s.office end as office,
    case when s.receipt_no is null then f.advisor else s.advisor end as advisor,
    case when s.receipt_no is null then f.clerk else s.clerk end as clerk,
    case when s.receipt_no is null then f.intermediary else s.intermediary end as intermediary,
    coalesce(f.opened, 0) as opened,
    coalesce(f.opened_f, 0) as opened_f,
    coalesce(f.issued, 0) as issued,
    coalesce(f.issued_f, 0) as issued_f,
    coalesce(f.endorsed_up, 0) as endorsed_up,
    coalesce(f.endorsed_up_f, 0) as endorsed_up_f,
    coalesce(f.endorsed_down, 0) as endorsed_down,
    coalesce(f.endorsed_down_f, 0) as endorsed_down_f,
    coalesce(f.collected, 0) as collected,
    coalesce(f.collected_f, 0) as collected_f,
    coalesce(f.reversed, 0) as reversed,
    coalesce(f.reversed_f, 0) as reversed_f,
    coalesce(f.cancelled_np, 0) as cancelled_np,
    coalesce(f.cancelled_np_f, 0) as cancelled_np_f,
    coalesce(f.cancelled_other, 0) as cancelled_other,
    coalesce(f.cancelled_other_f, 0) as cancelled_other_f,
    coalesce(f.written_off, 0) as written_off,
    coalesce(f.written_off_f, 0) as written_off_f,
    coalesce(f.fx, 0) as fx,
    coalesce(f.fx_booked_f, 0) as fx_booked_f,
    coalesce(f.transferred, 0) as transferred,
    coalesce(f.transferred_f, 0) as transferred_f,
    coalesce(f.late, 0) as late,
    coalesce(f.late_f, 0) as late_f
  from stock s
  full join flowed f
    on f.as_of = s.as_of
    and f.company = s.company
    and f.receipt_no = s.receipt_no
    and f.currency = s.currency
  where f.receipt_no is not null
    or s.opening <> s.closing
    or s.opening_f is distinct from s.closing_f
)

select
  as_of,
  company,
  receipt_no,
  currency,
  client_id,
  policy_no,
  line,
  office,
  advisor,
  clerk,
  intermediary,
  cast(opening as decimal(38,2)) as opening,
  cast(opened as decimal(38,2)) as opened,
  cast(issued as decimal(38,2)) as issued,
  cast(endorsed_up as decimal(38,2)) as endorsed_up,
  cast(endorsed_down as decimal(38,2)) as endorsed_down,
  cast(collected as decimal(38,2)) as collected,
  cast(reversed as decimal(38,2)) as reversed,
  cast(cancelled_np as decimal(38,2)) as cancelled_np,
  cast(cancelled_other as decimal(38,2)) as cancelled_other,
  cast(written_off as decimal(38,2)) as written_off,
  cast(fx as decimal(38,2)) as fx,
  cast(transferred as decimal(38,2)) as transferred,
  cast(late as decimal(38,2)) as late,
  cast(closing as decimal(38,2)) as closing,
  cast(closing - opening - moved as decimal(38,2)) as residual,
  cast(opening_f as decimal(38,2)) as opening_f,
  cast(opened_f as decimal(38,2)) as opened_f,
  cast(issued_f as decimal(38,2)) as issued_f,
  cast(endorsed_up_f as decimal(38,2)) as endorsed_up_f,
  cast(endorsed_down_f as decimal(38,2)) as endorsed_down_f,
  cast(collected_f as decimal(38,2)) as collected_f,
  cast(reversed_f as decimal(38,2)) as reversed_f,
  cast(cancelled_np_f as decimal(38,2)) as cancelled_np_f,
  cast(cancelled_other_f as decimal(38,2)) as cancelled_other_f,
  cast(written_off_f as decimal(38,2)) as written_off_f,
  cast(fx_booked_f as decimal(38,2)) as fx_booked_f,
  cast(transferred_f as decimal(38,2)) as transferred_f,
  cast(late_f as decimal(38,2)) as late_f,
  cast(closing_f as decimal(38,2)) as closing_f,
  cast(closing_f - opening_f - moved_f as decimal(38,2)) as fx_f,
  inferred
from changed
