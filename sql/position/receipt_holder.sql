/*
grain: [as_of, company, receipt_no]
view: true
reads: {position: day}
es: Quién responde por cada recibo en un día
en: >-
  Who answers for each receipt on a day, as position has it, whatever day that is: an answer at origination has it made
  over the receipts asked for in the place of position, each on the day it was issued, and by what is known now.
columns:
  as_of: {type: DATE, es: Fecha, en: Day}
  company: {type: VARCHAR, es: Compañía, en: Company}
  receipt_no: {type: VARCHAR, es: Recibo, en: Receipt}
  policy_no: {type: VARCHAR, es: Póliza, en: Policy}
  client_id: {type: VARCHAR, es: Cliente, en: Client}
  own_office: {type: VARCHAR, es: Oficina propia del recibo, en: The receipt's own office}
  office: {type: VARCHAR, es: "Oficina asignada; si no la hay, la del recibo", en: "Office assigned, else the receipt's own"}
  advisor: {type: VARCHAR, es: Asesor, en: Advisor}
  clerk: {type: VARCHAR, es: Auxiliar de cartera, en: Collection clerk}
*/
with share as (
  select lap, company, policy_no, from_day, to_day, intermediary
  from share_span
  where place = 1
),

item as (
  select
    p.as_of,
    d.lap,
    p.company,
    p.receipt_no,
    p.policy_no,
    p.client_id,
    p.own_office,
    s.intermediary
  from position p
  join ledger_day d on d.as_of = p.as_of
  left join share s
    on s.lap = d.lap
    and s.company = p.company
    and s.policy_no = p.policy_no
    and s.from_day <= p.as_of
    and s.to_day > p.as_of
),

holder as (
  select * from holder_span
)

select
  i.as_of,
  i.company,
  i.receipt_no,
  i.policy_no,
  i.client_id,
  i.own_office,
  coalesce(hr.office, hp.office, hc.office, hi.office, ho.office, i.own_office) as office,
  coalesce(hr.advisor, hp.advisor, hc.advisor, hi.advisor, ho.advisor) as advisor,
  coalesce(hr.clerk, hp.clerk, hc.clerk, hi.clerk, ho.clerk) as clerk
from item i
left join holder hr
  on hr.scope = 'RECEIPT'
  and hr.lap = i.lap
  and hr.company = i.company
  and hr.scope_id = i.receipt_no
  and hr.from_day <= i.as_of
  and hr.to_day > i.as_of
left join holder hp
  on hp.scope = 'POLICY'
  and hp.lap = i.lap
  and hp.company = i.company
  and hp.scope_id = i.policy_no
  and hp.from_day <= i.as_of
  and hp.to_day > i.as_of
left join holder hc
  on hc.scope = 'CLIENT'
  and hc.lap = i.lap
  and hc.company = i.company
  and hc.scope_id = i.client_id
  and hc.from_day <= i.as_of
  and hc.to_day > i.as_of
left join holder hi
  on hi.scope = 'INTERMEDIARY'
  and hi.lap = i.lap
  and hi.company = i.company
  and hi.scope_id = i.intermediary
  and hi.from_day <= i.as_of
  and hi.to_day > i.as_of
left join holder ho
  on ho.scope = 'OFFICE'
  and ho.lap = i.lap
  and ho.company = i.company
  and ho.scope_id = i.own_office
  and ho.from_day <= i.as_of
  and ho.to_day > i.as_of
