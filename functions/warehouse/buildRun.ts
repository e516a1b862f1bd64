import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { allEnded } from '../core/allEnded.ts';
import { configHash } from '../core/config.ts';
import { addDays } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import { inParallel } from '../core/inParallel.ts';
import { type Job, workOff } from '../core/jobs.ts';
import type { Engine, Relation } from '../engine/engine.ts';
import type { Lake } from '../lake/lake.ts';
import type { NewPublishedRow } from '../lake/published.ts';
import type { PlannedDay } from './days.ts';
import { LawBook, type LawSetting, type Said } from './lawBook.ts';
import type { Violation } from './laws.ts';
import { buildKeys, type Manifest, type ManifestOutput } from './manifest.ts';
import { type PlannedPass, partOf } from './plan.ts';
import { type Law, type Model, needsOf } from './project.ts';
import { cadenceDays } from './reads.ts';
import { knowledgeByDay, type Pass, wantedDays } from './relations.ts';
import type { BrokenLaw, BuildReport, ModelReport } from './report.ts';
import { fileHash, Runner } from './runner.ts';

export interface BuildSetting extends LawSetting {
  readonly lake: Lake;
  readonly engine: Engine;
  readonly signatures: ReadonlyMap<string, string>;
  /** A local directory for files on their way to the lake. */
  readonly scratch: string;
  readonly build: string;
}

/** Rows published later than anything in the lake: what the run itself wrote is read before what it replaces. */
const RUN_SEQ = Number.MAX_SAFE_INTEGER;

/** What was made of a model: files in their places, and the rows that make them visible. */
interface Made {
  readonly model: Model;
  readonly days: number;
  readonly outputs: readonly ManifestOutput[];
  readonly rows: readonly NewPublishedRow[];
  readonly seconds: number;
}

/** One build under way: its passes, the files it wrote, and what its laws found. Nothing of it is visible. */
export class BuildRun {
  readonly setting: BuildSetting;
  readonly rows: NewPublishedRow[] = [];
  readonly #outputs: ManifestOutput[] = [];
  readonly #inputs = new Map<string, string | null>();
  readonly #models = new Map<string, ModelReport>();
  readonly #laws: LawBook;

  constructor(setting: BuildSetting) {
    this.setting = setting;
    this.#laws = new LawBook(setting);
  }

  /** True when a law of severity error is broken by what stands: nothing of the build may become visible. */
  get refused(): boolean {
    return this.violations.some(({ severity }) => severity === 'error');
  }

  /** `2026-06`: the month of the newest day that the lake knows. Those before it are closed. */
  get openMonth(): string {
    return (this.setting.ledger.calendar.last ?? '').slice(0, 7);
  }

  get violations(): readonly Violation[] {
    return this.#laws.violations;
  }

  /**
   * Builds all passes: a model once those that it reads are built, a law once its tables are. Two engines share the
   * work of several passes; what comes of it is told in the order of the plan, whoever was done first.
   */
  async all(plan: readonly PlannedPass[]): Promise<void> {
    const { engine, project } = this.setting;
    const engines = plan.length > 1 ? [engine, await engine.beside()] : [engine];
    const jobs: Job<Runner, Made | readonly Said[]>[] = [];
    // Whoever reads a model may read days of it that any pass so far builds.
    const builders = new Map<string, Job<Runner, unknown>[]>();
    const buildersOf = (file: Model | Law) =>
      [...needsOf(file, project).keys()].flatMap((name) => builders.get(name) ?? []);
    for (const [index, planned] of plan.entries()) {
      for (const { model, days } of planned.models) {
        const job = {
          batch: index,
          after: buildersOf(model),
          run: (runner: Runner) => this.#build(runner, index, model, partOf(planned.pass, days)),
        };
        builders.set(model.name, [...(builders.get(model.name) ?? []), job]);
        jobs.push(job);
      }
      jobs.push({
        batch: index,
        after: this.#laws.over(planned).flatMap(buildersOf),
        run: (runner: Runner) => this.#laws.check(runner, index, planned),
      });
    }
    const results = await workOff(
      engines.map((one) => new Runner(one, project)),
      jobs,
    );
    for (const result of results)
      if ('outputs' in result) {
        this.keep(result);
        this.#count(result);
      } else for (const said of result) this.#laws.note(said);
  }

