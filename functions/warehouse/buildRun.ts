import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { allEnded } from '../core/allEnded.ts';
import { type Config, configHash } from '../core/config.ts';
import { addDays } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import { inParallel } from '../core/inParallel.ts';
import type { Engine, Relation, Row } from '../engine/engine.ts';
import type { Lake } from '../lake/lake.ts';
import type { NewPublishedRow } from '../lake/published.ts';
import type { PlannedDay } from './days.ts';
import { grainLaw, LAW_ROWS, severityOf, type Violation } from './laws.ts';
import { buildKeys, type LawResult, type Manifest, type ManifestOutput } from './manifest.ts';
import { type PlannedPass, partOf } from './plan.ts';
import { type Law, type Model, needsOf, type Project } from './project.ts';
import type { PublishedIndex } from './publishedIndex.ts';
import { cadenceDays } from './reads.ts';
import { knowledgeByDay, type Ledger, type Pass, wantedDays } from './relations.ts';
import type { BrokenLaw, BuildProgress, BuildReport, ModelReport } from './report.ts';
import { fileHash, Runner } from './runner.ts';

export interface BuildSetting {
  readonly lake: Lake;
  readonly engine: Engine;
  readonly project: Project;
  readonly ledger: Ledger;
  readonly config: Config;
  readonly signatures: ReadonlyMap<string, string>;
  /** What was published before; what this run writes is added to it. */
  readonly published: PublishedIndex;
  /** A local directory for files on their way to the lake. */
  readonly scratch: string;
  readonly build: string;
  readonly passes: number;
  readonly onProgress: (progress: BuildProgress) => void;
}

/** Rows published later than anything in the lake: what the run itself wrote is read before what it replaces. */
const RUN_SEQ = Number.MAX_SAFE_INTEGER;

/** One build under way: its passes, the files it wrote, and what its laws found. Nothing of it is visible. */
export class BuildRun {
  readonly setting: BuildSetting;
  readonly runner: Runner;
  readonly rows: NewPublishedRow[] = [];
  readonly #outputs: ManifestOutput[] = [];
  readonly #inputs = new Map<string, string | null>();
  readonly #models = new Map<string, ModelReport>();
  readonly #violations = new Map<string, Violation>();
  readonly #checked = new Map<string, LawResult>();

  constructor(setting: BuildSetting) {
    this.setting = setting;
    this.runner = new Runner(setting.engine, setting.project);
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
    return [...this.#violations.values()];
  }

  /** Builds pass after pass. The laws over what a pass gave are checked while the next one is built. */
  async all(plan: readonly PlannedPass[]): Promise<void> {
    const { engine, project } = this.setting;
    const checker = plan.length > 1 ? new Runner(await engine.beside(), project) : this.runner;
    let checking = Promise.resolve();
    for (const [index, planned] of plan.entries()) {
      // Nothing may run on when the engine is closed.
      await allEnded([this.#modelsOf(index, planned), checking]);
      checking = this.#laws(index, planned, checker);
    }
    await checking;
  }

  async #modelsOf(index: number, { pass, models }: PlannedPass): Promise<void> {
    for (const { model, days } of models) await this.#build(index, model, partOf(pass, days));
  }

  /**
   * A law that reads a table which keeps few days looks at those days, of every table. What the laws read is settled
   * before anything else is built.
   */
  async #laws(index: number, planned: PlannedPass, checker: Runner): Promise<void> {
    const { onProgress, passes, project, published } = this.setting;
    const progress = {
      model: 'laws',
      kind: 'law',
      pass: index + 1,
      passes,
      days: planned.days.length,
    } as const;
    onProgress(progress);
    const started = performance.now();
    const grains = planned.models.map(({ model }) => grainLaw(model));
    const checks = [...grains, ...project.laws].flatMap((law) => {
      const days = this.#keptDays(law, planned.days);
      const pass = partOf(planned.pass, days);
      return days.length === 0 ? [] : [{ law, pass, inputs: checker.inputs(law, pass, published) }];
    });
    // What the days carry with them is made anew for other days: the laws over as many days follow one another.
    checks.sort((a, b) => b.pass.days.length - a.pass.days.length);
    let rows = 0;
    for (const { law, pass, inputs } of checks) {
      await checker.prepare(law, pass, inputs);
      rows += this.#found(law, pass, await checker.offenders(law, LAW_ROWS));
    }
    onProgress({ ...progress, done: { rows, seconds: (performance.now() - started) / 1000 } });
  }

  /** The days that every table keeps that a law reads. */
  #keptDays(law: Law, days: readonly PlannedDay[]): readonly PlannedDay[] {
    const { project, published, ledger } = this.setting;
    const read = new Set(needsOf(law, project).keys());
    const models = project.models.filter(({ name, header }) => read.has(name) && header.dailyFor !== null);
    if (models.length === 0) return days;
    return days.filter(({ asOf, knownAt }) => {
      const version = ledger.calendar.versionAt(asOf, knownAt);
      return version !== null && models.every(({ name }) => published.holding(name, version));
    });
  }

