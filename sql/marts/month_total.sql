/*
grain: [as_of, period, company, office, advisor, clerk, line, intermediary, currency]
cadence: day
daily_for: 35 days
reads: {periods: all, flow: period, flow_part: period}
es: Emitido, recaudado, anulado y castigado del periodo a la fecha, por responsable en la fecha del hecho
en: Written, collected, cancelled and written off in the period to date, by the holder on the day of the fact
columns:
  as_of: {type: DATE, en: Business date, es: Fecha de corte}
  period: {type: VARCHAR, en: "Kind of period: month to date unless asked", es: "Periodo: el mes a la fecha, salvo que se pida otro"}
  company: {type: VARCHAR, en: Company, es: Compañía}
  office: {type: VARCHAR, en: Office on the business date, es: Oficina en la fecha del hecho}
  advisor: {type: VARCHAR, en: Advisor on the business date, es: Asesor en la fecha del hecho}
  clerk: {type: VARCHAR, en: Collection clerk on the business date, es: Auxiliar en la fecha del hecho}
  line: {type: VARCHAR, en: Line of business, es: Ramo}
  intermediary: {type: VARCHAR, en: "Intermediary, each with its own share", es: "Intermediario, cada uno con su participación"}
  currency: {type: VARCHAR, en: Document currency, es: Moneda del documento}
  days: {type: BIGINT, en: Days in the period so far, es: Días del periodo a la fecha, unit: days}
  months: {type: BIGINT, en: Months that the period touches, es: Meses que toca el periodo}
  opened: {type: "DECIMAL(38,2)", en: Opening movements of a first delivery, es: Movimientos de apertura de una primera entrega, unit: functional currency}
  issued: {type: "DECIMAL(38,2)", en: Issued, es: Emitido, unit: functional currency}
  endorsed_up: {type: "DECIMAL(38,2)", en: Endorsements that raise the debt, es: Endosos que aumentan, unit: functional currency}
  endorsed_down: {type: "DECIMAL(38,2)", en: Endorsements that lower the debt (positive), es: Endosos que disminuyen (positivo), unit: functional currency}
  written: {type: "DECIMAL(38,2)", en: issued + endorsed_up - endorsed_down, es: issued + endorsed_up - endorsed_down, unit: functional currency}
  cancelled_np: {type: "DECIMAL(38,2)", en: Cancelled for non-payment (positive), es: Anulado por no pago (positivo), unit: functional currency}
  cancelled_other: {type: "DECIMAL(38,2)", en: Cancelled for other reasons (positive), es: Anulado por otras causas (positivo), unit: functional currency}
  sales: {type: "DECIMAL(38,2)", en: written - cancelled, es: written - anulado, unit: functional currency}
  collected: {type: "DECIMAL(38,2)", en: Applied less reversed (positive), es: Aplicado menos reversado (positivo), unit: functional currency}
  reversed: {type: "DECIMAL(38,2)", en: "Reversals alone, already taken off collected", es: "Solo reversos, ya restados de collected", unit: functional currency}
  written_off: {type: "DECIMAL(38,2)", en: Written off (positive), es: Castigado (positivo), unit: functional currency}
  transferred: {type: "DECIMAL(38,2)", en: Transfers between receipts (signed), es: Traslados entre recibos (con signo), unit: functional currency}
  fx: {type: "DECIMAL(38,2)", en: Exchange movements of the source (signed), es: Ajustes de cambio de la fuente (con signo), unit: functional currency}
  late: {type: "DECIMAL(38,2)", en: "Of all movements above, what became known late (signed)", es: "De todo lo anterior, lo conocido tarde (con signo)", unit: functional currency}
  cash: {type: "DECIMAL(38,2)", en: collected at the rate of the payment, es: collected a la tasa del pago, unit: functional currency}
  fx_realised: {type: "DECIMAL(38,2)", en: "cash - collected where the booked rate is known: gain or loss realised", es: "cash - collected donde se conoce la tasa de emisión: diferencia en cambio realizada", unit: functional currency}
  written_document: {type: "DECIMAL(38,2)", en: written in document currency, es: written en moneda del documento, unit: document currency}
  sales_document: {type: "DECIMAL(38,2)", en: sales in document currency, es: sales en moneda del documento, unit: document currency}
  collected_document: {type: "DECIMAL(38,2)", en: collected in document currency, es: collected en moneda del documento, unit: document currency}
  written_net: {type: "DECIMAL(38,2)", en: written of net premium, es: written de prima neta, unit: functional currency}
  sales_net: {type: "DECIMAL(38,2)", en: sales of net premium, es: sales de prima neta, unit: functional currency}
  cancelled_np_net: {type: "DECIMAL(38,2)", en: cancelled_np of net premium, es: cancelled_np de prima neta, unit: functional currency}
  collected_net: {type: "DECIMAL(38,2)", en: collected of net premium, es: collected de prima neta, unit: functional currency}
  receipts_issued: {type: BIGINT, en: Receipts issued, es: Recibos emitidos}
  policies_written: {type: BIGINT, en: "Policies with a positive issue, counted once, at the holder of the first", es: "Pólizas con emisión positiva, contadas una vez, en el responsable de la primera"}
  policies_cancelled_np: {type: BIGINT, en: "Policies cancelled for non-payment, counted once", es: "Pólizas anuladas por no pago, contadas una vez"}
*/
with movement as (   -- one row a movement, or one an intermediary where several share it
  select
    p.opened, p.period_end, f.company, f.office, f.advisor, f.clerk, f.line,
    coalesce(s.intermediary, f.intermediary) as intermediary, f.currency, f.cause, f.late,
    case when coalesce(s.place, 1) = 1 then f.weight else 0 end as counted,
    coalesce(s.booked_total, f.booked_total) as booked,
    coalesce(s.cash_total, f.cash_total, s.booked_total, f.booked_total) as cash,
    coalesce(s.total, f.total) as document,
    coalesce(s.booked_net, f.booked_net) as net,
    f.cause in ('ISSUED', 'ENDORSED_UP', 'ENDORSED_DOWN') as is_written,
    f.cause in ('CANCELLED_NP', 'CANCELLED_OTHER') as is_cancelled,
    f.cause in ('COLLECTED', 'REVERSED') as is_cash
  from period_day p
  join flow f on f.as_of = p.on_day
  left join flow_part s
    on s.as_of = f.as_of and s.company = f.company
    and s.movement_id = f.movement_id and s.known_from = f.known_from
  where p.on_day > p.opened
),

