import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../core/config.ts';
import { addDays, type BusinessDate } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import { type AthenaSettings, athenaOf } from '../engine/athena/settings.ts';
import { Session } from '../engine/duckdb.ts';
import type { Row } from '../engine/engine.ts';
import { publishedCodec } from '../engine/publishedCodec.ts';
import { BranchLake } from '../lake/branchLake.ts';
import type { Lake } from '../lake/lake.ts';
import { PUBLISHED_KEY, readPublished } from '../lake/published.ts';
import { type BuildOptions, buildRange } from '../warehouse/buildRange.ts';
import { checkModels } from '../warehouse/check.ts';
import { LAW_ROWS, type Violation } from '../warehouse/laws.ts';
import { buildKeys, type Manifest, Manifests } from '../warehouse/manifest.ts';
import { compareRows, type ParityLine } from '../warehouse/parityLines.ts';
import { compareTables } from '../warehouse/parityTables.ts';
import type { BuildProgress } from '../warehouse/report.ts';
import type { EngineName } from '../warehouse/router.ts';
import { compareKpis } from './parityKpis.ts';

/** One side of a comparison. */
export interface ParitySide {
  readonly engine: string;
  readonly build: string;
  /** How long it built; null for a build that was there. */
  readonly seconds: number | null;
}

/** What comparing two builds of the same days gave. */
export interface ParityReport {
  readonly left: ParitySide;
  readonly right: ParitySide;
  readonly days: number;
  readonly models: readonly ParityLine[];
  /** The rows that break each law, by each engine. */
  readonly laws: readonly ParityLine[];
  /** By company and office, as asked on each engine over its own marts of the last day. Empty for builds that were there. */
  readonly kpis: readonly ParityLine[];
  readonly differences: number;
}

export interface ParityOptions {
  readonly config: Config;
  /** The days to build by each engine, over what is published before them; all days unless given. */
  readonly from?: BusinessDate | undefined;
  readonly to?: BusinessDate | undefined;
  /** Whether KPIs are asked, too. Default true. */
  readonly kpis?: boolean;
  readonly athena?: AthenaSettings | undefined;
  /** Stands between a build and its engine. */
  readonly around?: (engine: EngineName) => BuildOptions['openEngine'];
  readonly onProgress?: (engine: EngineName, progress: BuildProgress) => void;
}

const SIDES = ['duckdb', 'athena'] as const;

/**
 * Builds the same days by DuckDB and by Athena over the same files, each in a branch of the lake that nobody else
 * sees, and compares every cell of every mart, of the rows that break each law, and of every KPI. The branches are removed.
 * @throws AlturasError `ENGINE_ABSENT`, and as `buildRange`
 */
export async function parity(lake: Lake, options: ParityOptions): Promise<ParityReport> {
  const id = randomUUID().slice(0, 8);
  const athena = options.athena ?? athenaOf(process.env);
  const branches = SIDES.map((engine) => ({
    engine,
    lake: new BranchLake(lake, `parity/${id}/${engine}`, [PUBLISHED_KEY]),
  }));
  try {
    const sides: (ParitySide & { readonly lake: BranchLake })[] = [];
    for (const { engine, lake: branch } of branches) {
      await seed(lake, branch, options.from);
      const openEngine = options.around?.(engine);
      const report = await buildRange(branch, {
        config: options.config,
        from: options.from,
        to: options.to,
        engine,
        athena,
        register: false,
        ...(openEngine ? { openEngine } : {}),
        onProgress: (progress) => options.onProgress?.(engine, progress),
      });
      if (report.build === null)
        throw new AlturasError('missing', 'NOTHING_TO_BUILD', 'No day of this range was delivered.', {
          hint: 'see the days with `alturas ls deliveries`',
        });
      sides.push({
        lake: branch,
        engine: report.engine?.version ?? engine,
        build: report.build,
        seconds: report.seconds,
      });
    }
    const [left, right] = sides;
    if (!left || !right) throw new AlturasError('internal', 'PARITY_SIDES', 'A side was not built.');
    const compared = await compareBuilds(left, right);
    const kpis = options.kpis === false || !athena ? [] : await compareKpis(left.lake, right.lake, athena);
    return {
      ...compared,
      left: { engine: left.engine, build: left.build, seconds: left.seconds },
      right: { engine: right.engine, build: right.build, seconds: right.seconds },
      kpis,
      differences: compared.differences + kpis.reduce((sum, line) => sum + line.differences, 0),
    };
  } finally {
    for (const { lake: branch } of branches) await branch.clear();
  }
}

