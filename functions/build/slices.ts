import { type BusinessDate, isMonthEnd } from '../core/dates.ts';
import type { Lake } from '../lake/lake.ts';
import type { BuildOptions } from '../warehouse/buildRange.ts';
import { type PendingDay, pendingDays } from '../warehouse/pending.ts';
import type { BuildReport } from '../warehouse/report.ts';
import { build } from './build.ts';
import { refuseBroken } from './refusal.ts';

export interface SliceOptions extends BuildOptions {
  /** How long the caller may still work, in milliseconds. */
  readonly remainingMs: () => number;
  /** Receipts x days that a slice may hold; a single day may hold more. */
  readonly rowsPerSlice: number;
}

export interface SlicedBuild {
  /** `more`: what was built is published, and days are left for another call. */
  readonly status: 'published' | 'unchanged' | 'more';
  readonly reports: readonly BuildReport[];
  /** Days that this call did not come to. */
  readonly left: number;
}

/** A slice begins only if it would end, with the pace of the one before, in this part of the time that is left. */
const PRUDENCE = 0.6;

/**
 * Builds what is missing in slices of consecutive days, each published whole or not at all, for as long as the time
 * allows; the first slice always begins. A later day never changes an earlier one, so the slices together are what
 * one build would be.
 * @throws AlturasError as `build`; `LAW_BROKEN` when a slice breaks a law: those before it stay published
 */
export async function buildInSlices(lake: Lake, options: SliceOptions): Promise<SlicedBuild> {
  const pending = await pendingDays(lake, options);
  const reports: BuildReport[] = [];
  let pace: number | null = null;
  let at = 0;
  while (at < pending.length) {
    const affordable =
      pace === null ? options.rowsPerSlice : Math.floor((options.remainingMs() * PRUDENCE) / pace);
    const slice = sliceFrom(pending, at, Math.min(options.rowsPerSlice, affordable));
    const rows = rowsOf(slice);
    if (pace !== null && rows > affordable) break;
    const started = options.remainingMs();
    const report = await build(lake, { ...options, ...span(slice) });
    refuseBroken(report);
    reports.push(report);
    pace = (started - options.remainingMs()) / rows;
    at += slice.length;
  }
  const left = pending.length - at;
  const published = reports.some(({ status }) => status === 'published');
  return { status: left > 0 ? 'more' : published ? 'published' : 'unchanged', reports, left };
}

/** Days from a place on that hold so many rows, to the last month end among them; one day at least. */
function sliceFrom(pending: readonly PendingDay[], at: number, most: number): readonly PendingDay[] {
  let [end, rows] = [at, 0];
  for (const day of pending.slice(at)) {
    rows += rowsOf([day]);
    if (end > at && rows > most) break;
    end += 1;
  }
  const slice = pending.slice(at, end);
  if (end === pending.length) return slice;
  // A closed month that is built at once is stored as one file.
  const monthEnd = slice.findLastIndex(({ asOf }) => isMonthEnd(asOf));
  return monthEnd < 0 ? slice : slice.slice(0, monthEnd + 1);
}

/** A day of nothing takes its time, too. */
function rowsOf(days: readonly PendingDay[]): number {
  return days.reduce((sum, { rows }) => sum + Math.max(rows, 1), 0);
}

function span(days: readonly PendingDay[]): { readonly from?: BusinessDate; readonly to?: BusinessDate } {
  const [from, to] = [days[0]?.asOf, days.at(-1)?.asOf];
  return { ...(from ? { from } : {}), ...(to ? { to } : {}) };
}
