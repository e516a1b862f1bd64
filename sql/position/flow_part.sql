/*
grain: [as_of, company, movement_id, known_from, intermediary]
cadence: day
reads: {flow: day, intermediary_shares: all}
es: Flujos de los recibos con varios intermediarios, repartidos por resto mayor
en: >-
  Flows of receipts with several intermediaries, split like intermediary_part by the shares in force on the business
  date, as known on the day of entry.
columns:
  as_of: {type: DATE, es: Día en que entró, en: Day of entry}
  company: {type: VARCHAR, es: Compañía, en: Company}
  movement_id: {type: VARCHAR, es: Movimiento, en: Movement}
  known_from: {type: TIMESTAMP, es: Conocido desde, en: Known from}
  intermediary: {type: VARCHAR, es: Intermediario, en: Intermediary}
  place: {type: BIGINT, es: Puesto, en: Place}
  share: {type: "DECIMAL(9,6)", unit: percent, es: Participación, en: Share}
  total: {type: "DECIMAL(18,2)", unit: document currency, es: Parte del total, en: Part of the total}
  booked_net: {type: "DECIMAL(18,2)", unit: functional currency, es: Parte de la prima neta a tasa de emisión, en: Part of the net premium at the booked rate}
  booked_total: {type: "DECIMAL(18,2)", unit: functional currency, es: Parte a tasa de emisión, en: Part at the booked rate}
  cash_total: {type: "DECIMAL(18,2)", unit: functional currency, es: Parte a la tasa del pago, en: Part at the payment's rate}
*/
with whole as (
  -- inferred movements of receipts that closed keep the intermediaries of their business date like the others
  select
    f.as_of,
    d.known_at,
    f.company,
    f.movement_id,
    f.known_from,
    f.policy_no,
    f.business_date,
    f.total,
    f.booked_net,
    f.booked_total,
    f.cash_total,
    coalesce(u.unit, o.unit) as document_unit,
    coalesce(k.unit, o.unit) as functional_unit
  from days d
  join flow f on f.as_of = d.as_of
  join allocation_unit o on o.currency = '*'
  left join allocation_unit u on u.currency = f.currency
  left join allocation_unit k on k.currency = f.functional_currency
  where f.shared
),

share as (
  select
    w.as_of,
    w.company,
    w.movement_id,
    w.known_from,
    w.total,
    w.booked_net,
    w.booked_total,
    w.cash_total,
    w.document_unit,
    w.functional_unit,
    s.intermediary,
    -- the latest valid_from wins; ten characters of date, then the share
    cast(substr(max(cast(s.valid_from as varchar) || cast(s.share as varchar)), 11) as decimal(9,6)) as share
  from whole w
  join intermediary_shares s on s.company = w.company and s.policy_no = w.policy_no
  where s.valid_from <= w.business_date
    and coalesce(s.valid_to, date '9999-12-31') > w.business_date
    and s.known_from <= w.known_at
    and s.known_to > w.known_at
  group by
    w.as_of,
    w.company,
    w.movement_id,
    w.known_from,
    w.total,
    w.booked_net,
    w.booked_total,
    w.cash_total,
    w.document_unit,
    w.functional_unit,
    s.intermediary
),

ranked as (
  select
    s.*,
    row_number() over (
      partition by as_of, company, movement_id, known_from order by share desc, intermediary
    ) as place,
    count(*) over (partition by as_of, company, movement_id, known_from) as parts
  from share s
),

sliced as (
  -- a row per intermediary and amount; an amount times a percentage is a quota in cents, exact in eight decimals
  select
    r.as_of,
    r.company,
    r.movement_id,
    r.known_from,
    r.intermediary,
    r.place,
    r.share,
    r.parts,
    a.what,
    case a.what
      when 'TOTAL' then r.total
      when 'NET' then r.booked_net
      when 'BOOKED' then r.booked_total
      else r.cash_total
    end as amount,
    case a.what when 'TOTAL' then r.document_unit else r.functional_unit end as unit
  from ranked r
  cross join (values ('TOTAL'), ('NET'), ('BOOKED'), ('CASH')) as a (what)
),

whole_units as (
  select
    s.*,
    case
      when unit = 1 then abs(amount)
      else cast(
        abs(amount) - cast(0.01 as decimal(3,2))
          * mod(cast(cast(abs(amount) as decimal(20,2)) * 100 as bigint), unit) as decimal(18,2)
      )
    end as dealable
  from sliced s
),

quota as (
  -- 64 bits are enough below ten million
  select
    s.*,
    case
      when dealable < 10000000 then cast(cast(dealable as decimal(9,2)) * share as decimal(38,8))
      else cast(dealable as decimal(29,2)) * share
    end as cents,
    case
      when dealable < 10000000
        then cast(floor(cast(dealable as decimal(9,2)) * share) as decimal(28,0))
      else cast(floor(cast(dealable as decimal(29,2)) * share) as decimal(28,0))
    end as low_cents
  from whole_units s
),

floored as (
  select
    q.*,
    case when unit = 1 then low_cents else cast(low_cents - mod(low_cents, unit) as decimal(28,0)) end as low
  from quota q
),

dealt as (
  select
    q.*,
    cast(dealable as decimal(20,2)) * 100 - sum(low) over (
      partition by as_of, company, movement_id, known_from, what
    ) as left_over,
    row_number() over (
      partition by as_of, company, movement_id, known_from, what order by cents - low desc, place
    ) as turn
  from floored q
),

part as (
  select
    as_of,
    company,
    movement_id,
    known_from,
    intermediary,
    place,
    share,
    what,
    cast(
      case when amount < 0 then cast(-0.01 as decimal(3,2)) else cast(0.01 as decimal(3,2)) end
      * (
        low + case
          when left_over between 0 and parts * unit then case when turn * unit <= left_over then unit else 0 end
          when place = 1 then left_over
          else 0
        end
        + case when place = 1 and unit > 1 then (abs(amount) - dealable) * 100 else 0 end
      ) as decimal(18,2)
    ) as amount
  from dealt
)

select
  as_of,
  company,
  movement_id,
  known_from,
  intermediary,
  place,
  share,
  max(case when what = 'TOTAL' then amount end) as total,
  max(case when what = 'NET' then amount end) as booked_net,
  max(case when what = 'BOOKED' then amount end) as booked_total,
  max(case when what = 'CASH' then amount end) as cash_total
from part
group by as_of, company, movement_id, known_from, intermediary, place, share