/**
 * Compares what two builds of the same days wrote: every cell of every mart, and what every law found.
 * @param models the folder of the models; those of the house unless given
 * @throws AlturasError `BUILD_UNKNOWN`
 */
export async function compareBuilds(
  left: { readonly lake: Lake; readonly build: string },
  right: { readonly lake: Lake; readonly build: string },
  models?: string,
): Promise<ParityReport> {
  const scratch = await left.lake.scratch();
  const session = await Session.open({ scratch: path.join(scratch, 'spill'), trino: false });
  try {
    const { project } = await checkModels(models);
    const [ours, theirs] = [await manifestOf(left), await manifestOf(right)];
    const marts: ParityLine[] = [];
    for (const model of project.models.filter(({ header }) => !header.view)) {
      const [a, b] = [
        await filesOf(left.lake, ours, model.name),
        await filesOf(right.lake, theirs, model.name),
      ];
      if (a.length + b.length > 0) marts.push(await compareTables(session, model, a, b));
    }
    const laws: ParityLine[] = [];
    for (const law of [...new Set([...ours.checks, ...theirs.checks].map((check) => check.law))].sort())
      laws.push(
        await compareLaw(law, { lake: left.lake, manifest: ours }, { lake: right.lake, manifest: theirs }),
      );
    const side = ({ engine, build }: Manifest): ParitySide => ({ engine, build, seconds: null });
    return {
      left: side(ours),
      right: side(theirs),
      days: ours.days.length,
      models: marts,
      laws,
      kpis: [],
      differences: [...marts, ...laws].reduce((sum, line) => sum + line.differences, 0),
    };
  } finally {
    session.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

interface Built {
  readonly lake: Lake;
  readonly manifest: Manifest;
}

/** The rows that break a law on each side, cell by cell; their number alone where more break it than a build keeps. */
async function compareLaw(law: string, left: Built, right: Built): Promise<ParityLine> {
  const [a, b] = [left, right].map(
    ({ manifest }) => manifest.checks.find((check) => check.law === law)?.rows ?? null,
  );
  if (a === b && a && a < LAW_ROWS)
    return compareRows(law, await brokenRows(left, law), await brokenRows(right, law));
  const differences = a === b ? 0 : 1;
  return {
    name: law,
    rows: a ?? 0,
    cells: 1,
    differences,
    examples: differences === 0 ? [] : [`${a ?? 'no'} rows against ${b ?? 'no'}`],
  };
}

async function brokenRows({ lake, manifest }: Built, law: string): Promise<readonly Row[]> {
  const kept = await lake.get(buildKeys.law(manifest.build, law));
  return kept ? (JSON.parse(Buffer.from(kept.body).toString('utf8')) as Violation).rows : [];
}

async function manifestOf({
  lake,
  build,
}: {
  readonly lake: Lake;
  readonly build: string;
}): Promise<Manifest> {
  const manifest = await new Manifests(lake).get(build);
  if (manifest) return manifest;
  throw new AlturasError('missing', 'BUILD_UNKNOWN', `There is no build ${build}.`, {
    value: build,
    hint: 'see the builds with `alturas ls builds`',
  });
}

function filesOf(lake: Lake, manifest: Manifest, model: string): Promise<string[]> {
  const keys = manifest.outputs
    .map(({ path: key }) => key)
    .filter((key) => key.startsWith(`marts/${model}/`));
  return lake.localPaths(keys);
}

/** A branch begins with what is published of the days before those that it builds. */
async function seed(lake: Lake, branch: Lake, from: BusinessDate | undefined): Promise<void> {
  if (from === undefined) return;
  const scratch = await lake.scratch();
  const session = await Session.open({ scratch, trino: false, threads: 1 });
  try {
    const codec = publishedCodec(session, scratch);
    const { rows } = await readPublished(lake, codec);
    const before = addDays(from, -1);
    const earlier = rows
      .filter(({ first_day }) => first_day < from)
      .map((row) => (row.last_day < from ? row : { ...row, last_day: before }));
    if (earlier.length > 0) await branch.put(PUBLISHED_KEY, await codec.encode(earlier));
  } finally {
    session.close();
    await rm(scratch, { recursive: true, force: true });
  }
}
