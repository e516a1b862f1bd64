/*
grain: [currency]
view: true
es: La menor cantidad que un reparto separa, por moneda
en: The smallest amount that a split takes apart, by currency, as configured
columns:
  currency: {type: VARCHAR, es: "Moneda; * es cualquier otra", en: "Currency; * is any other"}
  unit: {type: BIGINT, unit: minor units, es: Unidad, en: Unit}
*/
select
  substr(key, 29) as currency,
  cast(value as bigint) as unit
from settings
where starts_with(key, 'allocation_units.currencies.')
union all
select
  '*' as currency,
  coalesce(max(cast(value as bigint)), 1) as unit
from settings
where key = 'allocation_units.default'
