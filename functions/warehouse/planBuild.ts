import type { Config } from '../core/config.ts';
import { type BusinessDate, refuseBackwards } from '../core/dates.ts';
import { DeliveryIndex } from '../lake/deliveries.ts';
import type { Lake } from '../lake/lake.ts';
import { type Published, type PublishedCodec, readPublished } from '../lake/published.ts';
import { checkModels } from './check.ts';
import { refuseFindings } from './finding.ts';
import { type Manifest, Manifests } from './manifest.ts';
import { type PlannedPass, planPasses } from './plan.ts';
import type { Project } from './project.ts';
import { PublishedIndex } from './publishedIndex.ts';
import { Ledger } from './relations.ts';
import { signatures } from './signatures.ts';

/** What decides which days a build builds. */
export interface PlanOptions {
  /** The folder of the models; those of the house unless given. */
  readonly models?: string | undefined;
  readonly config: Config;
  /** First and last day to look at; all days of the lake unless given. */
  readonly from?: BusinessDate | undefined;
  readonly to?: BusinessDate | undefined;
  /** Also builds anew what no longer matches its model, header or configuration. */
  readonly stale?: boolean;
  /** Receipts x days that one pass may hold; more makes fewer passes and needs more memory. Default 1,000,000. */
  readonly rowsPerPass?: number;
}

/** What a build begins with: the models, what arrived, what is published, and the passes that are missing. */
export interface BuildPlan {
  readonly project: Project;
  /** By model, the signature of today's text and configuration. */
  readonly signed: ReadonlyMap<string, string>;
  readonly ledger: Ledger;
  readonly current: Published;
  readonly published: PublishedIndex;
  readonly plan: readonly PlannedPass[];
}

export const ROWS_PER_PASS = 1_000_000;

/** @throws AlturasError `MODELS_INVALID` with all errors of all models; `BAD_RANGE` */
export async function planBuild(lake: Lake, codec: PublishedCodec, options: PlanOptions): Promise<BuildPlan> {
  const { from, to } = options;
  if (from !== undefined && to !== undefined) refuseBackwards(from, to);
  const { project, findings } = await checkModels(options.models);
  refuseFindings(findings);
  const [entries, current] = [await new DeliveryIndex(lake).entries(), await readPublished(lake, codec)];
  const ledger = new Ledger(entries);
  const published = new PublishedIndex(current.rows);
  const signed = signatures(project, options.config);
  const plan = planPasses({
    project,
    ledger,
    published,
    config: options.config,
    from,
    to,
    rowsPerPass: options.rowsPerPass ?? ROWS_PER_PASS,
    isStale: options.stale === true ? await staleness(lake, project, signed, current.rows) : () => false,
  });
  return { project, signed, ledger, current, published, plan };
}

/** Models of which the newest published day was built from another text or configuration than today's. */
export async function outdatedModels(
  lake: Lake,
  { project, signed, current }: Pick<BuildPlan, 'project' | 'signed' | 'current'>,
): Promise<string[]> {
  const newest = new Map<string, (typeof current.rows)[number]>();
  for (const row of current.rows) {
    const before = newest.get(row.table_name);
    if (!before || before.last_day <= row.last_day) newest.set(row.table_name, row);
  }
  const isStale = await staleness(lake, project, signed, [...newest.values()]);
  return project.models.flatMap((model) => {
    const row = newest.get(model.name);
    return row && isStale(model, row) ? [model.name] : [];
  });
}

/** Says of a published row whether its build made the table by another signature than today's. */
async function staleness(
  lake: Lake,
  project: Project,
  signed: ReadonlyMap<string, string>,
  rows: readonly { readonly build: string; readonly table_name: string }[],
): Promise<(model: { readonly name: string }, row: { readonly build: string }) => boolean> {
  const names = new Set(project.models.map(({ name }) => name));
  const manifests = new Manifests(lake);
  const built = new Map<string, Manifest | null>();
  for (const { build, table_name } of rows)
    if (names.has(table_name) && !built.has(build)) built.set(build, await manifests.get(build));
  return (model, row) => built.get(row.build)?.models[model.name]?.signature !== signed.get(model.name);
}
