/*
severity: error
reads: {position: day, intermediary_part: day, flow: day, flow_part: day}
es: Las partes de los intermediarios suman el recibo y el movimiento
en: The parts of a shared receipt, and of a shared flow, add up to the whole in every amount
*/
with receipt_part as (
  select
    as_of,
    company,
    receipt_no,
    sum(open_total) as open_total,
    sum(booked_total) as booked_total,
    sum(closing_total) as closing_total,
    sum(closing_net) as closing_net
  from intermediary_part
  group by as_of, company, receipt_no
),

movement_part as (
  select
    as_of,
    company,
    movement_id,
    known_from,
    sum(total) as total,
    sum(booked_net) as booked_net,
    sum(booked_total) as booked_total,
    sum(cash_total) as cash_total
  from flow_part
  group by as_of, company, movement_id, known_from
)

select 'RECEIPT' as what, p.as_of, p.company, p.receipt_no as id, p.open_total as whole, t.open_total as parts
from position p
left join receipt_part t
  on t.as_of = p.as_of
  and t.company = p.company
  and t.receipt_no = p.receipt_no
where (p.shared or t.receipt_no is not null)
  and (
    t.open_total is distinct from p.open_total
    or t.booked_total is distinct from p.booked_total
    or t.closing_total is distinct from p.closing_total
    or t.closing_net is distinct from p.closing_net
  )
union all
select 'MOVEMENT' as what, f.as_of, f.company, f.movement_id as id, f.total as whole, t.total as parts
from flow f
left join movement_part t
  on t.as_of = f.as_of
  and t.company = f.company
  and t.movement_id = f.movement_id
  and t.known_from = f.known_from
where (f.shared or t.movement_id is not null)
  and (
    t.total is distinct from f.total
    or t.booked_net is distinct from f.booked_net
    or t.booked_total is distinct from f.booked_total
    or t.cash_total is distinct from f.cash_total
  )
