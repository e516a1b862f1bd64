/*
grain: [as_of, company, movement_id, known_from, intermediary]
cadence: day
reads: {flow: day, flow_part: day, deliveries: all}
es: Movimientos tardíos, retroactivos, reversos y reenviados, el día en que se conocieron y su efecto en el pasado
en: Late, backdated, reversed and re-delivered movements, on the day they became known, and their effect on the past
columns:
  as_of: {type: DATE, en: Business date, es: Fecha de corte}
  company: {type: VARCHAR, en: Company, es: Compañía}
  movement_id: {type: VARCHAR, en: "Movement", es: "Movimiento"}
  known_from: {type: TIMESTAMP, en: Cut-off of the delivery that brought it, es: Corte de la entrega que lo trajo}
  kind: {type: VARCHAR, en: "RETRACTED (a re-sent day no longer has it), REDELIVERED (a re-sent day brought it), REVERSED (a payment undone), BACKDATED (issued into the past), LATE", es: "RETRACTED (el reenvío ya no lo trae), REDELIVERED (lo trajo un reenvío), REVERSED (pago devuelto), BACKDATED (emitido hacia atrás), LATE (tardío)"}
  receipt_no: {type: VARCHAR, en: "Receipt", es: "Recibo"}
  policy_no: {type: VARCHAR, en: "Policy", es: "Póliza"}
  client_id: {type: VARCHAR, en: "Client", es: "Cliente"}
  office: {type: VARCHAR, en: Office, es: Oficina}
  advisor: {type: VARCHAR, en: Advisor, es: Asesor}
  clerk: {type: VARCHAR, en: Collection clerk, es: Auxiliar de cartera}
  line: {type: VARCHAR, en: Line of business, es: Ramo}
  intermediary: {type: VARCHAR, en: "Intermediary, each with its own share", es: "Intermediario, cada uno con su participación"}
  currency: {type: VARCHAR, en: Document currency, es: Moneda del documento}
  cause: {type: VARCHAR, en: "Cause of the movement", es: "Causa del movimiento"}
  business_date: {type: DATE, en: "Day of the fact", es: "Fecha del hecho"}
  recorded_at: {type: TIMESTAMP, en: When the source recorded it, es: Cuándo lo registró la fuente}
  affects_from: {type: DATE, en: "First day whose restated view differs; null when none does", es: "Primer día cuya vista reexpresada difiere; nulo si ninguno"}
  affects_to: {type: DATE, en: "Last such day", es: "Último de esos días"}
  days_affected: {type: BIGINT, en: "How many days", es: "Cuántos días", unit: days}
  effect_document: {type: "DECIMAL(18,2)", en: Change of the open amount on those days in document currency, es: Cambio del saldo en esos días en moneda del documento, unit: document currency}
  effect: {type: "DECIMAL(18,2)", en: The same at the booked rate, es: Lo mismo a tasa de emisión, unit: functional currency}
  reason: {type: VARCHAR, en: "Reason given by the source", es: "Motivo dado por la fuente"}
  reversal_of: {type: VARCHAR, en: "Movement that it reverses", es: "Movimiento que reversa"}
*/
with resent as (   -- cut-offs of deliveries that replace an earlier version of their day
  select d.cutoff_at
  from deliveries d
  join deliveries e on e.as_of = d.as_of and e.cutoff_at < d.cutoff_at
  group by d.cutoff_at
),

fact as (   -- what a re-sent day tells as it was told before is taken back and brought again: no news
  select
    f.*, r.cutoff_at is not null as redelivered,
    count(*) over same_fact as tellings,
    sum(f.total) over same_fact as news, sum(f.booked_total) over same_fact as booked_news
  from flow f
  left join resent r on r.cutoff_at = f.known_from
  where f.cause <> 'OPENING' and not f.inferred
  window same_fact as (
    partition by
      f.as_of, f.company, f.movement_id, f.receipt_no, f.business_date, f.cause, f.client_id, f.policy_no, f.line,
      f.office, f.advisor, f.clerk, f.intermediary, f.currency)
),

told as (   -- one row a movement, or one an intermediary where several share it
  select
    f.as_of, f.company, f.movement_id, f.known_from, f.weight, f.type, f.redelivered, f.receipt_no, f.policy_no,
    f.client_id, f.office, f.advisor, f.clerk, f.line, coalesce(s.intermediary, f.intermediary) as intermediary,
    f.currency, f.cause, f.business_date, f.recorded_at, f.reason, f.reversal_of,
    f.late or f.weight < 0 or f.business_date < f.as_of as of_the_past,
    coalesce(s.total, f.total) as total,
    coalesce(s.booked_total, f.booked_total) as booked_total
  from fact f
  left join flow_part s
    on s.as_of = f.as_of and s.company = f.company
    and s.movement_id = f.movement_id and s.known_from = f.known_from
  where f.tellings = 1 or f.news <> 0 or f.booked_news <> 0
)

select
  as_of, company, movement_id, known_from,
  case
    when weight < 0 then 'RETRACTED'
    when redelivered then 'REDELIVERED'
    when type = 'REVERSAL' then 'REVERSED'
    when type in ('ISSUE', 'ENDORSEMENT') then 'BACKDATED'
    else 'LATE' end as kind,
  receipt_no, policy_no, client_id, office, advisor, clerk, line, intermediary, currency, cause,
  business_date, recorded_at,
  case when of_the_past and business_date < as_of then business_date end as affects_from,
  case when of_the_past and business_date < as_of then date_add('day', -1, as_of) end as affects_to,
  case when of_the_past and business_date < as_of
    then date_diff('day', business_date, as_of) else 0 end as days_affected,
  total as effect_document, booked_total as effect, reason, reversal_of
from told
where of_the_past or redelivered or type = 'REVERSAL'
