import {
  addDays,
  type BusinessDate,
  endOfDay,
  justBefore,
  type LocalTimestamp,
} from '../../functions/core/dates.ts';
import type { LedgerPlan, MovementFacts } from '../support/ledgerFixture.ts';

/**
 * A business day seen with what was known after some delivery. Cut-offs strictly increase, so "known at K" is "told by
 * delivery number `at` or before".
 */
export interface DayView {
  readonly asOf: BusinessDate;
  readonly at: number;
  /** The delivery whose snapshot the day stands on: the greatest business date up to the day, then the newest. */
  readonly snapshot: number;
  readonly snapshotDay: BusinessDate;
  readonly carried: boolean;
}

/** One delivered row of a movement: known in [from, to). A new version of its day ends it, and may bring it again. */
export interface MovementRow {
  readonly movement: MovementFacts;
  readonly from: number;
  readonly to: number;
}

/** The last delivery known at a moment; -1 when nothing was. */
export function knownBy(plan: LedgerPlan, moment: LocalTimestamp): number {
  return plan.deliveries.findLastIndex(({ cutoffAt }) => cutoffAt <= moment);
}

/** The day at a knowledge; null before the first delivery of any day up to it. */
export function viewOf(plan: LedgerPlan, asOf: BusinessDate, at: number): DayView | null {
  let snapshot = -1;
  for (const [place, delivery] of plan.deliveries.entries()) {
    if (place > at || delivery.businessDate > asOf) continue;
    const best = plan.deliveries[snapshot]?.businessDate ?? '';
    if (delivery.businessDate >= best) snapshot = place;
  }
  const found = plan.deliveries[snapshot];
  if (!found) return null;
  return { asOf, at, snapshot, snapshotDay: found.businessDate, carried: found.businessDate < asOf };
}

/**
 * The day as it was delivered: with the newest version of its own among the first `upTo` deliveries; without one, as
 * carried at its local end, or just before a later day arrived.
 */
export function asDelivered(
  plan: LedgerPlan,
  asOf: BusinessDate,
  upTo = plan.deliveries.length - 1,
): DayView | null {
  const known = plan.deliveries.slice(0, upTo + 1);
  const own = known.findLastIndex(({ businessDate }) => businessDate === asOf);
  if (own >= 0) return viewOf(plan, asOf, own);
  const later = known.find(({ businessDate }) => businessDate > asOf);
  const end = endOfDay(asOf);
  const moment = later && justBefore(later.cutoffAt) < end ? justBefore(later.cutoffAt) : end;
  const at = Math.min(upTo, knownBy(plan, moment));
  const before = known.filter(
    ({ businessDate, cutoffAt }) => businessDate < asOf && cutoffAt < (later?.cutoffAt ?? '9'),
  );
  const latest = before
    .map(({ businessDate }) => businessDate)
    .sort()
    .at(-1);
  const snapshot = known.findIndex(({ businessDate }) => businessDate === latest);
  return snapshot < 0 ? null : viewOf(plan, asOf, Math.max(at, snapshot));
}

/** The day before, as delivered by what the day itself knew; null on the first day of the lake. */
export function dayBefore(plan: LedgerPlan, day: DayView): DayView | null {
  return asDelivered(plan, addDays(day.asOf, -1), day.at);
}

/** Every row that told of a movement: one for each version of its delivery's business date that holds it. */
export function rowsOf(plan: LedgerPlan, movement: MovementFacts): MovementRow[] {
  const day = plan.deliveries[movement.from]?.businessDate;
  const versions = [...plan.deliveries.entries()]
    .filter(([, { businessDate }]) => businessDate === day)
    .map(([at]) => at);
  return versions
    .filter((at) => at >= movement.from && (movement.until === null || at < movement.until))
    .map((from) => ({ movement, from, to: versions.find((at) => at > from) ?? Number.POSITIVE_INFINITY }));
}

/** 1 when the row counts on the day as known then, else 0. */
export function counts(row: MovementRow, day: DayView | null): number {
  if (day === null) return 0;
  return row.movement.businessDate <= day.asOf && row.from <= day.at && day.at < row.to ? 1 : 0;
}
