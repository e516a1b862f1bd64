/*
grain: [as_of, company, dimension, member, among]
cadence: day
daily_for: 35 days
reads: {position: day, intermediary_part: day}
es: Cuánto de la cartera bruta tienen los mayores clientes, intermediarios, ramos, oficinas o asesores
en: How much of the gross the largest clients, intermediaries, lines, offices or advisors hold
columns:
  as_of: {type: DATE, en: Business date, es: Fecha de corte}
  company: {type: VARCHAR, en: Company, es: Compañía}
  dimension: {type: VARCHAR, en: "Within what: total, office, line, intermediary", es: "Dentro de qué: total, office, line, intermediary"}
  member: {type: VARCHAR, en: "Member of the dimension (null: not assigned)", es: "Miembro de la dimensión (nulo: sin asignar)"}
  among: {type: VARCHAR, en: "Among whom: client, intermediary, line, office, advisor; who is not assigned is no one", es: "Entre quiénes: client, intermediary, line, office, advisor; lo no asignado no es de nadie"}
  members: {type: BIGINT, en: "How many have gross open", es: "Cuántos tienen cartera bruta"}
  gross: {type: "DECIMAL(38,2)", en: "Gross open of all members at the closing rate", es: "Cartera bruta de todos los miembros, a tasa de cierre", unit: functional currency}
  top_1: {type: "DECIMAL(38,2)", en: "Held by the largest", es: "Del mayor", unit: functional currency}
  top_5: {type: "DECIMAL(38,2)", en: "Held by the five largest", es: "De los cinco mayores", unit: functional currency}
  top_10: {type: "DECIMAL(38,2)", en: "Held by the ten largest", es: "De los diez mayores", unit: functional currency}
  sum_squares: {type: "DECIMAL(38,4)", en: Sum of squared balances (HHI is this over gross squared), es: Suma de saldos al cuadrado (el HHI es esto sobre el cuadrado de la bruta), unit: functional currency squared}
*/
with receipt as (
  select
    p.as_of, p.company, p.office, p.advisor, p.line,
    coalesce(i.intermediary, p.intermediary) as intermediary, p.client_id as client,
    coalesce(i.closing_total, p.closing_total) as amount
  from position p
  left join intermediary_part i
    on i.as_of = p.as_of and i.company = p.company and i.receipt_no = p.receipt_no
  where p.class = 'GROSS'
),

part as (   -- clients are nearly as many as receipts; among all others a few rows say as much
  select as_of, company, office, advisor, line, intermediary, client, amount, true as of_client
  from receipt
  union all
  select as_of, company, office, advisor, line, intermediary, null, sum(amount), false
  from receipt
  group by as_of, company, office, advisor, line, intermediary
),

pair as (   -- within which member, and among whom
  select d.dimension, a.among, a.among = 'client' as of_client
  from (values ('total'), ('office'), ('line'), ('intermediary')) as d (dimension)
  cross join (values ('client'), ('intermediary'), ('line'), ('office'), ('advisor')) as a (among)
  where d.dimension <> a.among
),

holding as (
  select
    r.as_of, r.company, d.dimension,
    case d.dimension when 'total' then 'total' when 'office' then r.office when 'line' then r.line
      else r.intermediary end as member,
    d.among,
    case d.among when 'client' then r.client when 'intermediary' then r.intermediary
      when 'line' then r.line when 'office' then r.office else r.advisor end as holder,
    cast(sum(r.amount) as decimal(18,2)) as amount
  from part r
  join pair d on d.of_client = r.of_client
  group by 1, 2, 3, 4, 5, 6
),

ranked as (   -- the ten largest as a list: cheaper than placing everybody
  select
    as_of, company, dimension, member, among,
    count(*) as members,
    sum(amount) as gross,
    cast(sum(cast(amount as decimal(38,2)) * amount) as decimal(38,4)) as sum_squares,
    max(amount, 10) as largest
  from holding
  where holder is not null
  group by as_of, company, dimension, member, among
)

select
  as_of, company, dimension, member, among, members, gross,
  cast(element_at(largest, 1) as decimal(38,2)) as top_1,
  cast(element_at(largest, 1) + coalesce(element_at(largest, 2), 0)
    + coalesce(element_at(largest, 3), 0) + coalesce(element_at(largest, 4), 0)
    + coalesce(element_at(largest, 5), 0) as decimal(38,2)) as top_5,
  cast(element_at(largest, 1) + coalesce(element_at(largest, 2), 0)
    + coalesce(element_at(largest, 3), 0) + coalesce(element_at(largest, 4), 0)
    + coalesce(element_at(largest, 5), 0) + coalesce(element_at(largest, 6), 0)
    + coalesce(element_at(largest, 7), 0) + coalesce(element_at(largest, 8), 0)
    + coalesce(element_at(largest, 9), 0) + coalesce(element_at(largest, 10), 0)
    as decimal(38,2)) as top_10,
  sum_squares
from ranked
