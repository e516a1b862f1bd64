/*
severity: error
reads: {position: day, intermediary_part: day, unapplied: day, aging: day}
es: El resumen por alturas dice lo mismo que la posición, por cada dimensión
en: >-
  Aging says what position and unapplied say for every class, company and currency, by each dimension: office,
  advisor, clerk, line and intermediary (each with its own part)
*/
with whole as (
  select
    as_of,
    company,
    currency,
    class,
    office,
    advisor,
    clerk,
    line,
    intermediary,
    case when shared then receipt_no end as shared_receipt,
    closing_total,
    open_total,
    1 as items
  from position
  union all
  select
    as_of,
    company,
    currency,
    'UNAPPLIED' as class,
    office,
    advisor,
    clerk,
    line,
    intermediary,
    null as shared_receipt,
    closing_unapplied as closing_total,
    unapplied as open_total,
    1 as items
  from unapplied
),

parted as (
  -- one row an intermediary; items count at the first. A condition on one side alone may cost DuckDB the hash join
  select
    w.as_of,
    w.company,
    w.currency,
    w.class,
    w.office,
    w.advisor,
    w.clerk,
    w.line,
    coalesce(i.intermediary, w.intermediary) as intermediary,
    case when i.receipt_no is null then w.closing_total else i.closing_total end as closing_total,
    case when i.receipt_no is null then w.open_total else i.open_total end as open_total,
    case when coalesce(i.place, 1) = 1 then w.items else 0 end as items
  from whole w
  left join intermediary_part i
    on i.as_of = w.as_of
    and i.company = w.company
    and i.receipt_no = w.shared_receipt
),

side as (
  select
    as_of, company, currency, class, office, advisor, clerk, line, intermediary,
    closing_total, open_total, items, 1 as is_truth
  from parted
  union all
  select
    as_of, company, currency, class, office, advisor, clerk, line, intermediary,
    -closing_total as closing_total, -document_total as open_total, -items as items, 0 as is_truth
  from aging
),

summed as (
  -- both sides in one pass: what agrees cancels out
  select
    as_of,
    company,
    currency,
    class,
    office,
    advisor,
    clerk,
    line,
    intermediary,
    coalesce(sum(closing_total), 0) as closing_difference,
    sum(open_total) as document_difference,
    cast(sum(items) as bigint) as items_difference
  from side
  group by as_of, company, currency, class, office, advisor, clerk, line, intermediary
)

select *
from summed
where closing_difference <> 0 or document_difference <> 0 or items_difference <> 0
