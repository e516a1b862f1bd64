import type { Config } from '../core/config.ts';
import { type BusinessDate, daysBetween, isMonthEnd } from '../core/dates.ts';
import { type DayVersion, knowledgeOf, type PlannedDay, periodOf, versionBatches } from './days.ts';
import { type Model, needsOf, type Project } from './project.ts';
import type { PublishedIndex } from './publishedIndex.ts';
import { cadenceDays } from './reads.ts';
import { type Ledger, type Pass, wantedDays } from './relations.ts';

/** Some days, and of each model those of them that have to be built: one statement per model. */
export interface PlannedPass {
  readonly days: readonly PlannedDay[];
  readonly pass: Pass;
  readonly models: readonly { readonly model: Model; readonly days: readonly PlannedDay[] }[];
}

/** What a plan is made of. */
export interface PlanInput {
  readonly project: Project;
  readonly ledger: Ledger;
  readonly published: PublishedIndex;
  readonly config: Config;
  readonly from?: BusinessDate | undefined;
  readonly to?: BusinessDate | undefined;
  /** Receipts that one pass may hold at most, roughly; a longer range is cut at month ends. */
  readonly rowsPerPass: number;
  /** Says whether what is published of a model on a day no longer matches the model. */
  readonly isStale: (model: Model, row: { readonly build: string }) => boolean;
}

/**
 * The passes that build what is missing, in the order in which things became known. Nothing already there is built
 * again, unless it is stale.
 */
export function planPasses(input: PlanInput): PlannedPass[] {
  const { project, ledger } = input;
  const stored = project.models.filter((model) => !model.header.view);
  const passes: PlannedPass[] = [];
  let found: KeptDays | undefined;
  // Only days that are old, and not there, ask for it: a build of the newest day does not.
  const kept = () => (found ??= daysKept(input, stored));
  // A version built anew would hide later versions of its day: they are built anew after it.
  const rebuilt = new Map<BusinessDate, Set<string>>();
  for (const batch of versionBatches(ledger.calendar)) {
    const missing = new Map<BusinessDate, ReadonlySet<string>>();
    for (const version of batch) {
      if (input.from !== undefined && version.asOf < input.from) continue;
      if (input.to !== undefined && version.asOf > input.to) continue;
      const earlier = rebuilt.get(version.asOf);
      const names = stored
        .filter((model) => earlier?.has(model.name) || isMissing(input, model, version, kept))
        .map(({ name }) => name);
      if (names.length === 0) continue;
      missing.set(version.asOf, new Set(names));
      rebuilt.set(version.asOf, new Set([...(earlier ?? []), ...names]));
    }
    const days = batch
      .filter(({ asOf }) => missing.has(asOf))
      .map(({ asOf, knownAt }) => ledger.calendar.plan(asOf, knownAt, 'delivered'));
    for (const some of chunks(days, input))
      passes.push({
        days: some,
        pass: passOver(input, some),
        models: stored.flatMap((model) => {
          const mine = some.filter(({ asOf }) => missing.get(asOf)?.has(model.name));
          return mine.length === 0 ? [] : [{ model, days: mine }];
        }),
      });
  }
  return passes;
}

/** A pass of an ordinary build: days as delivered, with the month to date. */
export function passOver(
  { ledger, config }: Pick<Pass, 'ledger' | 'config'>,
  days: readonly PlannedDay[],
): Pass {
  const periods = days.map(({ asOf }) => periodOf('month', asOf));
  return { ledger, config, days, periods, knownAt: knowledgeOf(days), mode: 'delivered' };
}

const parts = new WeakMap<Pass, Map<string, Pass>>();

/** A pass over some of the days of a larger one, with its knowledge: the same one for the same days. */
export function partOf(whole: Pass, days: readonly PlannedDay[]): Pass {
  const known = parts.get(whole) ?? new Map<string, Pass>();
  parts.set(whole, known);
  const key = days.map(({ asOf }) => asOf).join();
  const part = known.get(key) ?? { ...passOver(whole, days), knownAt: whole.knownAt };
  known.set(key, part);
  return part;
}

