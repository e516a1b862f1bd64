/*
severity: warning
es: La foto anterior más los movimientos conocidos desde entonces da la foto de hoy
en: >-
  Yesterday's snapshot plus the movements known since is today's, receipt by receipt, where a company sends both. A
  contradiction is the source's, or comes from a refused row: it is shown here and in receipt_change.residual, and
  blocks nobody else; where it must, set this law to error under `laws` in alturas.yml.
*/
select as_of, company, receipt_no, unexplained
from delivery_gap
