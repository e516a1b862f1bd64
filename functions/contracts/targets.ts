/** What a target can be of: sql/marts/attainment.sql measures these and nothing else. */

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

/** KPIs whose attainment is measured: what is good is more or less of each, and a month to date has it. */
export const TARGETED_KPIS = [
  'collected',
  'written',
  'sales',
  'overdue',
  'overdue_share',
  'collection_rate_gross',
  'collection_rate_net',
  'recovery_rate',
  'cure_rate',
  'on_time_rate',
  'cei',
  'dso',
] as const;
