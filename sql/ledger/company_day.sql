/*
grain: [as_of, company]
view: true
kept: true
reads: {companies: all}
es: Cada compañía en cada día, como se conocía
en: Every company on every day being built, as known by then
columns:
  as_of: {type: DATE, es: Fecha de corte, en: Business date}
  company: {type: VARCHAR, es: Compañía, en: Company}
  functional_currency: {type: VARCHAR, es: Moneda funcional, en: Functional currency}
  movement_source: {type: VARCHAR, es: Origen de los movimientos, en: Where movements come from}
  future_dated: {type: VARCHAR, es: Si la foto ya trae movimientos posfechados, en: Whether snapshots already hold post-dated movements}
  first_known: {type: TIMESTAMP, es: Primera noticia de la compañía, en: When the company was first known}
  first_snapshot: {type: TIMESTAMP, es: "Desde cuándo las fotos la traen; sin movimientos propios, desde su primera noticia", en: "Since when snapshots hold it; without movements of its own, since it was first known"}
*/
with company as (
  select
    company,
    functional_currency,
    movement_source,
    future_dated,
    known_from,
    known_to,
    min(known_from) over (partition by company) as first_known
  from companies
)

select
  d.as_of,
  c.company,
  c.functional_currency,
  c.movement_source,
  c.future_dated,
  c.first_known,
  -- one that was described before it brought receipts opens with them
  case
    when c.movement_source = 'DELIVERED' and r.first_known_at <= d.known_at
      then greatest(c.first_known, r.first_known_at)
    else c.first_known
  end as first_snapshot
from days d
join company c on c.known_from <= d.known_at and d.known_at < c.known_to
left join first_receipts r on r.company = c.company
