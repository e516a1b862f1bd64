/*
grain: [as_of, period, company, office, advisor, clerk, line, intermediary, currency]
cadence: day
daily_for: 35 days
reads: {periods: all, position: opening, intermediary_part: opening, unapplied: opening, flow: 62 days before period, flow_part: 62 days before period, aging: day, month_total: day}
es: Saldo inicial, lo que venció, lo recaudado sobre ello y lo curado en el periodo a la fecha
en: Opening stock, what fell due, what was collected of it and what was cured in the period to date
columns:
  as_of: {type: DATE, en: Business date, es: Fecha de corte}
  period: {type: VARCHAR, en: "Kind of period: month to date unless asked", es: "Periodo: el mes a la fecha, salvo que se pida otro"}
  company: {type: VARCHAR, en: Company, es: Compañía}
  office: {type: VARCHAR, en: Office, es: Oficina}
  advisor: {type: VARCHAR, en: Advisor, es: Asesor}
  clerk: {type: VARCHAR, en: Collection clerk, es: Auxiliar de cartera}
  line: {type: VARCHAR, en: Line of business, es: Ramo}
  intermediary: {type: VARCHAR, en: "Intermediary, each with its own share", es: "Intermediario, cada uno con su participación"}
  currency: {type: VARCHAR, en: Document currency, es: Moneda del documento}
  days: {type: BIGINT, en: Days in the period so far, es: Días del periodo a la fecha, unit: days}
  months: {type: BIGINT, en: Months that the period touches (N of the CEI), es: Meses que toca el periodo (N del CEI)}
  opening: {type: "DECIMAL(38,2)", en: Gross open when the period opened, es: Cartera bruta al abrir el periodo, unit: functional currency}
  opening_current: {type: "DECIMAL(38,2)", en: "Of it, not past due then", es: "De ella, no vencida entonces", unit: functional currency}
  opening_overdue: {type: "DECIMAL(38,2)", en: "Of it, past due then", es: "De ella, vencida entonces", unit: functional currency}
  opening_overdue_items: {type: BIGINT, en: Receipts past due when the period opened, es: Recibos vencidos al abrir el periodo}
  fell_due: {type: "DECIMAL(38,2)", en: "Booked: not past due at the opening or written in the period, due by as_of", es: "A tasa de emisión: no vencido al abrir o emitido en el periodo, y con vencimiento hasta la fecha", unit: functional currency}
  closing: {type: "DECIMAL(38,2)", en: Gross open on as_of, es: Cartera bruta a la fecha, unit: functional currency}
  closing_current: {type: "DECIMAL(38,2)", en: "Of it, not past due", es: "De ella, no vencida", unit: functional currency}
  inherited_office: {type: "DECIMAL(38,2)", en: "Past due on as_of, and already when the office took it", es: "Vencido a la fecha, y ya cuando llegó a la oficina", unit: functional currency}
  inherited_advisor: {type: "DECIMAL(38,2)", en: "Past due on as_of, and already when the advisor took it", es: "Vencido a la fecha, y ya cuando llegó al asesor", unit: functional currency}
  inherited_clerk: {type: "DECIMAL(38,2)", en: "Past due on as_of, and already when the clerk took it", es: "Vencido a la fecha, y ya cuando llegó al auxiliar", unit: functional currency}
  written: {type: "DECIMAL(38,2)", en: Written in the period, es: Emitido en el periodo, unit: functional currency}
  sales: {type: "DECIMAL(38,2)", en: Written less cancelled in the period, es: Emitido menos anulado en el periodo, unit: functional currency}
  collected: {type: "DECIMAL(38,2)", en: Applied less reversed in the period, es: Aplicado menos reversado en el periodo, unit: functional currency}
  collected_exigible: {type: "DECIMAL(38,2)", en: "Of it, on receipts due by as_of", es: "De ello, sobre recibos con vencimiento hasta la fecha", unit: functional currency}
  collected_overdue: {type: "DECIMAL(38,2)", en: "Of it, on receipts past due when the period opened", es: "De ello, sobre recibos vencidos al abrir el periodo", unit: functional currency}
  cancelled_exigible: {type: "DECIMAL(38,2)", en: Cancelled in the period on receipts due by as_of, es: Anulado en el periodo sobre recibos con vencimiento hasta la fecha, unit: functional currency}
  cured_amount: {type: "DECIMAL(38,2)", en: "Opening balance of receipts past due then that are no longer, and were not cancelled, written off, transferred or endorsed away", es: "Saldo inicial de recibos vencidos entonces que ya no lo están, y que no se anularon, castigaron, trasladaron ni rebajaron por endoso hasta cerrarse", unit: functional currency}
  cured_items: {type: BIGINT, en: How many such receipts, es: Cuántos de esos recibos}
  due_amount: {type: "DECIMAL(38,2)", en: "Booked: fell due after the opening day, by as_of, with what was paid ahead of it in the 62 days before the period", es: "A tasa de emisión: venció después del día de apertura y hasta la fecha, con lo pagado por anticipado en los 62 días antes del periodo", unit: functional currency}
  due_paid_on_time: {type: "DECIMAL(38,2)", en: "Of it, paid on or before its due date", es: "De ello, pagado a más tardar en su vencimiento", unit: functional currency}
  due_items: {type: BIGINT, en: "Receipts that fell due after the opening day, those paid ahead in the 62 days before the period included", es: "Recibos que vencieron después del día de apertura, con los pagados por anticipado en los 62 días antes del periodo"}
  due_items_on_time: {type: BIGINT, en: "Of them, paid in full on or before the due date", es: "De ellos, pagados del todo a más tardar en su vencimiento"}
  opening_unapplied: {type: "DECIMAL(38,2)", en: Unapplied cash when the period opened (positive), es: Recaudo sin aplicar al abrir (positivo), unit: functional currency}
  closing_unapplied: {type: "DECIMAL(38,2)", en: Unapplied cash on as_of (positive), es: Recaudo sin aplicar a la fecha (positivo), unit: functional currency}
  cash: {type: "DECIMAL(38,2)", en: collected at the rate of the payment, es: collected a la tasa del pago, unit: functional currency}
  opening_missing: {type: "DECIMAL(38,2)", en: "Opening movements inside the period: the stock before them is unknown", es: "Movimientos de apertura dentro del periodo: el saldo previo no se conoce", unit: functional currency}
*/
with span as (   -- periods that opened on one day share their opening
  select distinct opened from periods
),

