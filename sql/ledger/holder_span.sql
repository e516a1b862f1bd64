/*
grain: [lap, company, scope, scope_id, from_day]
view: true
kept: true
reads: {assignments: all}
es: Responsables de cada ámbito por tramos de días, como se conocían en cada día
en: >-
  Who holds a scope (a receipt, a policy, a client, an intermediary, an office) over spans of days [from_day, to_day)
  of a lap, each day as known by then. Two holders of one role on one day: the latest valid_from wins, then the
  greatest person (law one_holder_a_day tells).
columns:
  lap: {type: BIGINT, es: Vuelta del reloj, en: Lap of ledger_day}
  company: {type: VARCHAR, es: Compañía, en: Company}
  scope: {type: VARCHAR, es: Ámbito, en: Scope}
  scope_id: {type: VARCHAR, es: Llave del ámbito, en: Key within the scope}
  from_day: {type: DATE, es: Desde, en: First day}
  to_day: {type: DATE, es: Hasta (sin incluir), en: Day after the last}
  office: {type: VARCHAR, es: Oficina, en: Office}
  office_since: {type: DATE, es: Oficina desde, en: Office since}
  advisor: {type: VARCHAR, es: Asesor, en: Advisor}
  advisor_since: {type: DATE, es: Asesor desde, en: Advisor since}
  clerk: {type: VARCHAR, es: Auxiliar de cartera, en: Collection clerk}
  clerk_since: {type: DATE, es: Auxiliar desde, en: Clerk since}
*/
with lap as (
  select
    lap,
    min(as_of) as first_day,
    date_add('day', 1, max(as_of)) as end_day,
    min(known_at) as first_known_at,
    max(known_at) as last_known_at
  from ledger_day
  group by lap
),

dated as (
  -- what was known before the lap or is still known after it needs no look-up
  select
    l.lap,
    l.first_day,
    l.end_day,
    a.company,
    a.scope,
    a.scope_id,
    a.role,
    a.person,
    a.valid_from,
    coalesce(a.valid_to, date '9999-12-31') as valid_to,
    case when a.known_from <= l.first_known_at then l.first_day else f.first_day end as known_day,
    case when a.known_to > l.last_known_at then l.end_day else t.first_day end as forgotten_day
  from assignments a
  cross join lap l
  left join known_day f on f.lap = l.lap and f.moment = a.known_from
  left join known_day t on t.lap = l.lap and t.moment = a.known_to
  where a.known_from <= l.last_known_at
    and a.known_to > l.first_known_at
    and a.valid_from < l.end_day
),

held as (
  select
    lap,
    company,
    scope,
    scope_id,
    role,
    person,
    valid_from,
    greatest(valid_from, known_day) as from_day,
    least(valid_to, forgotten_day) as to_day
  from dated
  where greatest(valid_from, known_day) < least(valid_to, forgotten_day)
    and valid_to > first_day
),

whole as (
  -- nearly every scope has one holder of a role over the same days: one pass, no sort, no text to compose
  select
    lap,
    company,
    scope,
    scope_id,
    min(from_day) as from_day,
    min(to_day) as to_day,
    min(from_day) = max(from_day)
    and min(to_day) = max(to_day)
    and count(case when role = 'OFFICE' then 1 end) <= 1
    and count(case when role = 'ADVISOR' then 1 end) <= 1
    and count(case when role = 'CLERK' then 1 end) <= 1 as is_simple,
    max(case when role = 'OFFICE' then person end) as office,
    max(case when role = 'OFFICE' then valid_from end) as office_since,
    max(case when role = 'ADVISOR' then person end) as advisor,
    max(case when role = 'ADVISOR' then valid_from end) as advisor_since,
    max(case when role = 'CLERK' then person end) as clerk,
    max(case when role = 'CLERK' then valid_from end) as clerk_since
  from held
  group by lap, company, scope, scope_id
),

several as (
  select
    h.lap,
    h.company,
    h.scope,
    h.scope_id,
    h.role,
    h.from_day,
    h.to_day,
    -- the latest valid_from wins, then the greatest person: ten characters of date, then the holder
    cast(h.valid_from as varchar) || h.person as code
  from whole w
  join held h
    on h.lap = w.lap
    and h.company = w.company
    and h.scope = w.scope
    and h.scope_id = w.scope_id
  where not w.is_simple
),

edge as (
  select distinct
    s.lap,
    s.company,
    s.scope,
    s.scope_id,
    case e.side when 'FROM' then s.from_day else s.to_day end as on_day
  from several s
  cross join (values ('FROM'), ('TO')) as e (side)
),

piece as (
  select
    lap,
    company,
    scope,
    scope_id,
    on_day as from_day,
    lead(on_day) over (partition by lap, company, scope, scope_id order by on_day) as to_day
  from edge
),

cut as (
  select
    p.lap,
    p.company,
    p.scope,
    p.scope_id,
    p.from_day,
    p.to_day,
    max(case when s.role = 'OFFICE' then s.code end) as office,
    max(case when s.role = 'ADVISOR' then s.code end) as advisor,
    max(case when s.role = 'CLERK' then s.code end) as clerk
  from piece p
  join several s
    on s.lap = p.lap
    and s.company = p.company
    and s.scope = p.scope
    and s.scope_id = p.scope_id
    and s.from_day <= p.from_day
    and s.to_day >= p.to_day
  group by p.lap, p.company, p.scope, p.scope_id, p.from_day, p.to_day
)

select
  lap,
  company,
  scope,
  scope_id,
  from_day,
  to_day,
  office,
  office_since,
  advisor,
  advisor_since,
  clerk,
  clerk_since
from whole
where is_simple
union all
select
  lap,
  company,
  scope,
  scope_id,
  from_day,
  to_day,
  substr(office, 11) as office,
  cast(substr(office, 1, 10) as date) as office_since,
  substr(advisor, 11) as advisor,
  cast(substr(advisor, 1, 10) as date) as advisor_since,
  substr(clerk, 11) as clerk,
  cast(substr(clerk, 1, 10) as date) as clerk_since
from cut
