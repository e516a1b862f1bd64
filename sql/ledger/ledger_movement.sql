/*
grain: [delivery, company, movement_id]
view: true
reads: {movements: 120 days}
es: Movimientos con signo, y desde y hasta cuándo se conocen
en: >-
  Signed movements and the time in which they are known: from the cut-off of their delivery until a newer version of
  that day's movements replaces them. A re-delivered day that leaves the movements file out leaves them as they were.
  A movement dated more than 92 days after its delivery takes effect on the 92nd (law post_dated_within_reach), so
  that a day needs a bounded look back.
columns:
  delivery_day: {type: DATE, es: Día de la entrega, en: Business date of the delivery}
  delivery: {type: VARCHAR, es: Entrega, en: Delivery}
  known_from: {type: TIMESTAMP, es: Conocido desde, en: Known from}
  known_to: {type: TIMESTAMP, es: Conocido hasta, en: Known to (exclusive)}
  company: {type: VARCHAR, es: Compañía, en: Company}
  movement_id: {type: VARCHAR, es: Movimiento, en: Movement}
  receipt_no: {type: VARCHAR, es: Recibo, en: Receipt}
  type: {type: VARCHAR, es: Tipo, en: Type}
  business_date: {type: DATE, es: Fecha del hecho, en: Business date of the fact}
  effective_date: {type: DATE, es: Fecha de efecto, en: Business date within reach}
  timing: {type: INTEGER, es: "Antes (-1), el día (0) o después (1) de su entrega", en: "Before (-1), on (0) or after (1) the day of its delivery"}
  recorded_at: {type: TIMESTAMP, es: Registrado en la fuente, en: Recorded by the source}
  net: {type: "DECIMAL(18,2)", unit: document currency, es: Prima neta, en: Net premium}
  expenses: {type: "DECIMAL(18,2)", unit: document currency, es: Gastos, en: Expenses}
  vat: {type: "DECIMAL(18,2)", unit: document currency, es: IVA, en: VAT}
  other: {type: "DECIMAL(18,2)", unit: document currency, es: Otros, en: Other}
  total: {type: "DECIMAL(18,2)", unit: document currency, es: Total, en: Total}
  rate: {type: "DECIMAL(18,8)", es: Tasa del pago, en: Rate of the payment}
  payment_no: {type: VARCHAR, es: Pago, en: Payment}
  reversal_of: {type: VARCHAR, es: Reversa a, en: Reversal of}
  reason: {type: VARCHAR, es: Motivo, en: Reason}
  receipt_type: {type: VARCHAR, es: Tipo de recibo, en: Receipt type}
  client_id: {type: VARCHAR, es: Cliente, en: Client}
  policy_no: {type: VARCHAR, es: Póliza, en: Policy}
  line: {type: VARCHAR, es: Ramo, en: Line of business}
  office: {type: VARCHAR, es: Oficina del recibo, en: Office of the receipt}
  currency: {type: VARCHAR, es: Moneda, en: Currency}
  issue_date: {type: DATE, es: Emisión, en: Issue date}
  effective_date_of_receipt: {type: DATE, es: Vigencia del recibo, en: Effective date of the receipt}
  due_date: {type: DATE, es: Vencimiento, en: Due date}
  original_due_date: {type: DATE, es: Vencimiento original, en: Original due date}
  coverage_start: {type: DATE, es: Inicio de cobertura, en: Coverage start}
  held_by: {type: VARCHAR, es: En poder de, en: Held by}
  channel: {type: VARCHAR, es: Canal de pago, en: Payment channel}
*/
with told as (
  select
    delivery,
    cutoff_at as known_from,
    coalesce(
      lead(cutoff_at) over (partition by as_of order by cutoff_at),
      timestamp '9999-12-31 00:00:00'
    ) as known_to
  from deliveries
  where has_movements
)

select
  m.as_of as delivery_day,
  m.delivery,
  t.known_from,
  t.known_to,
  m.company,
  m.movement_id,
  m.receipt_no,
  m.type,
  m.business_date,
  least(m.business_date, date_add('day', 92, m.as_of)) as effective_date,
  cast(
    case
      when m.business_date < m.as_of then -1
      when m.business_date > m.as_of then 1
      else 0
    end as integer
  ) as timing,
  m.recorded_at,
  m.net,
  m.expenses,
  m.vat,
  m.other,
  m.total,
  m.rate,
  m.payment_no,
  m.reversal_of,
  m.reason,
  m.receipt_type,
  m.client_id,
  m.policy_no,
  m.line,
  m.office,
  m.currency,
  m.issue_date,
  m.effective_date as effective_date_of_receipt,
  m.due_date,
  m.original_due_date,
  m.coverage_start,
  m.held_by,
  m.channel
from movements m
join told t on t.delivery = m.delivery
