/*
grain: [as_of, company, receipt_no]
view: true
kept: true
reads: {receipts: previous}
es: Lo que una foto y los movimientos conocidos desde la anterior no explican
en: >-
  What a snapshot says beyond the one before it and the movements known since, from the deliveries alone: nothing,
  unless the source contradicts itself or a row was refused. Only receipts with a difference, of companies that send
  both.
columns:
  as_of: {type: DATE, es: Fecha de corte, en: Business date}
  company: {type: VARCHAR, es: Compañía, en: Company}
  receipt_no: {type: VARCHAR, es: Recibo, en: Receipt}
  unexplained: {type: "DECIMAL(38,2)", unit: document currency, es: Diferencia, en: Difference}
*/
with clock as (
  -- days that stand on another snapshot than the day before
  select
    d.as_of,
    d.snapshot_as_of,
    d.snapshot_delivery,
    d.snapshot_cutoff,
    b.snapshot_as_of as before_as_of,
    b.snapshot_delivery as before_delivery,
    b.snapshot_cutoff as before_cutoff
  from days d
  join day_before b on b.as_of = d.as_of
  where b.snapshot_delivery <> d.snapshot_delivery
),

company as (
  -- a company is compared where both snapshots know it
  select c.as_of, c.company, c.future_dated
  from company_day c
  join clock d on d.as_of = c.as_of
  where c.movement_source = 'DELIVERED'
    and c.first_snapshot <= d.before_cutoff
    and c.first_snapshot <= d.snapshot_cutoff
),

side as (
  select as_of, snapshot_as_of as day, snapshot_delivery as delivery, true as is_new from clock
  union all
  select as_of, before_as_of as day, before_delivery as delivery, false as is_new from clock
),

told as (
  -- a snapshot is read once for the day that it closes and for the one that it opens
  select
    s.as_of, r.company, r.receipt_no,
    case when s.is_new then r.open_total else -r.open_total end as amount
  from side s
  join receipts r on r.as_of = s.day and r.delivery = s.delivery
  union all
  select
    d.as_of,
    m.company,
    m.receipt_no,
    cast(
      m.total * (
        case
          when m.known_from <= d.before_cutoff
            and d.before_cutoff < m.known_to
            and (c.future_dated = 'INCLUDED' or m.effective_date <= d.before_as_of)
            then 1
          else 0
        end
        - case
          when m.known_from <= d.snapshot_cutoff
            and d.snapshot_cutoff < m.known_to
            and (c.future_dated = 'INCLUDED' or m.effective_date <= d.snapshot_as_of)
            then 1
          else 0
        end
      ) as decimal(18,2)
    ) as amount
  from clock d
  join told_day t on t.as_of = d.as_of
  cross join (values (-1), (0), (1)) as w (timing)
  join ledger_movement m on m.delivery = t.delivery and m.timing = w.timing
  join company c on c.as_of = d.as_of and c.company = m.company
  -- between the two cut-offs, whichever came first, or dated between the two days
  where (t.known_from > d.before_cutoff) <> (t.known_from > d.snapshot_cutoff)
    or (t.known_to > d.before_cutoff) <> (t.known_to > d.snapshot_cutoff)
    or w.timing = 1
    or t.told_on > d.before_as_of
)

select
  t.as_of,
  t.company,
  t.receipt_no,
  sum(t.amount) as unexplained
from told t
join company c on c.as_of = t.as_of and c.company = t.company
group by t.as_of, t.company, t.receipt_no
having sum(t.amount) <> 0