/** By model that keeps few days, days of it that are kept whatever their age. */
type KeptDays = ReadonlyMap<string, ReadonlySet<BusinessDate>>;

/**
 * By model that keeps few days, the days of it that are kept whatever their age: month ends, and what models read that
 * are built for all days or for days that they keep.
 */
function daysKept(input: PlanInput, stored: readonly Model[]): KeptDays {
  const { project, ledger } = input;
  const kept = new Map(
    stored.flatMap(({ name, header }) =>
      header.dailyFor === null ? [] : [[name, new Set<BusinessDate>()] as const],
    ),
  );
  const batches = versionBatches(ledger.calendar).map((batch) =>
    batch.map(({ asOf, knownAt }) => ledger.calendar.plan(asOf, knownAt, 'delivered')),
  );
  // Whoever reads a model comes after it.
  for (const reader of stored.toReversed()) {
    const needs = [...needsOf(reader, project)].filter(([name]) => kept.has(name));
    if (needs.length === 0) continue;
    for (const batch of batches) {
      const planned = batch.filter(({ asOf }) => isKept(reader, asOf, ledger.calendar.last, () => kept));
      if (planned.length === 0) continue;
      const pass = passOver(input, planned);
      for (const [name, spans] of needs) for (const day of wantedDays(pass, spans)) kept.get(name)?.add(day);
    }
  }
  return kept;
}

/** Whether a model is to be built for a day, be it never so old. */
function isKept(
  { name, header }: Model,
  day: BusinessDate,
  newest: BusinessDate | null,
  kept: () => KeptDays,
): boolean {
  if (cadenceDays(header.cadence, [day]).length === 0) return false;
  const { dailyFor } = header;
  if (dailyFor === null || newest === null || isMonthEnd(day)) return true;
  return daysBetween(day, newest) <= dailyFor || kept().get(name)?.has(day) === true;
}

function isMissing(
  { ledger, published, isStale }: PlanInput,
  model: Model,
  version: DayVersion,
  kept: () => KeptDays,
): boolean {
  const { asOf, knownAt } = version;
  const row = published.holding(model.name, version);
  if (row !== undefined) return isStale(model, row);
  // Where the version before it was kept, when the day was new, that one would be taken for it.
  const isShown = published.at(model.name, asOf, knownAt) !== undefined;
  return isShown || isKept(model, asOf, ledger.calendar.last, kept);
}

/** Days cut where a pass would grow too large: at the last month end that fits, or within a month that does not. */
export function chunks(
  days: readonly PlannedDay[],
  input: Pick<PlanInput, 'ledger' | 'rowsPerPass'>,
): PlannedDay[][] {
  const cut: PlannedDay[][] = [];
  let current: PlannedDay[] = [];
  let rows = 0;
  for (const month of byMonth(days)) {
    const monthRows = month.reduce((sum, day) => sum + snapshotRows(day, input.ledger), 0);
    if (current.length > 0 && rows + monthRows > input.rowsPerPass) {
      cut.push(current);
      current = [];
      rows = 0;
    }
    for (const day of month) {
      const dayRows = snapshotRows(day, input.ledger);
      if (current.length > 0 && rows + dayRows > input.rowsPerPass) {
        cut.push(current);
        current = [];
        rows = 0;
      }
      current.push(day);
      rows += dayRows;
    }
  }
  return current.length > 0 ? [...cut, current] : cut;
}

function byMonth(days: readonly PlannedDay[]): PlannedDay[][] {
  const months: PlannedDay[][] = [];
  for (const day of days) {
    const month = months.at(-1);
    if (month?.[0]?.asOf.slice(0, 7) === day.asOf.slice(0, 7)) month.push(day);
    else months.push([day]);
  }
  return months;
}

/** Receipts that a day's snapshot holds. */
export function snapshotRows(day: PlannedDay, ledger: Ledger): number {
  const { calendar } = ledger;
  const snapshot = calendar.snapshotAt('receipts', day.asOf, day.knownAt);
  return (snapshot && ledger.entry(snapshot.seq)?.feeds.receipts?.accepted) ?? 0;
}
