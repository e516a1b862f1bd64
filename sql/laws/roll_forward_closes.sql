/*
severity: error
reads: {receipt_change: day, receipts: previous}
es: El saldo anterior más lo que entró, por causa, da el saldo, a 0.00
en: >-
  Opening plus what entered, by cause, is the closing balance, to 0.00 for every receipt and day. Where the deliveries
  contradict themselves (a snapshot that its movements do not explain, for instance because a row of one was refused)
  the residual is that difference and nothing else; law snapshot_and_movements_agree tells which.
*/
with suspect as (
  select as_of, company, receipt_no, currency, opening, closing, residual
  from receipt_change
  where residual <> 0
),

clock as (
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
),

moved as (
  select
    s.as_of,
    s.company,
    s.receipt_no,
    sum(
      m.total * (
        case
          when m.known_from <= d.snapshot_cutoff
            and d.snapshot_cutoff < m.known_to
            and (c.future_dated = 'INCLUDED' or m.effective_date <= d.snapshot_as_of)
            then 1
          else 0
        end
        - case
          when m.known_from <= d.before_cutoff
            and d.before_cutoff < m.known_to
            and (c.future_dated = 'INCLUDED' or m.effective_date <= d.before_as_of)
            then 1
          else 0
        end
      )
    ) as amount
  from suspect s
  join clock d on d.as_of = s.as_of
  join company_day c on c.as_of = s.as_of and c.company = s.company
  join ledger_movement m on m.company = s.company and m.receipt_no = s.receipt_no
  where c.movement_source = 'DELIVERED'
  group by s.as_of, s.company, s.receipt_no
),

told as (
  select
    s.as_of,
    s.company,
    s.receipt_no,
    sum(
      case when r.delivery = d.snapshot_delivery then r.open_total else 0 end
      - case when r.delivery = d.before_delivery then r.open_total else 0 end
    ) as amount
  from suspect s
  join clock d on d.as_of = s.as_of
  join receipts r on r.company = s.company and r.receipt_no = s.receipt_no
  where r.delivery = d.snapshot_delivery or r.delivery = d.before_delivery
  group by s.as_of, s.company, s.receipt_no
)

select
  s.as_of,
  s.company,
  s.receipt_no,
  s.currency,
  s.opening,
  s.closing,
  s.residual,
  coalesce(t.amount, 0) - coalesce(m.amount, 0) as contradiction
from suspect s
left join told t
  on t.as_of = s.as_of
  and t.company = s.company
  and t.receipt_no = s.receipt_no
left join moved m
  on m.as_of = s.as_of
  and m.company = s.company
  and m.receipt_no = s.receipt_no
where s.residual <> coalesce(t.amount, 0) - coalesce(m.amount, 0)
