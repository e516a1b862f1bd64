/*
severity: warning
reads: {position: day, unapplied: day}
es: Hay tasa para cada moneda
en: >-
  Every amount in another currency has a rate on or before its issue date (booked) and on the business date (closing),
  and its company a functional currency. Without one the functional amount is null, and no total contains it.
*/
with lacking as (
  select
    as_of,
    'RECEIPT' as what,
    company,
    currency,
    functional_currency,
    booked_rate is null as lacks_booked,
    closing_rate is null as lacks_closing,
    open_total as amount
  from position
  where booked_rate is null or closing_rate is null
  union all
  select
    as_of,
    'UNAPPLIED' as what,
    company,
    currency,
    functional_currency,
    booked_unapplied is null as lacks_booked,
    closing_unapplied is null as lacks_closing,
    unapplied as amount
  from unapplied
  where booked_unapplied is null or closing_unapplied is null
)

select
  as_of,
  what,
  company,
  currency,
  functional_currency,
  lacks_booked,
  lacks_closing,
  count(*) as items,
  sum(amount) as document_total
from lacking
group by as_of, what, company, currency, functional_currency, lacks_booked, lacks_closing