opening as (   -- every receipt open when a period opened; one row an intermediary where several share it
  select
    s.opened, p.company, p.receipt_no, p.office, p.advisor, p.clerk, p.line,
    coalesce(i.intermediary, p.intermediary) as intermediary,
    p.intermediary as main_intermediary, p.currency, p.due_date,
    case when coalesce(i.place, 1) = 1 then 1 else 0 end as counted,
    p.class = 'GROSS' as gross,
    p.class = 'GROSS' and p.due_date < s.opened as overdue,
    p.open_total as document,
    coalesce(i.booked_total, p.booked_total) as booked,
    coalesce(i.closing_total, p.closing_total) as closing
  from span s
  join position p on p.as_of = s.opened
  left join intermediary_part i
    on i.as_of = p.as_of and i.company = p.company and i.receipt_no = p.receipt_no
),

movement as (   -- what happened to receipts since, in the same shape
  select
    s.opened, f.as_of as entered, f.company, f.receipt_no, f.office, f.advisor, f.clerk, f.line,
    coalesce(i.intermediary, f.intermediary) as intermediary,
    f.intermediary as main_intermediary, f.currency, f.due_date, f.business_date,
    f.movement_id, f.known_from,
    case when coalesce(i.place, 1) = 1 then 1 else 0 end as counted,
    case
      when f.cause in ('ISSUED', 'ENDORSED_UP', 'ENDORSED_DOWN') then 'WRITTEN'
      when f.cause in ('COLLECTED', 'REVERSED') then 'CASH'
      when f.cause in ('CANCELLED_NP', 'CANCELLED_OTHER') then 'CANCELLED'
      else 'WRITTEN_OFF' end as kind,
    f.total as document,
    coalesce(i.booked_total, f.booked_total) as booked
  from period_day s
  join flow f on f.as_of = s.on_day
  left join flow_part i
    on i.as_of = f.as_of and i.company = f.company
    and i.movement_id = f.movement_id and i.known_from = f.known_from
  where s.on_day > s.opened and f.cause in ('ISSUED', 'ENDORSED_UP', 'ENDORSED_DOWN', 'COLLECTED', 'REVERSED',
    'CANCELLED_NP', 'CANCELLED_OTHER', 'WRITTEN_OFF')
),

