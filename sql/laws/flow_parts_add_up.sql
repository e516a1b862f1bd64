/*
severity: error
reads: {flow: day, flow_part: day}
es: Las partes de los intermediarios suman el movimiento
en: The parts of a shared flow add up to the whole in every amount
*/
with movement_part as (
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

select f.as_of, f.company, f.movement_id, f.total as whole, t.total as parts
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
