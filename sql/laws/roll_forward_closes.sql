/*
severity: error
reads: {receipt_change: day}
es: El saldo anterior más lo que entró, por causa, da el saldo, al centavo
en: >-
  Opening plus what entered, by cause, is the closing balance, to the cent, for every receipt and day. Where the deliveries
  contradict themselves (law snapshot_and_movements_agree) the residual is that difference, and nothing else.
*/
with residual as (
  select as_of, company, receipt_no, sum(residual) as residual
  from receipt_change
  where residual <> 0
  group by as_of, company, receipt_no
)

select
  coalesce(r.as_of, g.as_of) as as_of,
  coalesce(r.company, g.company) as company,
  coalesce(r.receipt_no, g.receipt_no) as receipt_no,
  coalesce(r.residual, 0) as residual,
  coalesce(g.unexplained, 0) as contradiction
from residual r
full join delivery_gap g
  on g.as_of = r.as_of
  and g.company = r.company
  and g.receipt_no = r.receipt_no
where coalesce(r.residual, 0) <> coalesce(g.unexplained, 0)