paid_before as (   -- paid in the 62 days before a period on what falls due after its opening
  select
    s.opened, f.company, f.receipt_no, f.office, f.advisor, f.clerk, f.line,
    coalesce(i.intermediary, f.intermediary) as intermediary,
    f.intermediary as main_intermediary, f.currency, f.due_date, f.movement_id, f.known_from,
    case when coalesce(i.place, 1) = 1 then 1 else 0 end as counted,
    date_diff('day', f.as_of, s.opened) as days_before,
    cast(-f.total as decimal(18,2)) as document,
    cast(-coalesce(i.booked_total, f.booked_total) as decimal(18,2)) as booked,
    coalesce(p.document, 0) as open_document
  from span s
  join flow f on f.as_of > date_add('day', -62, s.opened) and f.as_of <= s.opened
  left join opening p
    on p.opened = s.opened and p.company = f.company and p.receipt_no = f.receipt_no and p.counted = 1
  left join flow_part i
    on i.as_of = f.as_of and i.company = f.company
    and i.movement_id = f.movement_id and i.known_from = f.known_from
  where f.cause in ('COLLECTED', 'REVERSED') and coalesce(p.due_date, f.due_date) > s.opened
),

ahead as (   -- with all that is left of it for the receipt: reversals are taken off
  select
    b.*,
    sum(case when counted = 1 then document else 0 end)
      over (partition by opened, company, receipt_no) as paid
  from paid_before b
),

ahead_of as (   -- the receipts of which something was
  select distinct opened, company, receipt_no
  from ahead
  where paid > 0 and open_document + paid > 0
),

lively as (   -- receipts that something happened to, or was paid ahead on
  select opened, company, receipt_no from movement
  union
  select opened, company, receipt_no from ahead_of
),

fact as (   -- each of them from its opening on
  select
    o.opened, o.opened as entered, o.company, o.receipt_no, o.office, o.advisor, o.clerk, o.line,
    o.intermediary, o.main_intermediary, o.currency, o.due_date, cast(null as date) as business_date,
    '' as movement_id, cast(null as timestamp) as known_from, o.counted,
    'OPENING' as kind, 0 as turn, o.gross, o.overdue, o.document, o.booked, o.closing
  from opening o
  join lively l on l.opened = o.opened and l.company = o.company and l.receipt_no = o.receipt_no
  union all   -- the newest stands first: who held the receipt last before the opening has it; a credit beyond is no debt
  select
    opened, opened, company, receipt_no, office, advisor, clerk, line, intermediary,
    main_intermediary, currency, due_date, cast(null as date), movement_id, known_from, counted,
    'AHEAD', days_before + 1, false, false, document, booked, cast(null as decimal(18,2))
  from ahead
  where paid > 0 and open_document + paid > 0
  union all
  select
    opened, entered, company, receipt_no, office, advisor, clerk, line, intermediary,
    main_intermediary, currency, due_date, business_date, movement_id, known_from, counted,
    kind, case kind when 'WRITTEN' then 1 else 2 end, false, false, document, booked,
    cast(null as decimal(18,2))
  from movement
),

story as (   -- what each fact adds to the debt, and what it pays of it in time
  select
    f.*,
    case when f.kind in ('OPENING', 'WRITTEN') then f.booked else 0 end as part_step,
    case when f.kind in ('OPENING', 'WRITTEN', 'AHEAD') then f.booked else 0 end as due_step,
    case when f.kind in ('OPENING', 'WRITTEN', 'AHEAD') then f.document else 0 end as base_step,
    -- what was paid ahead beyond the debt stands as a credit: it pays nothing
    f.kind = 'AHEAD' or (f.kind = 'OPENING' and f.document < 0 and a.receipt_no is not null) as pays_ahead,
    f.kind = 'CASH' and f.business_date <= f.due_date as pays_in_time
  from fact f
  left join ahead_of a
    on a.opened = f.opened and a.company = f.company and a.receipt_no = f.receipt_no
),

