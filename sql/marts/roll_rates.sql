/*
grain: [as_of, period, company, office, advisor, clerk, line, intermediary, currency, from_altura, to_state]
cadence: month
reads: {periods: all, position: opening, intermediary_part: opening, flow: period, flow_part: period, alturas: all}
es: "Rodamiento entre alturas: cada saldo inicial repartido en pagado, anulado, castigado y altura de cierre"
en: "Roll between buckets: each opening balance split into paid, cancelled, written off and closing bucket"
columns:
  as_of: {type: DATE, en: Business date, es: Fecha de corte}
  period: {type: VARCHAR, en: "Kind of period: month to date unless asked", es: "Periodo: el mes a la fecha, salvo que se pida otro"}
  company: {type: VARCHAR, en: Company, es: Compañía}
  office: {type: VARCHAR, en: Office at the opening, es: Oficina}
  advisor: {type: VARCHAR, en: Advisor at the opening, es: Asesor}
  clerk: {type: VARCHAR, en: Collection clerk at the opening, es: Auxiliar de cartera}
  line: {type: VARCHAR, en: Line of business, es: Ramo}
  intermediary: {type: VARCHAR, en: "Intermediary, each with its own share", es: "Intermediario, cada uno con su participación"}
  currency: {type: VARCHAR, en: Document currency, es: Moneda del documento}
  from_altura: {type: VARCHAR, en: "Bucket when the period opened", es: "Altura al abrir el periodo"}
  to_state: {type: VARCHAR, en: "Closing bucket, or PAID, CANCELLED, WRITTEN_OFF, ADJUSTED (lowered by endorsement, transfer or exchange), CREDIT", es: "Altura de cierre, o PAID (pagado), CANCELLED (anulado), WRITTEN_OFF (castigado), ADJUSTED (rebajado por endoso, traslado o cambio), CREDIT (a favor)"}
  from_order: {type: BIGINT, en: "Order of from_altura", es: "Orden de from_altura"}
  to_order: {type: BIGINT, en: "Order of to_state; states after all buckets", es: "Orden de to_state; los estados después de las alturas"}
  forward: {type: BOOLEAN, en: "to_state is a worse bucket than from_altura", es: "to_state es una altura peor que from_altura"}
  amount: {type: "DECIMAL(38,2)", en: "Part of the opening balance, at the opening rate; the parts of a row add up to it, and only CREDIT can be negative: debt that is new stays out", es: "Parte del saldo inicial, a la tasa de apertura; las partes suman el saldo, y solo CREDIT puede ser negativo: la deuda nueva queda fuera", unit: functional currency}
  items: {type: BIGINT, en: "Receipts by where they stand at the close, each once", es: "Recibos según dónde quedan al cierre, cada uno una vez"}
*/
with span as (   -- a period of one end only: month ends are few
  select as_of, period, opened from periods
),

story as (   -- each receipt open when the period opened, then what the period did to it, as reductions
  select
    s.as_of, s.period, p.company, p.receipt_no, p.office, p.advisor, p.clerk, p.line,
    coalesce(i.intermediary, p.intermediary) as intermediary, p.currency, p.altura,
    p.closing_rate as rate,
    case when coalesce(i.place, 1) = 1 then 1 else 0 end as counted,
    1 as opened,
    coalesce(i.closing_total, p.closing_total) as amount,
    0 as paid, 0 as cancelled, 0 as written_off, 0 as adjusted
  from span s
  join position p on p.as_of = s.opened
  left join intermediary_part i
    on i.as_of = p.as_of and i.company = p.company and i.receipt_no = p.receipt_no
  where p.class = 'GROSS'
  union all
  select
    s.as_of, s.period, f.company, f.receipt_no, null, null, null, null,
    coalesce(i.intermediary, f.intermediary), null, null, null, 0, 0, null,
    case when f.cause in ('COLLECTED', 'REVERSED') then -coalesce(i.total, f.total) else 0 end,
    case when f.cause in ('CANCELLED_NP', 'CANCELLED_OTHER')
      then -coalesce(i.total, f.total) else 0 end,
    case when f.cause = 'WRITTEN_OFF' then -coalesce(i.total, f.total) else 0 end,
    case when f.cause in ('ISSUED', 'ENDORSED_UP', 'ENDORSED_DOWN', 'TRANSFERRED', 'FX')
      then -coalesce(i.total, f.total) else 0 end
  from span s
  join flow f on f.as_of > s.opened and f.as_of <= s.as_of
  left join flow_part i
    on i.as_of = f.as_of and i.company = f.company
    and i.movement_id = f.movement_id and i.known_from = f.known_from
),

placed as (   -- an intermediary who had no part at the opening: its movements go to the first one's
  select
    s.*,
    max(opened) over (partition by as_of, period, company, receipt_no) as has_opening,
    max(opened) over (partition by as_of, period, company, receipt_no, intermediary) as has_part,
    max(case when counted = 1 then intermediary end)
      over (partition by as_of, period, company, receipt_no) as first_intermediary
  from story s
),

receipt as (
  select
    as_of, period, company, receipt_no,
    max(office) as office, max(advisor) as advisor, max(clerk) as clerk, max(line) as line,
    case when has_part = 1 then intermediary else first_intermediary end as intermediary,
    max(currency) as currency, max(altura) as altura, max(rate) as rate,
    max(counted) as counted, sum(amount) as amount, sum(paid) as paid, sum(cancelled) as cancelled,
    sum(written_off) as written_off, sum(adjusted) as adjusted
  from placed
  where has_opening = 1
  group by
    as_of, period, company, receipt_no,
    case when has_part = 1 then intermediary else first_intermediary end
),

