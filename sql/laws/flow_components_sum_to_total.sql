/*
severity: error
reads: {flow: day}
es: Prima, gastos, IVA y otros de un movimiento suman el total
en: Net premium, expenses, VAT and other taxes of a movement sum to the total
*/
select as_of, company, movement_id, total, net + expenses + vat + other as parts
from flow
where net + expenses + vat + other <> total
