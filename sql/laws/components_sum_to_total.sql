/*
severity: error
reads: {position: day}
es: Prima, gastos, IVA y otros de un recibo suman el total
en: Net premium, expenses, VAT and other taxes of a receipt sum to the total, in document and functional currency
*/
select as_of, company, receipt_no, open_total as total, open_net + open_expenses + open_vat + open_other as parts
from position
where open_net + open_expenses + open_vat + open_other <> open_total
  or booked_net + booked_expenses + booked_vat + booked_other <> booked_total
  or closing_net + closing_expenses + closing_vat + closing_other <> closing_total