valued as (   -- at the opening rate
  select
    as_of, period, company, receipt_no, office, advisor, clerk, line, intermediary, currency,
    altura, counted, amount,
    cast(paid * rate as decimal(18,2)) as paid,
    cast(cancelled * rate as decimal(18,2)) as cancelled,
    cast(written_off * rate as decimal(18,2)) as written_off,
    cast(adjusted * rate as decimal(18,2)) as adjusted
  from receipt
),

whole as (   -- all parts of a receipt together
  select
    v.*,
    sum(amount) over parts as whole_amount,
    sum(paid) over parts as whole_paid,
    sum(cancelled) over parts as whole_cancelled,
    sum(written_off) over parts as whole_written_off,
    sum(adjusted) over parts as whole_adjusted
  from valued v
  window parts as (partition by as_of, period, company, receipt_no)
),

lowered as (   -- what raises the debt, a payment that bounced too, is new and stays out
  select
    w.as_of, w.period, w.company, w.receipt_no, w.office, w.advisor, w.clerk, w.line,
    w.intermediary, w.currency, w.altura, w.counted, w.amount,
    case when whole_paid > 0 then paid else 0 end as paid,
    case when whole_cancelled > 0 then cancelled else 0 end as cancelled,
    case when whole_written_off > 0 then written_off else 0 end as written_off,
    case when whole_adjusted > 0 then adjusted else 0 end as adjusted,
    c.class, c.altura as closing_altura,
    c.class is distinct from 'CREDIT'
      and greatest(whole_paid, 0) + greatest(whole_cancelled, 0) + greatest(whole_written_off, 0)
        + greatest(whole_adjusted, 0) > whole_amount as beyond
  from whole w
  left join position c
    on c.as_of = w.as_of and c.company = w.company and c.receipt_no = w.receipt_no
),

capped as (   -- what went beyond the opening went on new debt: payments settle the old one first
  select
    l.*,
    case when beyond then least(greatest(paid, 0), amount) else paid end as old_paid,
    case when beyond then least(greatest(paid, 0) + greatest(cancelled, 0), amount)
      else paid + cancelled end as old_cancelled,
    case when beyond
      then least(greatest(paid, 0) + greatest(cancelled, 0) + greatest(written_off, 0), amount)
      else paid + cancelled + written_off end as old_written_off,
    case when beyond
      then least(greatest(paid, 0) + greatest(cancelled, 0) + greatest(written_off, 0)
        + greatest(adjusted, 0), amount)
      else paid + cancelled + written_off + adjusted end as old_adjusted
  from lowered l
),

settled as (   -- each way what it adds to those before it
  select
    as_of, period, company, office, advisor, clerk, line, intermediary, currency, altura, counted,
    class, closing_altura,
    old_paid as paid,
    old_cancelled - old_paid as cancelled,
    old_written_off - old_cancelled as written_off,
    old_adjusted - old_written_off as adjusted,
    amount - old_adjusted as rest
  from capped
),

ended as (   -- where it stands now; what is gone went the way of its largest part
  select
    s.*,
    case when class = 'GROSS' then closing_altura when class = 'CREDIT' then 'CREDIT'
      else 'ADJUSTED' end as rest_state,
    case
      when class = 'GROSS' then closing_altura
      when class = 'CREDIT' then 'CREDIT'
      when paid >= cancelled and paid >= written_off and paid >= adjusted and paid > 0 then 'PAID'
      when cancelled >= written_off and cancelled >= adjusted and cancelled > 0 then 'CANCELLED'
      when written_off >= adjusted and written_off > 0 then 'WRITTEN_OFF'
      else 'ADJUSTED' end as item_state
  from settled s
),

piece as (   -- unpivot by a cross join, so that everything above is read once
  select
    e.as_of, e.period, e.company, e.office, e.advisor, e.clerk, e.line, e.intermediary, e.currency,
    e.altura as from_altura,
    case v.what when 'REST' then e.rest_state when 'ITEM' then e.item_state else v.what end as to_state,
    case v.what
      when 'PAID' then e.paid when 'CANCELLED' then e.cancelled
      when 'WRITTEN_OFF' then e.written_off when 'ADJUSTED' then e.adjusted
      when 'REST' then e.rest else 0 end as amount,
    case v.what when 'ITEM' then e.counted else 0 end as items
  from ended e
  cross join (values ('PAID'), ('CANCELLED'), ('WRITTEN_OFF'), ('ADJUSTED'), ('REST'), ('ITEM'))
    as v (what)
),

summed as (
  select
    as_of, period, company, office, advisor, clerk, line, intermediary, currency, from_altura,
    to_state, sum(amount) as amount, cast(sum(items) as bigint) as items
  from piece
  where amount <> 0 or items <> 0
  group by
    as_of, period, company, office, advisor, clerk, line, intermediary, currency, from_altura,
    to_state
)

select
  s.as_of, s.period, s.company, s.office, s.advisor, s.clerk, s.line, s.intermediary, s.currency,
  s.from_altura, s.to_state,
  f.ord as from_order,
  coalesce(t.ord, case s.to_state when 'PAID' then 101 when 'CANCELLED' then 102
    when 'WRITTEN_OFF' then 103 when 'ADJUSTED' then 104 else 105 end) as to_order,
  f.lo is not null and t.lo is not null and t.ord > f.ord as forward,
  cast(s.amount as decimal(38,2)) as amount,
  s.items
from summed s
left join alturas f on f.altura = s.from_altura
left join alturas t on t.altura = s.to_state
