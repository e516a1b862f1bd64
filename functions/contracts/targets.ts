/** What a target can be of: the scorecards (sql/marts/scorecards.sql) measure these and nothing else. */

/** Dimensions whose members have attainment. A company is its own total. */
export const TARGETED_DIMENSIONS = [
  'total',
  'company',
  'office',
  'advisor',
  'clerk',
  'line',
  'intermediary',
  'currency',
] as const;

/** KPIs whose attainment is measured. */
export const TARGETED_KPIS = ['collected', 'overdue_share', 'collection_rate_gross'] as const;
