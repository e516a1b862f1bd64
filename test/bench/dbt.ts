import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultConfig } from '../../functions/core/config.ts';
import { type BusinessDate, businessDate } from '../../functions/core/dates.ts';
import { Session } from '../../functions/engine/duckdb.ts';
import { DuckEngine } from '../../functions/engine/duckEngine.ts';
import type { Relation } from '../../functions/engine/engine.ts';
import { publishedCodec } from '../../functions/engine/publishedCodec.ts';
import { DeliveryIndex } from '../../functions/lake/deliveries.ts';
import { openLake } from '../../functions/lake/openLake.ts';
import { readPublished } from '../../functions/lake/published.ts';
import { checkModels } from '../../functions/warehouse/check.ts';
import { type PlannedPass, partOf, planPasses } from '../../functions/warehouse/plan.ts';
import { type Model, needsOf, type Project, viewsOf } from '../../functions/warehouse/project.ts';
import { PublishedIndex } from '../../functions/warehouse/publishedIndex.ts';
import {
  feedRelation,
  Ledger,
  storedRelation,
  suppliedRelations,
  wantedDays,
} from '../../functions/warehouse/relations.ts';
import { installOnce, runTool } from '../support/tools.ts';

/*
 * The same model texts under dbt-duckdb, as a peer: each is a dbt model of its own (views that we keep for a pass are
 * tables there, too), one day is built as tables of that day. dbt's own tests, documentation and history of tables are
 * left out, as are our laws, hashes and publish: what is compared is a build of one day by either tool.
 */

const PACKAGES = ['dbt-core==1.10.23', 'dbt-duckdb==1.9.6', 'duckdb==1.5.5'];

/** Where dbt's Python packages are; installed from PyPI once. */
export function installDbt(): Promise<string> {
  return installOnce('dbt-python', async (directory) => {
    await runTool(
      'python3',
      ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', directory, ...PACKAGES],
      { why: 'to install dbt, the peer of this measurement, from PyPI' },
    );
  });
}

/** What one day of a lake is built from, planned as our own build plans it. */
async function planDay(place: string, day: BusinessDate) {
  const lake = await openLake(place);
  const scratch = join(place, 'bare-scratch');
  const { project } = await checkModels();
  const session = await Session.open({ scratch, trino: false });
  const { rows } = await readPublished(lake, publishedCodec(session, scratch));
  session.close();
  const ledger = new Ledger(await new DeliveryIndex(lake).entries());
  const published = new PublishedIndex(rows);
  const plan = planPasses({
    project,
    ledger,
    published,
    config: defaultConfig(),
    from: day,
    to: day,
    rowsPerPass: 1e9,
    isStale: () => false,
  });
  const [pass] = plan;
  if (!pass || plan.length !== 1) throw new Error(`${day} takes ${plan.length} passes`);
  return { lake, project, published, pass };
}

/**
 * Writes a dbt project and a DuckDB database in which every relation that a model reads is a view.
 * @returns the names of its models that are stored tables of ours
 */
export async function writeDbtProject(place: string, text: string, out: string): Promise<string[]> {
  const day = businessDate(text);
  const { lake, project, published, pass } = await planDay(place, day);
  await mkdir(join(out, 'models'), { recursive: true });
  const database = join(out, 'warehouse.duckdb');
  const engine = await DuckEngine.open(lake, { scratch: join(out, 'spill'), database });
  for (const relation of suppliedRelations(partOf(pass.pass, pass.days))) await engine.supply(relation);
  const stored = pass.models.map(({ model }) => model);
  const views = [...new Set(stored.flatMap((model) => viewsOf(model, project)))];
  for (const model of [...views, ...stored])
    await writeModel(engine, out, model, project, pass, published, stored);
  await engine.close();
  await writeFile(
    join(out, 'dbt_project.yml'),
    'name: peer\nversion: 1.0.0\nprofile: peer\nmodel-paths: [models]\nflags: {send_anonymous_usage_stats: false}\n',
  );
  await writeFile(
    join(out, 'profiles.yml'),
    `peer:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: ${JSON.stringify(database)}, threads: 2, settings: {memory_limit: 2GB, threads: 2, TimeZone: UTC}}\n`,
  );
  return stored.map(({ name }) => name);
}

async function writeModel(
  engine: DuckEngine,
  out: string,
  model: Model,
  project: Project,
  pass: PlannedPass,
  published: PublishedIndex,
  stored: readonly Model[],
): Promise<void> {
  const day = pass.days[0]?.asOf;
  const own = partOf(pass.pass, pass.days);
  const shadows: string[] = [];
  const upstream = new Set(viewsOf(model, project).map(({ name }) => name));
  for (const [name, spans] of needsOf(model, project)) {
    if (!model.tables.includes(name)) continue;
    const other = project.models.find((candidate) => candidate.name === name);
    const relation: Relation = other
      ? storedRelation(own, { name, columns: other.header.columns }, spans, published)
      : feedRelation(own, name, spans);
    const before = `${model.name}__${name}`;
    await engine.supply({ ...relation, name: before });
    if (stored.some((candidate) => candidate.name === name)) {
      upstream.add(name);
      const wanted = day !== undefined && wantedDays(own, spans).includes(day);
      shadows.push(
        `"${name}" as (select * from "${before}"${wanted ? ` union all select * from main."${name}" where as_of = date '${day}'` : ''})`,
      );
    } else shadows.push(`"${name}" as (select * from "${before}")`);
  }
  const kind = model.header.view && !model.header.kept ? 'view' : 'table';
  const lines = [
    `{{ config(materialized='${kind}') }}`,
    ...[...upstream].map((name) => `-- depends_on: {{ ref('${name}') }}`),
    shadows.length > 0 ? `with ${shadows.join(',\n')}` : '',
    `select * from (${model.sql}\n)`,
  ];
  await writeFile(join(out, 'models', `${model.name}.sql`), lines.join('\n'));
}

/** Runs dbt and waits. @returns wall seconds and the peak of its memory */
export function runDbt(
  python: string,
  project: string,
): { readonly seconds: number; readonly peakMb: number } {
  if (!existsSync(join(project, 'dbt_project.yml'))) throw new Error(`no dbt project in ${project}`);
  const script = `
import json, resource, subprocess, sys, time
began = time.time()
done = subprocess.run([sys.executable, '-c', 'from dbt.cli.main import cli; cli()', 'run', '--project-dir', '.', '--profiles-dir', '.', '--no-partial-parse'], capture_output=True, text=True)
seconds = time.time() - began
if done.returncode != 0: sys.exit(done.stdout[-3000:] + done.stderr[-2000:])
print(json.dumps({'seconds': seconds, 'peakMb': resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024}))
`;
  const said = execFileSync('python3', ['-c', script], {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: python },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(said);
}

/** Rows of each table that dbt made. */
export async function dbtRows(out: string, names: readonly string[]): Promise<Record<string, number>> {
  const session = await Session.open({
    scratch: join(out, 'spill'),
    database: join(out, 'warehouse.duckdb'),
    readOnly: true,
  });
  try {
    const counts: Record<string, number> = {};
    for (const name of names) {
      const [row] = await session.rows(`select count(*) as n from main."${name}"`);
      counts[name] = Number(row?.n);
    }
    return counts;
  } finally {
    session.close();
  }
}