fact as (   -- a cancellation that raises the debt puts the policy back in force
  select *, case when cause = 'CANCELLED_NP' and total * weight > 0 then -weight else weight end as counted
  from flow
),

policy_step as (   -- how the count of a policy's issues (or cancellations, less what was taken back) goes, fact by fact
  select
    s.opened, s.period_end, f.cause,
    first_value(f.company) over first_fact as company,
    first_value(f.office) over first_fact as office,
    first_value(f.advisor) over first_fact as advisor,
    first_value(f.clerk) over first_fact as clerk,
    first_value(f.line) over first_fact as line,
    first_value(f.intermediary) over first_fact as intermediary,
    first_value(f.currency) over first_fact as currency,
    f.counted,
    sum(f.counted) over first_fact as facts
  from period_day s
  join fact f on f.as_of = s.on_day
  where s.on_day > s.opened
    and f.policy_no is not null
    and (f.cause = 'CANCELLED_NP' or (f.cause = 'ISSUED' and f.total * f.weight > 0))
  window first_fact as (
    partition by s.opened, f.company, f.policy_no, f.cause
    order by f.as_of, f.receipt_no, f.movement_id, f.known_from
    rows between unbounded preceding and current row)
),

entry as (
  select
    opened, period_end, company, office, advisor, clerk, line, intermediary, currency,
    sum(case when cause = 'OPENING' then booked else 0 end) as opening,
    sum(case when cause = 'ISSUED' then booked else 0 end) as issued,
    sum(case when cause = 'ENDORSED_UP' then booked else 0 end) as endorsed_up,
    sum(case when cause = 'ENDORSED_DOWN' then -booked else 0 end) as endorsed_down,
    sum(case when is_written then booked else 0 end) as written,
    sum(case when cause = 'CANCELLED_NP' then -booked else 0 end) as cancelled_np,
    sum(case when cause = 'CANCELLED_OTHER' then -booked else 0 end) as cancelled_other,
    sum(case when is_cash then -booked else 0 end) as collected,
    sum(case when cause = 'REVERSED' then booked else 0 end) as reversed,
    sum(case when cause = 'WRITTEN_OFF' then -booked else 0 end) as written_off,
    sum(case when cause = 'TRANSFERRED' then booked else 0 end) as transferred,
    sum(case when cause = 'FX' then booked else 0 end) as fx,
    sum(case when late then booked else 0 end) as late,
    sum(case when is_cash then -cash else 0 end) as cash,
    sum(case when is_cash then booked - cash else 0 end) as fx_realised,
    sum(case when is_written then document else 0 end) as written_document,
    sum(case when is_written or is_cancelled then document else 0 end) as sales_document,
    sum(case when is_cash then -document else 0 end) as collected_document,
    sum(case when is_written then net else 0 end) as written_net,
    sum(case when is_written or is_cancelled then net else 0 end) as sales_net,
    sum(case when cause = 'CANCELLED_NP' then -net else 0 end) as cancelled_np_net,
    sum(case when is_cash then -net else 0 end) as collected_net,
    cast(sum(case when cause = 'ISSUED' then counted else 0 end) as bigint) as receipts_issued,
    cast(0 as bigint) as policies_written,
    cast(0 as bigint) as policies_cancelled_np
  from movement
  group by opened, period_end, company, office, advisor, clerk, line, intermediary, currency
  union all
  select
    opened, period_end, company, office, advisor, clerk, line, intermediary, currency,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    cast(0 as bigint),
    cast(sum(case when cause = 'ISSUED' then step else 0 end) as bigint),
    cast(sum(case when cause = 'CANCELLED_NP' then step else 0 end) as bigint)
  from (
    select
      opened, period_end, cause, company, office, advisor, clerk, line, intermediary, currency,
      case when facts > 0 then 1 else 0 end - case when facts - counted > 0 then 1 else 0 end as step
    from policy_step
  ) p
  where step <> 0
  group by opened, period_end, company, office, advisor, clerk, line, intermediary, currency
),

