/*
severity: warning
reads: {flow: day}
es: Hay tasa para la moneda de cada movimiento
en: >-
  Every movement in another currency has a rate on or before its issue date, and its company a functional currency.
  Without one the functional amount is null, and no total contains it.
*/
select
  as_of,
  company,
  currency,
  functional_currency,
  count(*) as items,
  sum(total) as document_total
from flow
where booked_rate is null
group by as_of, company, currency, functional_currency
