import type { Config } from '../core/config.ts';
import type { Row } from '../engine/engine.ts';
import type { PlannedDay } from './days.ts';
import { grainLaw, LAW_ROWS, severityOf, type Violation } from './laws.ts';
import type { LawResult } from './manifest.ts';
import { type PlannedPass, partOf } from './plan.ts';
import { type Law, needsOf, type Project } from './project.ts';
import type { PublishedIndex } from './publishedIndex.ts';
import type { Ledger, Pass } from './relations.ts';
import type { BuildProgress } from './report.ts';
import type { Runner } from './runner.ts';

/** What laws are checked over. */
export interface LawSetting {
  readonly project: Project;
  readonly ledger: Ledger;
  readonly config: Config;
  /** What was published before; what the run itself writes is added to it. */
  readonly published: PublishedIndex;
  readonly passes: number;
  readonly onProgress: (progress: BuildProgress) => void;
}

/** What a law said of some days of a pass. */
export interface Said {
  readonly law: Law;
  readonly pass: Pass;
  readonly offenders: readonly Row[];
}

/** The laws of a build, and what they said of its passes. */
export class LawBook {
  readonly #setting: LawSetting;
  readonly #violations = new Map<string, Violation>();
  readonly #results = new Map<string, LawResult>();

  constructor(setting: LawSetting) {
    this.#setting = setting;
  }

  get violations(): readonly Violation[] {
    return [...this.#violations.values()];
  }

  get results(): readonly LawResult[] {
    return [...this.#results.values()];
  }

  /** The laws over a pass: of the grain of what it builds, and those of the project. */
  over({ models }: PlannedPass): Law[] {
    return [...models.map(({ model }) => grainLaw(model)), ...this.#setting.project.laws];
  }

  /**
   * Checks the laws over a pass. A law that reads a table which keeps few days looks at those days, of every table.
   */
  async check(runner: Runner, index: number, planned: PlannedPass): Promise<Said[]> {
    const { pass, days } = planned;
    const { onProgress, passes, published } = this.#setting;
    const progress = { model: 'laws', kind: 'law', pass: index + 1, passes, days: days.length } as const;
    onProgress(progress);
    const started = performance.now();
    const checks = this.over(planned).flatMap((law) => {
      const some = this.#keptDays(law, days);
      return some.length === 0 ? [] : [{ law, pass: partOf(pass, some) }];
    });
    // What the days carry with them is made anew for other days: the laws over as many days follow one another.
    checks.sort((a, b) => b.pass.days.length - a.pass.days.length);
    const said: Said[] = [];
    for (const check of checks) {
      await runner.prepare(check.law, check.pass, runner.inputs(check.law, check.pass, published));
      said.push({ ...check, offenders: await runner.offenders(check.law, LAW_ROWS) });
    }
    const rows = said.reduce((sum, { offenders }) => sum + offenders.length, 0);
    onProgress({ ...progress, done: { rows, seconds: (performance.now() - started) / 1000 } });
    return said;
  }

  /** The days that every table keeps that a law reads. */
  #keptDays(law: Law, days: readonly PlannedDay[]): readonly PlannedDay[] {
    const { project, published, ledger } = this.#setting;
    const read = new Set(needsOf(law, project).keys());
    const models = project.models.filter(({ name, header }) => read.has(name) && header.dailyFor !== null);
    if (models.length === 0) return days;
    return days.filter(({ asOf, knownAt }) => {
      const version = ledger.calendar.versionAt(asOf, knownAt);
      return version !== null && models.every(({ name }) => published.holding(name, version));
    });
  }

  /** Notes what a law said of a pass. */
  note({ law, pass, offenders }: Said): void {
    const { config } = this.#setting;
    const before = this.#violations.get(law.name);
    // Among more rows than are looked at there may be any.
    const stands = offenders.length >= LAW_ROWS || offenders.some((row) => !this.#isCorrected(row, pass));
    const severity = severityOf(law, config);
    const found = stands || before?.severity === 'error' ? severity : 'warning';
    const rows = [...(before?.rows ?? []), ...offenders].slice(0, LAW_ROWS);
    this.#results.set(law.name, {
      law: law.name,
      severity: rows.length === 0 ? severity : found,
      rows: rows.length,
    });
    if (rows.length === 0) return;
    const { en, es } = law.header;
    this.#violations.set(law.name, { law: law.name, file: law.file, severity: found, en, es, rows });
  }

  /**
   * Whether a row that breaks a law is of a day that was delivered again since, and on which no day stands that is
   * shown today: it stays visible as what was known then, and stops nobody. A row that does not say its day is of any
   * of the pass.
   */
  #isCorrected(row: Row, pass: Pass): boolean {
    const { calendar } = this.#setting.ledger;
    const days = pass.days.filter(({ asOf }) => row.as_of === undefined || asOf === row.as_of);
    return days.length > 0 && !days.some((day) => calendar.isStoodOn(day));
  }
}