running as (   -- how far the receipt has come after each fact; parts of one fact stand together
  select
    s.*,
    first_value(office) over receipt as base_office,
    first_value(advisor) over receipt as base_advisor,
    first_value(clerk) over receipt as base_clerk,
    first_value(main_intermediary) over receipt as base_intermediary,
    first_value(due_date) over receipt as base_due,
    max(case when overdue then 1 else 0 end) over receipt as was_overdue,
    case when pays_ahead then document when pays_in_time then -document else 0 end as paid_step,
    sum(case when counted = 1 then base_step else 0 end) over receipt as base_document,
    sum(case when counted = 0 then 0 when pays_ahead then document when pays_in_time then -document
      else 0 end) over receipt as paid_document,
    sum(part_step) over receipt as receipt_base,
    sum(due_step) over receipt as receipt_due,
    min(coalesce(intermediary, '')) over whole as first_intermediary,
    max(coalesce(intermediary, '')) over whole as last_intermediary
  from story s
  window
    receipt as (
      partition by opened, company, receipt_no
      order by entered, turn, movement_id, known_from),
    whole as (
      partition by opened, company, receipt_no
      order by entered, turn, movement_id, known_from
      rows between unbounded preceding and unbounded following)
),

parted as (   -- and its part of one intermediary: nearly always all of it
  select r.*, receipt_base as part_base, receipt_due as due_base
  from running r
  where first_intermediary = last_intermediary
  union all
  select
    r.*,
    sum(part_step) over part as part_base,
    sum(due_step) over part as due_base
  from running r
  where first_intermediary <> last_intermediary
  window part as (
    partition by opened, company, receipt_no, intermediary
    order by entered, turn, movement_id, known_from)
),

step as (   -- what each fact adds, and from which day on it counts; a base never falls below zero
  select
    opened, entered, company, office, advisor, clerk, line, intermediary, currency, kind, counted,
    gross, overdue, was_overdue = 1 as was_overdue, due_date, base_due, base_office, base_advisor,
    base_clerk, base_intermediary, booked, closing,
    case when entered >= due_date then entered else due_date end as due_from,
    case when entered >= base_due then entered else base_due end as base_from,
    base_due > opened as falls_due,
    case when part_base > 0 then part_base else 0 end
      - case when part_base - part_step > 0 then part_base - part_step else 0 end as added,
    case when due_base > 0 then due_base else 0 end
      - case when due_base - due_step > 0 then due_base - due_step else 0 end as due_added,
    case when pays_ahead then booked when base_document > 0 and pays_in_time then -booked
      else 0 end as paid_on_time,
    case when counted = 0 then 0
      else case when base_document > 0 then 1 else 0 end
        - case when base_document - base_step > 0 then 1 else 0 end end as n_step,
    case when counted = 0 then 0
      else case when base_document > 0 and paid_document >= base_document then 1 else 0 end
        - case when base_document - base_step > 0
            and paid_document - paid_step >= base_document - base_step then 1 else 0 end end as k_step
  from parted
  union all   -- most receipts were open, and nothing else: one fact has nothing to be put in order with
  select
    o.opened, o.opened, o.company, o.office, o.advisor, o.clerk, o.line, o.intermediary, o.currency,
    'OPENING', o.counted, o.gross, o.overdue, o.overdue, o.due_date, o.due_date, o.office, o.advisor,
    o.clerk, o.main_intermediary, o.booked, o.closing,
    case when o.opened >= o.due_date then o.opened else o.due_date end,
    case when o.opened >= o.due_date then o.opened else o.due_date end,
    o.due_date > o.opened,
    case when o.booked > 0 then o.booked else 0 end,
    case when o.booked > 0 then o.booked else 0 end,
    0, case when o.counted = 1 and o.document > 0 then 1 else 0 end, 0
  from opening o
  left join lively l on l.opened = o.opened and l.company = o.company and l.receipt_no = o.receipt_no
  where l.receipt_no is null
),

