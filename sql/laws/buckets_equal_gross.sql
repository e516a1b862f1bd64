/*
severity: error
reads: {position: day, aging: day}
es: Las alturas suman la cartera bruta en los cuatro relojes
en: >-
  The buckets of aging sum to the gross open amount of position, bucket by bucket, on each of the four clocks (due
  date, original due date, coverage, worst of the policy), receipts without a due date included; and every gross
  amount is in a bucket that the configuration has
*/
with clock as (
  select what
  from (values ('DUE'), ('ORIGINAL'), ('COVERED'), ('POLICY')) as c (what)
),

told as (
  select
    a.as_of,
    a.company,
    a.currency,
    c.what,
    case c.what
      when 'DUE' then a.altura
      when 'ORIGINAL' then a.altura_original
      when 'COVERED' then a.altura_covered
      else a.policy_altura
    end as altura,
    sum(a.closing_total) as closing_total,
    sum(a.booked_total) as booked_total,
    sum(a.document_total) as document_total,
    cast(sum(a.items) as bigint) as items
  from aging a
  cross join clock c
  where a.class = 'GROSS'
  group by 1, 2, 3, 4, 5
),

truth as (
  select
    p.as_of,
    p.company,
    p.currency,
    c.what,
    case c.what
      when 'DUE' then p.altura
      when 'ORIGINAL' then p.altura_original
      when 'COVERED' then p.altura_covered
      else p.policy_altura
    end as altura,
    coalesce(sum(p.closing_total), 0) as closing_total,
    coalesce(sum(p.booked_total), 0) as booked_total,
    sum(p.open_total) as document_total,
    count(*) as items
  from position p
  cross join clock c
  where p.open_total > 0
  group by 1, 2, 3, 4, 5
)

select
  coalesce(t.as_of, a.as_of) as as_of,
  coalesce(t.company, a.company) as company,
  coalesce(t.currency, a.currency) as currency,
  coalesce(t.what, a.what) as what,
  coalesce(t.altura, a.altura) as altura,
  t.document_total as expected,
  a.document_total as found
from truth t
full join told a
  on a.as_of = t.as_of
  and a.company = t.company
  and a.currency = t.currency
  and a.what = t.what
  and a.altura = t.altura
left join alturas b on b.altura = t.altura
where b.altura is null
  or a.closing_total is distinct from t.closing_total
  or a.booked_total is distinct from t.booked_total
  or a.document_total is distinct from t.document_total
  or a.items is distinct from t.items
