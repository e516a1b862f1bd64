import type { Client } from './clients.ts';
import type { Dice } from './dice.ts';
import type { Day, Timeline } from './timeline.ts';

/**
 * How payers change. DISPUTE, SEASONAL and INTERMEDIARY_DELAY are not changes of the payer: a detector that flags
 * them is wrong.
 */
export type RegimeKind =
  | 'STABLE'
  | 'STEP'
  | 'DRIFT'
  | 'STOP'
  | 'DISPUTE'
  | 'SEASONAL'
  | 'INTERMEDIARY_DELAY'
  | 'RECOVERY';

/** The truth about a payer, for measuring detectors; it is written outside the deliveries. */
export interface Regime {
  readonly kind: RegimeKind;
  /** First due day that behaves otherwise; null for a stable payer. */
  readonly changesOn: Day | null;
  /** First due day that is back to normal, for what passes. */
  readonly endsOn: Day | null;
  /** Days late that the change adds: in one step, by instalment (DRIFT), or takes away (RECOVERY). */
  readonly days: number;
  /** Instalments that fell due since the change. */
  since: number;
  /** Instalments ever observed. */
  seen: number;
}

const KINDS: readonly { kind: RegimeKind; weight: number }[] = [
  { kind: 'STABLE', weight: 70 },
  { kind: 'STEP', weight: 7 },
  { kind: 'DRIFT', weight: 5 },
  { kind: 'STOP', weight: 4 },
  { kind: 'DISPUTE', weight: 5 },
  { kind: 'SEASONAL', weight: 5 },
  { kind: 'RECOVERY', weight: 4 },
];

const NEVER = null;

/** Months of instalments that a payer shows before he changes, and afterwards while we still look. */
const BEFORE = 180;
const AFTER = 75;

/**
 * Draws the regime of a payer with monthly instalments from `first` on. The change falls inside the delivered days,
 * late enough to know the payer and early enough to see the change; where there is no room he is stable.
 * @param window what his intermediary does
 */
export function drawRegime(
  dice: Dice,
  timeline: Timeline,
  first: Day,
  to: Day,
  window: DelayWindow | null,
): Regime {
  const fresh = { since: 0, seen: 0 };
  const { kind } = dice.weighted(KINDS, ({ weight }) => weight);
  const earliest = first + BEFORE;
  const latest = to - AFTER;
  const changesOn = dice.int(earliest, Math.max(earliest, latest));
  if (window && kind === 'STABLE') {
    return {
      kind: 'INTERMEDIARY_DELAY',
      changesOn: window.from,
      endsOn: window.to,
      days: window.days,
      ...fresh,
    };
  }
  if (earliest >= latest) return { kind: 'STABLE', changesOn: NEVER, endsOn: NEVER, days: 0, ...fresh };
  switch (kind) {
    case 'STEP':
      return { kind, changesOn, endsOn: NEVER, days: dice.int(8, 14), ...fresh };
    case 'DRIFT':
      return { kind, changesOn, endsOn: NEVER, days: dice.chance(0.5) ? 1 : 2, ...fresh };
    case 'STOP':
      return { kind, changesOn, endsOn: NEVER, days: 0, ...fresh };
    case 'DISPUTE':
      return { kind, changesOn, endsOn: changesOn + 31, days: dice.int(50, 85), ...fresh };
    case 'RECOVERY':
      return { kind, changesOn, endsOn: NEVER, days: dice.int(12, 25), ...fresh };
    case 'SEASONAL':
      return {
        kind,
        changesOn: decemberFrom(timeline, first),
        endsOn: NEVER,
        days: dice.int(10, 18),
        ...fresh,
      };
    default:
      return { kind: 'STABLE', changesOn: NEVER, endsOn: NEVER, days: 0, ...fresh };
  }
}

/** An intermediary who remits late, or tells its clients to wait, for some months: `from` to before `to`. */
export interface DelayWindow {
  readonly intermediary: string;
  readonly from: Day;
  readonly to: Day;
  readonly days: number;
}

export interface Payday {
  /** Null: will never pay of their own accord. */
  readonly late: number | null;
  readonly disputed: boolean;
}

/**
 * How late a payer pays a receipt that falls due on `due`: habit, season, regime, and what its intermediary does.
 * @param slack days that payers without a regime take longer, as long as collection is lax
 */
export function payday(
  dice: Dice,
  timeline: Timeline,
  client: Client,
  due: Day,
  window: DelayWindow | null,
  slack: number,
): Payday {
  const regime = client.regime;
  let late = client.usual + dice.normal() * client.spread;
  let risk = client.risk;
  let disputed = false;
  if (!regime) {
    late += slack;
    if (timeline.monthOfYear(due) === 11 && client.segment === 'PERSONAS') late += 3;
  } else {
    // Labelled payers have no other reason not to pay, so that the label is the whole truth.
    risk = 0;
    regime.seen++;
    const changed = regime.changesOn !== null && due >= regime.changesOn;
    const inside = changed && (regime.endsOn === null || due < regime.endsOn);
    if (changed) regime.since++;
    if (regime.kind === 'STEP' && inside) late += regime.days;
    if (regime.kind === 'DRIFT' && inside) late += regime.days * Math.min(regime.since, 20);
    if (regime.kind === 'STOP' && inside) return { late: null, disputed };
    if (regime.kind === 'RECOVERY' && !changed) late += regime.days;
    if (regime.kind === 'SEASONAL' && isDecember(timeline, due)) late += regime.days;
    if (regime.kind === 'DISPUTE' && inside && regime.since === 1) {
      late += regime.days;
      disputed = true;
    }
  }
  if (window && due >= window.from && due < window.to) late += window.days;
  if (dice.chance(risk)) return { late: null, disputed };
  return { late: Math.max(-20, Math.round(late)), disputed };
}

const isDecember = (timeline: Timeline, day: Day) => timeline.monthOfYear(day) === 11;

function decemberFrom(timeline: Timeline, from: Day): Day {
  let day = from;
  while (!isDecember(timeline, day)) day++;
  return day;
}