  async #build(runner: Runner, index: number, model: Model, pass: Pass): Promise<Made> {
    const { onProgress, passes } = this.setting;
    const progress = {
      model: model.name,
      kind: 'model',
      pass: index + 1,
      passes,
      days: pass.days.length,
    } as const;
    onProgress(progress);
    const started = performance.now();
    this.#refuseGaps(model, pass);
    const inputs = runner.inputs(model, pass, this.setting.published);
    await runner.prepare(model, pass, inputs);
    this.#note(inputs);
    const parts = this.#periods(pass.days).map((part) => ({
      ...part,
      path: path.join(this.setting.scratch, `${randomUUID()}.parquet`),
    }));
    const written = await runner.write(model, parts);
    const files = written.map((part) => ({
      ...part,
      key: buildKeys.output(model.name, part.period, this.setting.build, index),
    }));
    const outputs = await this.store(model, files, runner.engine);
    const rows = files.flatMap(({ period, key, days }) => this.rowsOf(model, period, key, days));
    this.visible(rows);
    const seconds = (performance.now() - started) / 1000;
    onProgress({ ...progress, done: { rows: files.reduce((sum, file) => sum + file.rows, 0), seconds } });
    return { model, days: pass.days.length, outputs, rows, seconds };
  }

  /** Puts local files in their places in the lake. @returns what they hold */
  async store(
    model: Model,
    files: readonly {
      readonly key: string;
      readonly path: string;
      readonly rows: number;
      readonly bytes: number;
    }[],
    engine: Engine,
  ): Promise<ManifestOutput[]> {
    const { lake } = this.setting;
    const decimals = model.header.columns.filter(({ type }) => type.startsWith('DECIMAL'));
    const summing = engine.sums(
      files.map(({ path }) => path),
      decimals.map(({ name }) => name),
    );
    const hashing = inParallel(
      files.map(
        ({ path }) =>
          () =>
            fileHash(path),
      ),
    );
    await allEnded([summing, hashing]);
    const [sums, hashes] = [await summing, await hashing];
    return inParallel(
      files.map(({ key, path, rows, bytes }, at) => async () => {
        await lake.putFile(key, path, { move: true });
        return { path: key, rows, bytes, sha256: hashes[at] ?? '', sums: sums[at] ?? {} };
      }),
    );
  }

  /** Notes files for the manifest, and the rows that make them visible for the publication. */
  keep({ outputs, rows }: Pick<Made, 'outputs' | 'rows'>): void {
    this.#outputs.push(...outputs);
    this.rows.push(...rows);
  }

  #count({ model, days, outputs, seconds }: Made): void {
    const before = this.#models.get(model.name);
    const sum = (what: 'rows' | 'bytes') => outputs.reduce((total, output) => total + output[what], 0);
    this.#models.set(model.name, {
      model: model.name,
      days: (before?.days ?? 0) + days,
      rows: (before?.rows ?? 0) + sum('rows'),
      bytes: (before?.bytes ?? 0) + sum('bytes'),
      files: (before?.files ?? 0) + outputs.length,
      seconds: (before?.seconds ?? 0) + seconds,
    });
  }

  /** Lets later models of this run read rows; they become visible to others when the run is published. */
  visible(rows: readonly NewPublishedRow[]): void {
    this.setting.published.add(rows.map((row) => ({ ...row, seq: RUN_SEQ })));
  }

  /**
   * The rows that point to a file: runs of days that became known for the first time share one, a later version has
   * its own, known from its own cut-off. Days of the open month have their own, too: while they are new, it matters at
   * which moment each became known.
   */
  rowsOf(model: Model, period: string, key: string, days: readonly PlannedDay[]): NewPublishedRow[] {
    const { calendar } = this.setting.ledger;
    const runs: PlannedDay[][] = [];
    const isFirst = (day: PlannedDay) => calendar.versionsOf(day.asOf)[0]?.knownAt === day.knownAt;
    for (const day of days) {
      const run = runs.at(-1);
      const before = run?.at(-1);
      if (
        run &&
        before &&
        day.asOf.slice(0, 7) < this.openMonth &&
        isFirst(day) &&
        isFirst(before) &&
        addDays(before.asOf, 1) === day.asOf &&
        before.knownAt <= day.knownAt
      )
        run.push(day);
      else runs.push([day]);
    }
    return runs.flatMap((run) => {
      const first = run[0];
      const last = run.at(-1);
      if (!first || !last) return [];
      return [
        {
          table_name: model.name,
          period,
          first_day: first.asOf,
          last_day: last.asOf,
          build: this.setting.build,
          known_from: first.knownAt,
          path: key,
        },
      ];
    });
  }

  /** Days by the file that they go into: one a month, under the day's name when it is one day. */
  #periods(days: readonly PlannedDay[]): { readonly period: string; readonly days: readonly PlannedDay[] }[] {
    const months = new Map<string, PlannedDay[]>();
    for (const day of days) {
      const month = day.asOf.slice(0, 7);
      months.set(month, [...(months.get(month) ?? []), day]);
    }
    return [...months].map(([month, some]) => ({
      period: some.length > 1 ? month : (some[0]?.asOf ?? month),
      days: some,
    }));
  }

  /**
   * A day that a model reads, that the lake knew, and that nobody built would be taken for a day without receipts.
   * @throws AlturasError `DAYS_NOT_BUILT`
   */
  #refuseGaps(model: Model, pass: Pass): void {
    const { project, ledger, published } = this.setting;
    const knownAt = knowledgeByDay(pass);
    for (const [name, spans] of needsOf(model, project)) {
      const read = project.models.find((candidate) => candidate.name === name);
      if (!read) continue;
      const gaps = cadenceDays(read.header.cadence, wantedDays(pass, spans)).filter((day) => {
        const version = ledger.calendar.versionAt(day, knownAt(day));
        // The version before it would be taken for it.
        return version !== null && !published.holding(name, version);
      });
      const [first] = gaps;
      if (first === undefined) continue;
      throw new AlturasError(
        'missing',
        'DAYS_NOT_BUILT',
        `${model.name} reads ${name} of ${gaps.length === 1 ? first : `${gaps.length} days from ${first}`}, which nobody built.`,
        {
          value: first,
          expected: `every day that ${model.name} reads to be built before it`,
          safe: 'what is published stays as it is',
          hint: `build from ${first} on: alturas build --from ${first}`,
        },
      );
    }
  }

  /** Notes the files that a relation was read from, except those of this run. */
  #note(relations: readonly Relation[]): void {
    for (const relation of relations)
      if (relation.kind === 'files')
        for (const { key } of relation.files) {
          if (key.includes(`/build=${this.setting.build}/`)) continue;
          this.#inputs.set(key, this.setting.ledger.fileHash(key));
        }
  }

  manifest(plan: readonly PlannedPass[]): Manifest {
    const { build, engine, project, config } = this.setting;
    const byName = <T>(entries: readonly (readonly [string, T])[]): Record<string, T> =>
      Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
    return {
      version: 1,
      build,
      engine: engine.version,
      config: configHash(config),
      models: byName(
        project.models.map(({ name, hash }) => [
          name,
          { file: hash, signature: this.setting.signatures.get(name) ?? '' },
        ]),
      ),
      laws: byName(project.laws.map(({ name, hash }) => [name, hash])),
      days: plan.flatMap(({ days, models }) =>
        days.map((day) => ({
          as_of: day.asOf,
          known_at: day.knownAt,
          snapshot: day.snapshotDelivery,
          models: models.filter((one) => one.days.includes(day)).map(({ model }) => model.name),
        })),
      ),
      inputs: byName([...this.#inputs]),
      outputs: this.#outputs,
      checks: this.#laws.results,
      published: !this.refused,
    };
  }

  report(plan: readonly PlannedPass[]): Omit<BuildReport, 'compacted' | 'engine' | 'seconds'> {
    const days = plan.flatMap((pass) => pass.days.map(({ asOf }) => asOf)).sort();
    const [from] = days;
    const to = days.at(-1);
    return {
      status: this.refused ? 'refused' : 'published',
      deliveries: this.setting.ledger.calendar.deliveries.length,
      outdated: [],
      build: this.setting.build,
      days: from === undefined || to === undefined ? null : { from, to, count: days.length },
      passes: plan.length,
      models: [...this.#models.values()],
      broken: this.violations.map(
        ({ rows, ...violation }): BrokenLaw => ({
          ...violation,
          rows: rows.length,
          sample: rows.slice(0, 10),
          evidence: buildKeys.law(this.setting.build, violation.law),
        }),
      ),
    };
  }
}
