import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { type BusinessDate, eachDay, monthEnd } from '../core/dates.ts';
import type { BuildRun } from './buildRun.ts';
import type { DayVersion, PlannedDay } from './days.ts';
import { buildKeys } from './manifest.ts';
import type { Model } from './project.ts';

/** Fewer rows of one day than this are left as they are: a month file with a few corrected days is quick to read. */
const WORTH_IT = 4;

/**
 * Puts the days of closed months together, one file a month: many small files are slow to read. The rows stay
 * what they were, and days before a re-delivery stay readable from the files they were in.
 */
export async function compactMonths(
  run: BuildRun,
): Promise<{ readonly model: string; readonly month: string }[]> {
  const done: { model: string; month: string }[] = [];
  const { project, ledger, published, onProgress, passes } = run.setting;
  const { first } = ledger.calendar;
  if (first === null) return done;
  // Many models have rows of single days of the same months.
  const newest = new Map<string, readonly DayVersion[] | null>();
  for (const model of project.models.filter(({ header }) => !header.view && header.cadence === 'day'))
    for (const month of published.monthsOfDays(model.name).filter((name) => name < run.openMonth)) {
      const versions = newest.get(month) ?? newestVersions(run, month, first);
      newest.set(month, versions);
      if (!versions || !isWorthIt(run, model, versions)) continue;
      const progress = {
        model: model.name,
        kind: 'compaction',
        pass: passes,
        passes,
        days: versions.length,
      } as const;
      onProgress(progress);
      const started = performance.now();
      const rows = await compact(run, model, month, versions);
      onProgress({ ...progress, done: { rows, seconds: (performance.now() - started) / 1000 } });
      done.push({ model: model.name, month });
    }
  return done;
}

/** The newest version of every day of a month; null while one is missing. */
function newestVersions(run: BuildRun, month: string, first: BusinessDate): readonly DayVersion[] | null {
  const start = `${month}-01` as BusinessDate;
  const versions: DayVersion[] = [];
  for (const day of eachDay(start < first ? first : start, monthEnd(start))) {
    const version = run.setting.ledger.calendar.versionAt(day);
    if (!version) return null;
    versions.push(version);
  }
  return versions;
}

function isWorthIt(run: BuildRun, model: Model, versions: readonly DayVersion[]): boolean {
  const { published } = run.setting;
  const holders = versions.map((version) => published.holding(model.name, version));
  if (holders.some((row) => row === undefined)) return false;
  return holders.filter((row) => row?.first_day === row?.last_day).length >= WORTH_IT;
}

async function compact(
  run: BuildRun,
  model: Model,
  month: string,
  versions: readonly DayVersion[],
): Promise<number> {
  const { engine, published, build, scratch, passes, ledger } = run.setting;
  const days = versions.map(({ asOf }) => asOf);
  await engine.supply({
    kind: 'files',
    name: '__month',
    columns: model.header.columns,
    files: published.files(model.name, days),
  });
  const written = await engine.write(
    'SELECT * FROM "__month"',
    model.header.order,
    path.join(scratch, `${randomUUID()}.parquet`),
  );
  const key = buildKeys.output(model.name, month, build, passes);
  const outputs = await run.store(model, [{ ...written, key }], engine);
  const planned: PlannedDay[] = versions.map(({ asOf, knownAt }) =>
    ledger.calendar.plan(asOf, knownAt, 'delivered'),
  );
  const rows = run.rowsOf(model, month, key, planned);
  run.visible(rows);
  run.keep({ outputs, rows });
  return written.rows;
}