total as (
  select
    p.as_of, p.period, e.company, e.office, e.advisor, e.clerk, e.line, e.intermediary, e.currency,
    max(p.days) as days,
    max(p.months) as months,
    sum(e.opening) as opened,
    sum(e.issued) as issued,
    sum(e.endorsed_up) as endorsed_up,
    sum(e.endorsed_down) as endorsed_down,
    sum(e.written) as written,
    sum(e.cancelled_np) as cancelled_np,
    sum(e.cancelled_other) as cancelled_other,
    cast(sum(e.written) - sum(e.cancelled_np) - sum(e.cancelled_other) as decimal(38,2)) as sales,
    sum(e.collected) as collected,
    sum(e.reversed) as reversed,
    sum(e.written_off) as written_off,
    sum(e.transferred) as transferred,
    sum(e.fx) as fx,
    sum(e.late) as late,
    sum(e.cash) as cash,
    sum(e.fx_realised) as fx_realised,
    sum(e.written_document) as written_document,
    sum(e.sales_document) as sales_document,
    sum(e.collected_document) as collected_document,
    sum(e.written_net) as written_net,
    sum(e.sales_net) as sales_net,
    sum(e.cancelled_np_net) as cancelled_np_net,
    sum(e.collected_net) as collected_net,
    cast(sum(e.receipts_issued) as bigint) as receipts_issued,
    cast(sum(e.policies_written) as bigint) as policies_written,
    cast(sum(e.policies_cancelled_np) as bigint) as policies_cancelled_np
  from periods p
  join entry e on e.opened = p.opened and e.period_end <= p.as_of
  group by
    p.as_of, p.period, e.company, e.office, e.advisor, e.clerk, e.line, e.intermediary, e.currency
)

select * from total