aspect as (   -- what a step says: each from its own day on, and of its own holder
  select
    s.opened, s.company, s.line, s.currency, s.kind, a.aspect,
    case a.aspect when 'OPENING' then s.opened when 'DUE' then s.due_from
      when 'OVERDUE' then s.entered else s.base_from end as counts_from,
    -- all of a receipt's on-time facts go to whoever held it first, so that k never passes n
    case when a.aspect in ('ON_TIME', 'ITEMS') then s.base_office else s.office end as office,
    case when a.aspect in ('ON_TIME', 'ITEMS') then s.base_advisor else s.advisor end as advisor,
    case when a.aspect in ('ON_TIME', 'ITEMS') then s.base_clerk else s.clerk end as clerk,
    case a.aspect when 'ITEMS' then s.base_intermediary else s.intermediary end as intermediary,
    s.gross, s.overdue, s.counted, s.closing, s.booked, s.added, s.due_added,
    s.paid_on_time, s.n_step, s.k_step
  from step s
  cross join (values ('OPENING'), ('DUE'), ('OVERDUE'), ('ON_TIME'), ('ITEMS')) as a (aspect)
  where case a.aspect when 'OPENING' then s.kind = 'OPENING'
    when 'DUE' then s.due_from is not null and s.kind <> 'AHEAD'
    when 'OVERDUE' then s.kind = 'CASH' and s.was_overdue
    else s.falls_due end
  union all
  select
    s.opened, u.company, u.line, u.currency, 'OPENING', 'UNAPPLIED', s.opened, u.office, u.advisor,
    u.clerk, u.intermediary, false, false, 0, cast(null as decimal(18,2)), u.booked_unapplied,
    cast(null as decimal(38,2)), cast(null as decimal(38,2)), cast(null as decimal(18,2)), 0, 0
  from span s
  join unapplied u on u.as_of = s.opened
),

daily as (   -- sums by holder and the first end of a period that they count in, before they are spread over those that follow
  select
    a.opened, d.period_end, a.company, coalesce(a.office, '') as office,
    coalesce(a.advisor, '') as advisor, coalesce(a.clerk, '') as clerk, coalesce(a.line, '') as line,
    coalesce(a.intermediary, '') as intermediary, a.currency,
    sum(case when aspect = 'OPENING' and gross then closing else 0 end) as opening,
    sum(case when aspect = 'OPENING' and overdue then closing else 0 end) as opening_overdue,
    cast(sum(case when aspect = 'OPENING' and overdue then counted else 0 end) as bigint)
      as opening_overdue_items,
    sum(case when aspect = 'DUE' and kind in ('OPENING', 'WRITTEN') and not overdue
      then added else 0 end) as fell_due,
    sum(case when aspect = 'DUE' and kind = 'CASH' then -booked else 0 end) as collected_exigible,
    sum(case when aspect = 'OVERDUE' then -booked else 0 end) as collected_overdue,
    sum(case when aspect = 'DUE' and kind = 'CANCELLED' then -booked else 0 end) as cancelled_exigible,
    sum(case when aspect = 'ON_TIME' then due_added else 0 end) as due_amount,
    sum(case when aspect = 'ON_TIME' then paid_on_time else 0 end) as due_paid_on_time,
    cast(sum(case when aspect = 'ITEMS' then n_step else 0 end) as bigint) as due_items,
    cast(sum(case when aspect = 'ITEMS' then k_step else 0 end) as bigint) as due_items_on_time,
    sum(case when aspect = 'UNAPPLIED' then -booked else 0 end) as opening_unapplied
  from aspect a
  join period_day d on d.opened = a.opened and d.on_day = a.counts_from
  group by
    a.opened, d.period_end, a.company, coalesce(a.office, ''), coalesce(a.advisor, ''),
    coalesce(a.clerk, ''), coalesce(a.line, ''), coalesce(a.intermediary, ''), a.currency
),

since_opening as (
  select
    p.as_of, p.period, d.company, d.office, d.advisor, d.clerk, d.line, d.intermediary, d.currency,
    sum(d.opening) as opening,
    sum(d.opening_overdue) as opening_overdue,
    cast(sum(d.opening_overdue_items) as bigint) as opening_overdue_items,
    sum(d.fell_due) as fell_due,
    sum(d.collected_exigible) as collected_exigible,
    sum(d.collected_overdue) as collected_overdue,
    sum(d.cancelled_exigible) as cancelled_exigible,
    sum(d.due_amount) as due_amount,
    sum(d.due_paid_on_time) as due_paid_on_time,
    cast(sum(d.due_items) as bigint) as due_items,
    cast(sum(d.due_items_on_time) as bigint) as due_items_on_time,
    sum(d.opening_unapplied) as opening_unapplied
  from periods p
  join daily d on d.opened = p.opened and d.period_end <= p.as_of
  group by
    p.as_of, p.period, d.company, d.office, d.advisor, d.clerk, d.line, d.intermediary, d.currency
),

