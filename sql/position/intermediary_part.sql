/*
grain: [as_of, company, receipt_no, intermediary]
cadence: day
reads: {position: day}
es: Saldo de los recibos con varios intermediarios, repartido por resto mayor
en: >-
  Open amounts of receipts with several intermediaries, split by largest remainder in minor units. Parts are placed by
  share, greatest first, then by code; remainders are compared exactly and ties go to the earliest place. Shares that
  do not sum to 100 (law shares_sum_to_100) leave the difference with place 1, so that parts always add up.
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
    p.closing_net
  from ledger_day d
  join position p on p.as_of = d.as_of
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
    end as amount
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
    or (a.what = 'BOOKED' and w.booked_total is distinct from w.open_total)
    or (a.what = 'CLOSING' and w.closing_total is distinct from w.open_total)
),

quota as (
  -- an amount times a percentage is a quota in cents, exact in eight decimals; 64 bits are enough below ten million
  select
    s.*,
    case
      when abs(amount) < 10000000 then cast(cast(abs(amount) as decimal(9,2)) * share as decimal(38,8))
      else cast(abs(amount) as decimal(29,2)) * share
    end as cents,
    case
      when abs(amount) < 10000000
        then cast(floor(cast(abs(amount) as decimal(9,2)) * share) as decimal(28,0))
      else cast(floor(cast(abs(amount) as decimal(29,2)) * share) as decimal(28,0))
    end as low
  from sliced s
),

dealt as (
  select
    q.*,
    cast(abs(amount) as decimal(20,2)) * 100 - sum(low) over (
      partition by as_of, company, receipt_no, what
    ) as left_over,
    row_number() over (
      partition by as_of, company, receipt_no, what order by cents - low desc, place
    ) as turn
  from quota q
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
          when left_over between 0 and parts then case when turn <= left_over then 1 else 0 end
          when place = 1 then left_over
          else 0
        end
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
