/*
severity: warning
reads: {assignments: all}
es: Un solo responsable por ámbito, rol y día
en: >-
  No scope has two holders of one role on a day being built, as known by then. An input fault: the latest valid_from
  wins, then the greatest person.
*/
with held as (
  select
    company,
    scope,
    scope_id,
    role,
    person,
    valid_from,
    coalesce(valid_to, date '9999-12-31') as valid_to,
    known_from,
    known_to
  from assignments
),

twice as (
  -- pairs that overlap in both times; nearly always none
  select
    a.company,
    a.scope,
    a.scope_id,
    a.role,
    a.person as first_person,
    b.person as second_person,
    greatest(a.valid_from, b.valid_from) as valid_from,
    least(a.valid_to, b.valid_to) as valid_to,
    greatest(a.known_from, b.known_from) as known_from,
    least(a.known_to, b.known_to) as known_to
  from held a
  join held b
    on b.company = a.company
    and b.scope = a.scope
    and b.scope_id = a.scope_id
    and b.role = a.role
    and b.person > a.person
  where a.valid_from < b.valid_to
    and b.valid_from < a.valid_to
    and a.known_from < b.known_to
    and b.known_from < a.known_to
)

select
  t.company,
  t.scope,
  t.scope_id,
  t.role,
  t.first_person,
  t.second_person,
  min(d.as_of) as from_day,
  max(d.as_of) as to_day
from twice t
join days d
  on d.as_of >= t.valid_from
  and d.as_of < t.valid_to
  and d.known_at >= t.known_from
  and d.known_at < t.known_to
group by t.company, t.scope, t.scope_id, t.role, t.first_person, t.second_person
