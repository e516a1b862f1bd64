/*
severity: error
reads: {position: day, intermediary_part: day}
es: Las partes de los intermediarios suman el recibo
en: The parts of a shared receipt add up to the whole in every amount
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
)

select p.as_of, p.company, p.receipt_no, p.open_total as whole, t.open_total as parts
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
