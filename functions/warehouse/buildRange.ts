import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { canonicalJson } from '../core/canonical.ts';
import { type Config, configHash } from '../core/config.ts';
import type { AthenaSettings } from '../engine/athena/settings.ts';
import { Session, type SessionOptions } from '../engine/duckdb.ts';
import { DuckEngine } from '../engine/duckEngine.ts';
import type { Engine } from '../engine/engine.ts';
import { publishedCodec } from '../engine/publishedCodec.ts';
import type { Lake } from '../lake/lake.ts';
import { publish } from '../lake/published.ts';
import { BuildRun } from './buildRun.ts';
import { compactMonths } from './compaction.ts';
import { buildId, buildKeys, type Manifest } from './manifest.ts';
import { type PlannedPass, partOf } from './plan.ts';
import { outdatedModels, type PlanOptions, planBuild, ROWS_PER_PASS } from './planBuild.ts';
import type { Project } from './project.ts';
import type { PublishedIndex } from './publishedIndex.ts';
import { suppliedRelations } from './relations.ts';
import type { BuildProgress, BuildReport } from './report.ts';
import { type Budget, budgetOf, type EngineName, type EngineRequest, routeOf, workOf } from './router.ts';
import { Runner } from './runner.ts';

export interface BuildOptions extends PlanOptions {
  /** DuckDB's buffer limit, e.g. `2GB`. Default: see engine/limits.ts. */
  readonly memoryLimit?: string;
  readonly threads?: number;
  /** Who runs the SQL; `auto`, the default, decides by what the range needs. */
  readonly engine?: EngineRequest | undefined;
  /** Where Athena is, when there is one. What is built is then registered in its Glue catalogue, whoever built it. */
  readonly athena?: AthenaSettings | undefined;
  /** False: nothing is registered, as nobody will read what is built. */
  readonly register?: boolean;
  /** What one run may take before the range is Athena's. */
  readonly budget?: Partial<Budget>;
  /** An engine of the caller's own, whatever the range needs. */
  readonly openEngine?: (lake: Lake, options: SessionOptions) => Promise<Engine>;
  readonly onProgress?: (progress: BuildProgress) => void;
}

/**
 * Builds every day version of a range that is missing (or stale), and makes all of it visible by one write, or none.
 * Killed at any moment it leaves files that nobody reads; the next run writes the same files again.
 * @throws AlturasError `MODELS_INVALID` with all errors of all models; `PUBLISH_CONFLICT` when another builder
 *   published the same days meanwhile; `MODEL_TYPES`, `MODEL_FAILED`, `SQL_OUT_OF_MEMORY`
 */
