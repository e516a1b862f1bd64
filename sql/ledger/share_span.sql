/*
grain: [lap, company, policy_no, from_day, intermediary]
view: true
kept: true
reads: {intermediary_shares: all}
es: Intermediarios de cada póliza por tramos de días, con su participación y su puesto
en: >-
  Intermediaries of a policy over spans of days [from_day, to_day) of a lap, each day as known by then. Places go by
  share, greatest first, then by intermediary: place 1 is the main one. Two shares of one intermediary on one day: the
  latest valid_from wins.
columns:
  lap: {type: BIGINT, es: Vuelta del reloj, en: Lap of ledger_day}
  company: {type: VARCHAR, es: Compañía, en: Company}
  policy_no: {type: VARCHAR, es: Póliza, en: Policy}
  from_day: {type: DATE, es: Desde, en: First day}
  to_day: {type: DATE, es: Hasta (sin incluir), en: Day after the last}
  intermediary: {type: VARCHAR, es: Intermediario, en: Intermediary}
  share: {type: "DECIMAL(9,6)", unit: percent, es: Participación, en: Share}
  place: {type: BIGINT, es: Puesto, en: Place}
  parts: {type: BIGINT, es: Intermediarios de la póliza ese día, en: Intermediaries of the policy on those days}
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
  select
    l.lap,
    l.first_day,
    l.end_day,
    s.company,
    s.policy_no,
    s.intermediary,
    s.share,
    s.valid_from,
    coalesce(s.valid_to, date '9999-12-31') as valid_to,
    case when s.known_from <= l.first_known_at then l.first_day else f.first_day end as known_day,
    case when s.known_to > l.last_known_at then l.end_day else t.first_day end as forgotten_day
  from intermediary_shares s
  cross join lap l
  left join known_day f on f.lap = l.lap and f.moment = s.known_from
  left join known_day t on t.lap = l.lap and t.moment = s.known_to
  where s.known_from <= l.last_known_at
    and s.known_to > l.first_known_at
    and s.valid_from < l.end_day
),

held as (
  select
    lap,
    company,
    policy_no,
    intermediary,
    share,
    valid_from,
    greatest(valid_from, known_day) as from_day,
    least(valid_to, forgotten_day) as to_day
  from dated
  where greatest(valid_from, known_day) < least(valid_to, forgotten_day)
    and valid_to > first_day
),

whole as (
  -- most policies have one intermediary: no sort for them
  select
    lap,
    company,
    policy_no,
    count(*) as shares,
    min(from_day) as from_day,
    max(to_day) as to_day,
    min(intermediary) as intermediary,
    min(share) as share
  from held
  group by lap, company, policy_no
),

several as (
  select h.*
  from whole w
  join held h on h.lap = w.lap and h.company = w.company and h.policy_no = w.policy_no
  where w.shares > 1
),

edge as (
  select distinct
    s.lap,
    s.company,
    s.policy_no,
    case e.side when 'FROM' then s.from_day else s.to_day end as on_day
  from several s
  cross join (values ('FROM'), ('TO')) as e (side)
),

piece as (
  select
    lap,
    company,
    policy_no,
    on_day as from_day,
    lead(on_day) over (partition by lap, company, policy_no order by on_day) as to_day
  from edge
),

part as (
  select
    p.lap,
    p.company,
    p.policy_no,
    p.from_day,
    p.to_day,
    s.intermediary,
    -- the share with the latest valid_from: ten characters of date, then the share
    max(cast(s.valid_from as varchar) || cast(s.share as varchar)) as code
  from piece p
  join several s
    on s.lap = p.lap
    and s.company = p.company
    and s.policy_no = p.policy_no
    and s.from_day <= p.from_day
    and s.to_day >= p.to_day
  group by p.lap, p.company, p.policy_no, p.from_day, p.to_day, s.intermediary
),

shared as (
  select
    lap,
    company,
    policy_no,
    from_day,
    to_day,
    intermediary,
    cast(substr(code, 11) as decimal(9,6)) as share
  from part
)

select
  lap,
  company,
  policy_no,
  from_day,
  to_day,
  intermediary,
  share,
  cast(1 as bigint) as place,
  cast(1 as bigint) as parts
from whole
where shares = 1
union all
select
  lap,
  company,
  policy_no,
  from_day,
  to_day,
  intermediary,
  share,
  row_number() over (
    partition by lap, company, policy_no, from_day order by share desc, intermediary
  ) as place,
  count(*) over (partition by lap, company, policy_no, from_day) as parts
from shared
