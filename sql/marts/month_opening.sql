/*
grain: [as_of, company]
cadence: day
daily_for: 35 days
reads: {periods: all, flow: period}
es: Compañías cuyos saldos de apertura llegaron en el mes
en: Companies whose opening balances came in the month to date
columns:
  as_of: {type: DATE, en: Business date, es: Fecha de corte}
  company: {type: VARCHAR, en: Company, es: Compañía}
  openings: {type: BIGINT, en: Opening movements that stand, es: Movimientos de apertura vigentes}
  last_opened: {type: DATE, en: "Day of the last of them", es: "Día de la última"}
*/
select
  p.as_of,
  f.company,
  cast(sum(f.weight) as bigint) as openings,
  max(case when f.weight > 0 then f.as_of end) as last_opened
from periods p
join flow f on f.as_of > p.opened and f.as_of <= p.as_of
where p.period = 'month' and f.cause = 'OPENING'
group by p.as_of, f.company
having sum(f.weight) > 0