taken as (   -- receipts that something other than a payment moved since: of no other does it matter
  select distinct s.opened, f.company, f.receipt_no
  from period_day s
  join flow f on f.as_of = s.on_day
  where s.on_day > s.opened
    and f.cause in ('CANCELLED_NP', 'CANCELLED_OTHER', 'WRITTEN_OFF', 'TRANSFERRED', 'ENDORSED_UP',
      'ENDORSED_DOWN')
),

moved as (   -- what moved each of them since the opening, by day
  select
    s.opened, f.as_of as entered, f.company, f.receipt_no,
    sum(case when f.cause in ('CANCELLED_NP', 'CANCELLED_OTHER', 'WRITTEN_OFF')
      then f.total else 0 end) as cancelled,
    sum(case when f.cause = 'TRANSFERRED' then f.total else 0 end) as transferred,
    sum(case when f.cause in ('ENDORSED_UP', 'ENDORSED_DOWN') then f.total else 0 end) as endorsed,
    sum(case when f.cause in ('COLLECTED', 'REVERSED') then f.total else 0 end) as paid
  from period_day s
  join flow f on f.as_of = s.on_day
  join taken t on t.opened = s.opened and t.company = f.company and t.receipt_no = f.receipt_no
  where s.on_day > s.opened
    and f.cause in ('CANCELLED_NP', 'CANCELLED_OTHER', 'WRITTEN_OFF', 'TRANSFERRED', 'ENDORSED_UP',
      'ENDORSED_DOWN', 'COLLECTED', 'REVERSED')
  group by s.opened, f.as_of, f.company, f.receipt_no
),

moved_by as (   -- and by the end of each such day, until the next
  select
    opened, entered, company, receipt_no,
    sum(cancelled) over receipt as cancelled,
    sum(transferred) over receipt as transferred,
    sum(endorsed) over receipt as endorsed,
    sum(paid) over receipt as paid,
    coalesce(lead(entered) over receipt, date '9999-12-31') as next_entered
  from moved
  window receipt as (partition by opened, company, receipt_no order by entered)
),

taken_away as (   -- what did not leave by being paid
  select
    p.as_of, p.period, p.opened, m.company, m.receipt_no,
    -- a cancellation or write-off that still stands, or debt handed on to another receipt
    m.cancelled <> 0 or m.transferred < 0 as handed_on
  from moved_by m
  join periods p on p.opened = m.opened and p.as_of >= m.entered and p.as_of < m.next_entered
  where m.cancelled <> 0 or m.transferred < 0
    -- endorsements lowered it by more than payments did
    or (m.endorsed < 0 and m.endorsed < m.paid)
),

standing as (   -- where receipts are on as_of
  select as_of, company, receipt_no, coalesce(dpd > 0, false) as overdue
  from position
  where class = 'GROSS'
),

not_paid as (   -- past due on as_of, or taken away instead (by endorsements, to the end): each receipt once
  select p.as_of, p.period, p.opened, s.company, s.receipt_no
  from periods p
  join standing s on s.as_of = p.as_of
  where s.overdue
  union all
  select t.as_of, t.period, t.opened, t.company, t.receipt_no
  from taken_away t
  left join standing s
    on s.as_of = t.as_of and s.company = t.company and s.receipt_no = t.receipt_no
  where s.receipt_no is null or (t.handed_on and not s.overdue)
),

not_cured as (   -- of them, those that were past due at the opening
  select
    n.as_of, n.period, n.company, coalesce(o.office, '') as office,
    coalesce(o.advisor, '') as advisor, coalesce(o.clerk, '') as clerk, coalesce(o.line, '') as line,
    coalesce(o.intermediary, '') as intermediary, o.currency,
    sum(o.closing) as uncured_amount, cast(sum(o.counted) as bigint) as uncured_items
  from not_paid n
  join opening o on o.opened = n.opened and o.company = n.company and o.receipt_no = n.receipt_no
  where o.overdue
  group by
    n.as_of, n.period, n.company, coalesce(o.office, ''), coalesce(o.advisor, ''),
    coalesce(o.clerk, ''), coalesce(o.line, ''), coalesce(o.intermediary, ''), o.currency
),