export async function buildRange(lake: Lake, options: BuildOptions): Promise<BuildReport> {
  const started = performance.now();
  const scratch = await lake.scratch();
  const session = await Session.open({ scratch, trino: false, threads: 1 });
  try {
    const codec = publishedCodec(session, scratch);
    const planned = await planBuild(lake, codec, options);
    const { project, ledger, published, current, signed, plan } = planned;
    const seconds = () => (performance.now() - started) / 1000;
    if (plan.length === 0)
      return {
        status: 'unchanged',
        deliveries: ledger.calendar.deliveries.length,
        outdated: await outdatedModels(lake, planned),
        build: null,
        days: null,
        passes: 0,
        models: [],
        broken: [],
        compacted: [],
        engine: null,
        seconds: seconds(),
      };

    const work = workOf(plan, ledger);
    const route = routeOf(work, {
      asked: options.engine ?? 'auto',
      athena: athenaAbsent(lake, options),
      budget: { ...budgetOf(options.memoryLimit), ...options.budget },
    });
    const engine = await (options.openEngine ?? opener(route.engine, options.athena))(lake, {
      scratch: path.join(scratch, 'spill'),
      ...(options.memoryLimit === undefined ? {} : { memoryLimit: options.memoryLimit }),
      ...(options.threads === undefined ? {} : { threads: options.threads }),
    });
    try {
      const identity = identityOf(plan, new Runner(engine, project), options, {
        engine: engine.version,
        laws: project.laws.map(({ hash }) => hash),
        signatures: signed,
        published,
      });
      const run = new BuildRun({
        lake,
        engine,
        project,
        ledger,
        config: options.config,
        signatures: signed,
        published,
        scratch,
        build: buildId(engine.repeatable ? identity : { identity, run: randomUUID() }),
        passes: plan.length,
        onProgress: options.onProgress ?? (() => undefined),
      });
      await run.all(plan);
      const compacted = run.refused ? [] : await compactMonths(run);
      const manifest = run.manifest(plan);
      await storeManifest(lake, manifest, project, options.config, run);
      if (!run.refused && options.register !== false && options.athena && isInS3(lake)) {
        // Loaded only here, as the engine is: builds without a catalogue need not load its SDK.
        const { registerBuild } = await import('./registered.ts');
        await registerBuild(options.athena, lake, project, run.rows, Object.keys(manifest.inputs));
      }
      if (!run.refused) await publish(lake, codec, run.rows, { since: current.seq, known: current });
      return {
        ...run.report(plan),
        compacted,
        engine: { ...route, version: engine.version },
        seconds: seconds(),
      };
    } finally {
      await engine.close();
    }
  } finally {
    session.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Why a range cannot go to Athena; null when it can. */
function athenaAbsent(lake: Lake, options: BuildOptions): string | null {
  if (!options.athena) return 'ALTURAS_GLUE_DATABASE and ALTURAS_ATHENA_WORKGROUP are not set';
  return isInS3(lake) ? null : 'the lake is not in S3';
}

function isInS3(lake: Lake): boolean {
  return lake.location.startsWith('s3://');
}

function opener(
  engine: EngineName,
  athena: AthenaSettings | undefined,
): NonNullable<BuildOptions['openEngine']> {
  if (engine === 'duckdb' || !athena) return DuckEngine.open;
  return async (lake, session) => {
    // Loaded only here: builds without Athena need not load its SDK.
    const { AthenaEngine } = await import('../engine/athena/athenaEngine.ts');
    return AthenaEngine.open(lake, session, athena);
  };
}

/** What makes a build the one that it is; two runs with the same identity write the same bytes. */
function identityOf(
  plan: readonly PlannedPass[],
  runner: Runner,
  options: BuildOptions,
  facts: {
    readonly engine: string;
    readonly laws: readonly string[];
    readonly signatures: ReadonlyMap<string, string>;
    readonly published: PublishedIndex;
  },
): unknown {
  return {
    engine: facts.engine,
    config: configHash(options.config),
    rowsPerPass: options.rowsPerPass ?? ROWS_PER_PASS,
    laws: facts.laws,
    passes: plan.map(({ pass, models }) => ({
      supplied: suppliedRelations(pass),
      models: models.map(({ model, days }) => ({
        model: model.name,
        signature: facts.signatures.get(model.name),
        days: days.map(({ asOf }) => asOf),
        // A model changed and changed back is another build, or its rows would stay hidden under those of the change.
        replaces: days.map(
          ({ asOf, knownAt }) => facts.published.at(model.name, asOf, knownAt)?.build ?? null,
        ),
        reads: runner.inputs(model, partOf(pass, days), facts.published),
      })),
    })),
  };
}

/** Texts by hash first, the manifest last; none of it is visible to a reader of numbers. */
async function storeManifest(
  lake: Lake,
  manifest: Manifest,
  project: Project,
  config: Config,
  run: BuildRun,
): Promise<void> {
  for (const file of [...project.models, ...project.laws])
    await putOnce(lake, buildKeys.model(file.hash), file.text);
  await putOnce(lake, buildKeys.config(configHash(config)), canonicalJson(config));
  for (const violation of run.violations)
    await lake.put(
      buildKeys.law(manifest.build, violation.law),
      `${JSON.stringify({ ...violation, rows: violation.rows }, null, 1)}\n`,
    );
  await lake.put(buildKeys.manifest(manifest.build), `${JSON.stringify(manifest, null, 1)}\n`);
}

async function putOnce(lake: Lake, key: string, text: string): Promise<void> {
  if ((await lake.head(key)) === null) await lake.put(key, text);
}
