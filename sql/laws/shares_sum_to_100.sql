/*
severity: warning
reads: {intermediary_shares: all}
es: Las participaciones de los intermediarios de una póliza suman 100 %
en: >-
  The shares of a policy's intermediaries sum to 100% on every day being built. An input fault: what is missing or
  too much stays with the first intermediary, so that amounts still add up.
*/
select
  lap,
  company,
  policy_no,
  from_day,
  to_day,
  count(*) as intermediaries,
  sum(share) as share
from share_span
group by lap, company, policy_no, from_day, to_day
having sum(share) <> 100
