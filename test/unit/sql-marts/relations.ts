/** Columns and types of what the marts read: `name TYPE` lists, as the models above them write them. */

const MONEY = 'DECIMAL(18,2)';
const RATE = 'DECIMAL(18,8)';

const HOLDERS = 'office VARCHAR, advisor VARCHAR, clerk VARCHAR';

const parts = (list: string): string[] => list.split(/,\s*(?![^(]*\))/).map((part) => part.trim());

const position = parts(
  `as_of DATE, company VARCHAR, receipt_no VARCHAR, receipt_type VARCHAR, client_id VARCHAR, policy_no VARCHAR,
   line VARCHAR, ${HOLDERS}, intermediary VARCHAR, shared BOOLEAN, office_since DATE, advisor_since DATE,
   clerk_since DATE, currency VARCHAR, functional_currency VARCHAR, held_by VARCHAR, disputed BOOLEAN,
   channel VARCHAR, issue_date DATE, effective_date DATE, due_date DATE, original_due_date DATE,
   coverage_start DATE, open_net ${MONEY}, open_expenses ${MONEY}, open_vat ${MONEY}, open_other ${MONEY},
   open_total ${MONEY}, booked_rate ${RATE}, closing_rate ${RATE}, booked_net ${MONEY}, booked_expenses ${MONEY},
   booked_vat ${MONEY}, booked_other ${MONEY}, booked_total ${MONEY}, closing_net ${MONEY},
   closing_expenses ${MONEY}, closing_vat ${MONEY}, closing_other ${MONEY}, closing_total ${MONEY}, dpd BIGINT,
   dpd_original BIGINT, covered_days BIGINT, class VARCHAR, altura VARCHAR, altura_original VARCHAR,
   altura_covered VARCHAR, policy_worst_dpd BIGINT, policy_altura VARCHAR, carried BOOLEAN, restated BOOLEAN`,
);

const flow = parts(
  `as_of DATE, company VARCHAR, movement_id VARCHAR, known_from TIMESTAMP, receipt_no VARCHAR, weight INTEGER,
   type VARCHAR, cause VARCHAR, late BOOLEAN, inferred BOOLEAN, business_date DATE, recorded_at TIMESTAMP,
   reason VARCHAR, payment_no VARCHAR, reversal_of VARCHAR, client_id VARCHAR, policy_no VARCHAR, line VARCHAR,
   ${HOLDERS}, intermediary VARCHAR, shared BOOLEAN, currency VARCHAR, functional_currency VARCHAR,
   held_by VARCHAR, channel VARCHAR, receipt_type VARCHAR, issue_date DATE, due_date DATE, original_due_date DATE,
   net ${MONEY}, expenses ${MONEY}, vat ${MONEY}, other ${MONEY}, total ${MONEY}, booked_rate ${RATE},
   booked_net ${MONEY}, booked_total ${MONEY}, cash_total ${MONEY}`,
);

export const RELATIONS: Readonly<Record<string, readonly string[]>> = {
  days: parts(
    `as_of DATE, known_at TIMESTAMP, snapshot_as_of DATE, snapshot_delivery VARCHAR, snapshot_cutoff TIMESTAMP,
     carried BOOLEAN, previous DATE, previous_known_at TIMESTAMP, month_start DATE, month_end BOOLEAN`,
  ),
  periods: parts('as_of DATE, period VARCHAR, opened DATE, days BIGINT, months BIGINT, first_day DATE'),
  deliveries: parts(
    `as_of DATE, delivery VARCHAR, cutoff_at TIMESTAMP, superseded_at TIMESTAMP, seq BIGINT, has_receipts BOOLEAN,
     has_movements BOOLEAN, has_payments BOOLEAN`,
  ),
  alturas: parts('ord BIGINT, altura VARCHAR, lo BIGINT, hi BIGINT'),
  settings: parts('key VARCHAR, value VARCHAR'),
  targets: parts(
    `company VARCHAR, month DATE, dimension VARCHAR, member VARCHAR, kpi VARCHAR, target_version BIGINT,
     value DECIMAL(18,6), known_from TIMESTAMP, known_to TIMESTAMP`,
  ),
  company_day: parts(
    `as_of DATE, company VARCHAR, functional_currency VARCHAR, movement_source VARCHAR, future_dated VARCHAR,
    first_known TIMESTAMP`,
  ),
  companies: parts(
    `company VARCHAR, name VARCHAR, country VARCHAR, functional_currency VARCHAR, known_from TIMESTAMP,
     known_to TIMESTAMP`,
  ),
  holidays: parts('country VARCHAR, holiday DATE, name VARCHAR, known_from TIMESTAMP, known_to TIMESTAMP'),
  position,
  intermediary_part: parts(
    `as_of DATE, company VARCHAR, receipt_no VARCHAR, intermediary VARCHAR, place BIGINT, share DECIMAL(9,6),
     open_total ${MONEY}, booked_total ${MONEY}, closing_total ${MONEY}, closing_net ${MONEY}`,
  ),
  unapplied: parts(
    `as_of DATE, company VARCHAR, payment_no VARCHAR, client_id VARCHAR, policy_no VARCHAR, line VARCHAR,
     ${HOLDERS}, intermediary VARCHAR, currency VARCHAR, received_date DATE, channel VARCHAR, amount ${MONEY},
     unapplied ${MONEY}, closing_unapplied ${MONEY}, booked_unapplied ${MONEY}, carried BOOLEAN, restated BOOLEAN`,
  ),
  flow,
  flow_part: parts(
    `as_of DATE, company VARCHAR, movement_id VARCHAR, known_from TIMESTAMP, intermediary VARCHAR, place BIGINT,
     share DECIMAL(9,6), total ${MONEY}, booked_total ${MONEY}, booked_net ${MONEY}, cash_total ${MONEY}`,
  ),
};
