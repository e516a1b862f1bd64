import type { BusinessDate } from '../core/dates.ts';

/** The day that the demo ends on, whatever the clock says. */
export const LAST_DAY = '2026-06-30' as BusinessDate;