  async #build(index: number, model: Model, pass: Pass): Promise<void> {
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
    const inputs = this.runner.inputs(model, pass, this.setting.published);
    await this.runner.prepare(model, pass, inputs);
    this.#note(inputs);
    const parts = this.#periods(pass.days).map((part) => ({
      ...part,
      path: path.join(this.setting.scratch, `${randomUUID()}.parquet`),
    }));
    const written = await this.runner.write(model, parts);
    const keys = parts.map(({ period }) => buildKeys.output(model.name, period, this.setting.build, index));
    await this.store(
      model,
      written.map((part, at) => ({ ...part, key: keys[at] ?? '' })),
    );
    const rows = written.flatMap((part, at) => this.rowsOf(model, part.period, keys[at] ?? '', part.days));
    this.visible(rows);
    const seconds = (performance.now() - started) / 1000;
    this.#count(model, {
      model: model.name,
      days: pass.days.length,
      rows: written.reduce((sum, part) => sum + part.rows, 0),
      bytes: written.reduce((sum, part) => sum + part.bytes, 0),
      files: written.length,
      seconds,
    });
    onProgress({ ...progress, done: { rows: written.reduce((sum, part) => sum + part.rows, 0), seconds } });
  }

  /** Puts local files in their places in the lake and notes what they hold. */
  async store(
    model: Model,
    files: readonly {
      readonly key: string;
      readonly path: string;
      readonly rows: number;
      readonly bytes: number;
    }[],
  ): Promise<void> {
    const { engine, lake } = this.setting;
    const decimals = model.header.columns.filter(({ type }) => type.startsWith('DECIMAL'));
    const summing = engine.sums(
      files.map(({ path }) => path),
      decimals.map(({ name }) => name),
    );
    const hashing = inParallel(
      files.map((file) => async () => ({ ...file, sha256: await fileHash(file.path) })),
    );
    await allEnded([summing, hashing]);
    const [sums, hashed] = [await summing, await hashing];
    await inParallel(
      files.map(
        ({ key, path }) =>
          () =>
            lake.putFile(key, path, { move: true }),
      ),
    );
    for (const [at, { key, rows, bytes, sha256 }] of hashed.entries())
      this.#outputs.push({ path: key, rows, bytes, sha256, sums: sums[at] ?? {} });
  }

  /** Lets later models of this run read rows; they become visible to others when the run is published. */
  visible(rows: readonly NewPublishedRow[]): void {
    this.rows.push(...rows);
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

  /** Notes what a law said of a pass. */
  #found(law: Law, pass: Pass, offenders: readonly Row[]): number {
    const { config } = this.setting;
    const before = this.#violations.get(law.name);
    // Among more rows than are looked at there may be any.
    const stands = offenders.length >= LAW_ROWS || offenders.some((row) => !this.#isCorrected(row, pass));
    const severity = severityOf(law, config);
    const found = stands || before?.severity === 'error' ? severity : 'warning';
    const rows = [...(before?.rows ?? []), ...offenders].slice(0, LAW_ROWS);
    this.#checked.set(law.name, {
      law: law.name,
      severity: rows.length === 0 ? severity : found,
      rows: rows.length,
    });
    if (rows.length === 0) return 0;
    const { en, es } = law.header;
    this.#violations.set(law.name, { law: law.name, file: law.file, severity: found, en, es, rows });
    return offenders.length;
  }

  /**
   * Whether a row that breaks a law is of a day that was delivered again since, and on which no day stands that is
   * shown today: it stays visible as what was known then, and stops nobody. A row that does not say its day is of any
   * of the pass.
   */
  #isCorrected(row: Row, pass: Pass): boolean {
    const { calendar } = this.setting.ledger;
    const days = pass.days.filter(({ asOf }) => row.as_of === undefined || asOf === row.as_of);
    return days.length > 0 && !days.some((day) => calendar.isStoodOn(day));
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

  #count(model: Model, more: ModelReport): void {
    const before = this.#models.get(model.name);
    this.#models.set(model.name, {
      model: model.name,
      days: (before?.days ?? 0) + more.days,
      rows: (before?.rows ?? 0) + more.rows,
      bytes: (before?.bytes ?? 0) + more.bytes,
      files: (before?.files ?? 0) + more.files,
      seconds: (before?.seconds ?? 0) + more.seconds,
    });
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
      checks: [...this.#checked.values()],
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
