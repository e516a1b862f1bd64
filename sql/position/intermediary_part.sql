/*
grain: [as_of, company, receipt_no, intermediary]
cadence: day
daily_for: 35 days
reads: {position: day}
es: Saldo de los recibos con varios intermediarios, repartido por resto mayor
en: >-
  Open amounts of receipts with several intermediaries, split by largest remainder in the allocation unit of their
  currency (a cent unless configured). Parts are placed by share, greatest first, then by code; remainders are compared
  exactly and ties go to the earliest place. What is less than a unit, and the difference that shares leave which do not
  sum to 100 (law shares_sum_to_100), go to place 1, so that parts always add up.
columns:
  as_of: {type: DATE, es: Fecha de corte, en: Business date}
  company: {type: VARCHAR, es: Compañía, en: Company}
  receipt_no: {type: VARCHAR, es: Recibo, en: Receipt}
  intermediary: {type: VARCHAR, es: Intermediario, en: Intermediary}
  place: {type: BIGINT, es: Puesto, en: Place}
  share: {type: "DECIMAL(9,6)", unit: percent, es: Participación, en: Share}
  open_total: {type: "DECIMAL(18,2)", unit: document currency, es: Parte del saldo, en: Part of the open amount}
  booked_total: {type: "DECIMAL(18,2)", unit: functional currency, es: Parte a tasa de emisión, en: Part at the booked rate}
  closing_total: {type: "DECIMAL(18,2)", unit: functional currency, es: Parte a tasa de cierre, en: Part at the closing rate}
  closing_net: {type: "DECIMAL(18,2)", unit: functional currency, es: Parte de la prima neta a tasa de cierre, en: Part of the net premium at the closing rate}
*/
with whole as (
  select
    p.as_of,
    d.lap,
    p.company,
    p.receipt_no,
    p.policy_no,
    p.open_total,
    p.booked_total,
    p.closing_total,
    p.closing_net,
    coalesce(u.unit, o.unit) as document_unit,
    coalesce(f.unit, o.unit) as functional_unit
  from ledger_day d
  join position p on p.as_of = d.as_of
  join allocation_unit o on o.currency = '*'
  left join allocation_unit u on u.currency = p.currency
  left join allocation_unit f on f.currency = p.functional_currency
  where p.shared
),

sliced as (
  -- a row per intermediary and amount; in functional currency most amounts are the open one again
  select
    w.as_of,
    w.company,
    w.receipt_no,
    s.intermediary,
    s.place,
    s.share,
    s.parts,
    a.what,
    case a.what
      when 'OPEN' then w.open_total
      when 'BOOKED' then w.booked_total
      when 'CLOSING' then w.closing_total
      else w.closing_net
    end as amount,
    case a.what when 'OPEN' then w.document_unit else w.functional_unit end as unit
  from whole w
  join share_span s
    on s.lap = w.lap
    and s.company = w.company
    and s.policy_no = w.policy_no
    and s.from_day <= w.as_of
    and s.to_day > w.as_of
  cross join (values ('OPEN'), ('BOOKED'), ('CLOSING'), ('NET')) as a (what)
  where a.what = 'OPEN'
    or a.what = 'NET'
    or w.document_unit <> w.functional_unit
    or (a.what = 'BOOKED' and w.booked_total is distinct from w.open_total)
    or (a.what = 'CLOSING' and w.closing_total is distinct from w.open_total)
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
  -- an amount times a percentage is a quota in cents, exact in eight decimals; 64 bits are enough below ten million
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
      partition by as_of, company, receipt_no, what
    ) as left_over,
    row_number() over (
      partition by as_of, company, receipt_no, what order by cents - low desc, place
    ) as turn
  from floored q
),

part as (
  select
    as_of,
    company,
    receipt_no,
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
),

gathered as (
  select
    as_of,
    company,
    receipt_no,
    intermediary,
    place,
    share,
    max(case when what = 'OPEN' then amount end) as open_total,
    max(case when what = 'BOOKED' then amount end) as booked_total,
    max(case when what = 'CLOSING' then amount end) as closing_total,
    max(case when what = 'NET' then amount end) as closing_net,
    max(case when what = 'BOOKED' then 1 else 0 end) as has_booked,
    max(case when what = 'CLOSING' then 1 else 0 end) as has_closing
  from part
  group by as_of, company, receipt_no, intermediary, place, share
)

select
  as_of,
  company,
  receipt_no,
  intermediary,
  place,
  share,
  open_total,
  case when has_booked = 1 then booked_total else open_total end as booked_total,
  case when has_closing = 1 then closing_total else open_total end as closing_total,
  closing_net
from gathered