stock as (   -- where it stands on as_of
  select
    p.as_of, p.period, a.company, coalesce(a.office, '') as office, coalesce(a.advisor, '') as advisor,
    coalesce(a.clerk, '') as clerk, coalesce(a.line, '') as line,
    coalesce(a.intermediary, '') as intermediary, a.currency,
    sum(case when a.class = 'GROSS' then a.closing_total else 0 end) as closing,
    sum(case when a.class = 'GROSS' and not a.overdue then a.closing_total else 0 end) as closing_current,
    sum(case when a.inherited_office then a.closing_total else 0 end) as inherited_office,
    sum(case when a.inherited_advisor then a.closing_total else 0 end) as inherited_advisor,
    sum(case when a.inherited_clerk then a.closing_total else 0 end) as inherited_clerk,
    sum(case when a.class = 'UNAPPLIED' then -a.booked_total else 0 end) as closing_unapplied
  from periods p
  join aging a on a.as_of = p.as_of
  where a.class in ('GROSS', 'UNAPPLIED')
  group by
    p.as_of, p.period, a.company, coalesce(a.office, ''), coalesce(a.advisor, ''),
    coalesce(a.clerk, ''), coalesce(a.line, ''), coalesce(a.intermediary, ''), a.currency
),

flowed as (
  select
    as_of, period, company, coalesce(office, '') as office, coalesce(advisor, '') as advisor,
    coalesce(clerk, '') as clerk, coalesce(line, '') as line,
    coalesce(intermediary, '') as intermediary, currency,
    written, sales, collected, cash, opened as opening_missing
  from month_total
),

total as (   -- the empty text stands for "not assigned" while the parts meet
  select *
  from since_opening
  left join not_cured
    using (as_of, period, company, office, advisor, clerk, line, intermediary, currency)
  full join stock using (as_of, period, company, office, advisor, clerk, line, intermediary, currency)
  full join flowed using (as_of, period, company, office, advisor, clerk, line, intermediary, currency)
)

select
  as_of, period, company, nullif(office, '') as office, nullif(advisor, '') as advisor,
  nullif(clerk, '') as clerk, nullif(line, '') as line, nullif(intermediary, '') as intermediary,
  currency, p.days, p.months,
  coalesce(opening, 0) as opening,
  cast(coalesce(opening, 0) - coalesce(opening_overdue, 0) as decimal(38,2)) as opening_current,
  coalesce(opening_overdue, 0) as opening_overdue,
  coalesce(opening_overdue_items, 0) as opening_overdue_items,
  coalesce(fell_due, 0) as fell_due,
  coalesce(closing, 0) as closing,
  coalesce(closing_current, 0) as closing_current,
  coalesce(inherited_office, 0) as inherited_office,
  coalesce(inherited_advisor, 0) as inherited_advisor,
  coalesce(inherited_clerk, 0) as inherited_clerk,
  coalesce(written, 0) as written,
  coalesce(sales, 0) as sales,
  coalesce(collected, 0) as collected,
  coalesce(collected_exigible, 0) as collected_exigible,
  coalesce(collected_overdue, 0) as collected_overdue,
  coalesce(cancelled_exigible, 0) as cancelled_exigible,
  cast(coalesce(opening_overdue, 0) - coalesce(uncured_amount, 0) as decimal(38,2)) as cured_amount,
  coalesce(opening_overdue_items, 0) - coalesce(uncured_items, 0) as cured_items,
  coalesce(due_amount, 0) as due_amount,
  coalesce(due_paid_on_time, 0) as due_paid_on_time,
  coalesce(due_items, 0) as due_items,
  coalesce(due_items_on_time, 0) as due_items_on_time,
  coalesce(opening_unapplied, 0) as opening_unapplied,
  coalesce(closing_unapplied, 0) as closing_unapplied,
  coalesce(cash, 0) as cash,
  coalesce(opening_missing, 0) as opening_missing
from total
join periods p using (as_of, period)
