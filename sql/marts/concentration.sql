/*
grain: [as_of, company, dimension, member, among]
cadence: day
reads: {position: day, intermediary_part: day}
es: Cuánto de la cartera bruta tienen los mayores clientes, intermediarios, ramos u oficinas
en: How much of the gross the largest clients, intermediaries, lines or offices hold
columns:
  as_of: {type: DATE, en: Business date, es: Fecha de corte}
  company: {type: VARCHAR, en: Company, es: Compañía}
  dimension: {type: VARCHAR, en: "What the member is: total, company, office, advisor, clerk, line, intermediary, currency", es: "Qué es el miembro: total, company, office, advisor, clerk, line, intermediary, currency"}
  member: {type: VARCHAR, en: "Member of the dimension (null: not assigned)", es: "Miembro de la dimensión (nulo: sin asignar)"}
  among: {type: VARCHAR, en: "Among whom: client, intermediary, line, office, advisor", es: "Entre quiénes: client, intermediary, line, office, advisor"}
  members: {type: BIGINT, en: "How many have gross open", es: "Cuántos tienen cartera bruta"}
  gross: {type: "DECIMAL(38,2)", en: "Gross open at the closing rate", es: "Cartera bruta a tasa de cierre", unit: functional currency}
  top_1: {type: "DECIMAL(38,2)", en: "Held by the largest", es: "Del mayor", unit: functional currency}
  top_5: {type: "DECIMAL(38,2)", en: "Held by the five largest", es: "De los cinco mayores", unit: functional currency}
  top_10: {type: "DECIMAL(38,2)", en: "Held by the ten largest", es: "De los diez mayores", unit: functional currency}
  sum_squares: {type: "DECIMAL(38,4)", en: Sum of squared balances (HHI is this over gross squared), es: Suma de saldos al cuadrado (el HHI es esto sobre el cuadrado de la bruta), unit: functional currency squared}
*/
with receipt as (
  select
    p.as_of, p.company, p.office, p.advisor, p.clerk, p.line,
    coalesce(i.intermediary, p.intermediary) as intermediary, p.currency, p.client_id,
    sum(coalesce(i.closing_total, p.closing_total)) as amount
  from position p
  left join intermediary_part i
    on i.as_of = p.as_of and i.company = p.company and i.receipt_no = p.receipt_no
  where p.class = 'GROSS'
  group by
    p.as_of, p.company, p.office, p.advisor, p.clerk, p.line,
    coalesce(i.intermediary, p.intermediary), p.currency, p.client_id
),

pair as (   -- within which member, and among whom
  select d.dimension, a.among
  from (values ('total'), ('company'), ('office'), ('advisor'), ('clerk'), ('line'),
    ('intermediary'), ('currency')) as d (dimension)
  cross join (values ('client'), ('intermediary'), ('line'), ('office'), ('advisor')) as a (among)
  where d.dimension <> a.among and (a.among in ('client', 'intermediary') or d.dimension = 'total')
),

holding as (
  select
    r.as_of, r.company, d.dimension,
    case d.dimension when 'total' then 'total' when 'company' then r.company
      when 'office' then r.office when 'advisor' then r.advisor when 'clerk' then r.clerk
      when 'line' then r.line when 'intermediary' then r.intermediary
      when 'currency' then r.currency end as member,
    d.among,
    case d.among when 'client' then r.client_id when 'intermediary' then r.intermediary
      when 'line' then r.line when 'office' then r.office when 'advisor' then r.advisor end as holder,
    cast(sum(r.amount) as decimal(18,2)) as amount
  from receipt r
  cross join pair d
  group by 1, 2, 3, 4, 5, 6
),

ranked as (
  select
    as_of, company, dimension, member, among, amount,
    row_number() over (
      partition by as_of, company, dimension, member, among order by amount desc, holder) as place
  from holding
  where holder is not null
)

select
  as_of, company, dimension, member, among,
  count(*) as members,
  sum(amount) as gross,
  sum(case when place <= 1 then amount else 0 end) as top_1,
  sum(case when place <= 5 then amount else 0 end) as top_5,
  sum(case when place <= 10 then amount else 0 end) as top_10,
  cast(sum(cast(amount as decimal(19,2)) * cast(amount as decimal(19,2))) as decimal(38,4)) as sum_squares
from ranked
group by as_of, company, dimension, member, among
