/*
severity: error
reads: {position: day, flow: day}
es: Prima, gastos, IVA y otros suman el total
en: Net premium, expenses, VAT and other taxes sum to the total, in document and functional currency
*/
select 'RECEIPT' as what, as_of, company, receipt_no as id, open_total as total, open_net + open_expenses + open_vat + open_other as parts
from position
where open_net + open_expenses + open_vat + open_other <> open_total
  or booked_net + booked_expenses + booked_vat + booked_other <> booked_total
  or closing_net + closing_expenses + closing_vat + closing_other <> closing_total
union all
select 'MOVEMENT' as what, as_of, company, movement_id as id, total, net + expenses + vat + other as parts
from flow
where net + expenses + vat + other <> total
