import { build } from '../../functions/build/build.ts';
import type { Config } from '../../functions/core/config.ts';
import { Session } from '../../functions/engine/duckdb.ts';
import { DuckEngine } from '../../functions/engine/duckEngine.ts';
import type { Lake } from '../../functions/lake/lake.ts';
import { checkModels } from '../../functions/warehouse/check.ts';
import { relationColumns } from '../../functions/warehouse/project.ts';
import type { BuildReport } from '../../functions/warehouse/report.ts';
import { GlueCatalogue } from './glue.ts';
import { ParityEngine, type ParitySubject } from './parity-engine.ts';
import type { ParityLine } from './parity-lines.ts';
import { spoiled } from './spoiled.ts';
import { TrinoClient } from './trino-client.ts';
import { TrinoEngine } from './trino-engine.ts';
import { type Bucket, TrinoRelations } from './trino-relations.ts';

/** Where a lake lies for both engines: a folder here, a prefix of a bucket there. */
export interface SharedLake {
  readonly lake: Lake;
  readonly bucket: Bucket;
  /** Prefix of the lake's keys within the bucket, without a slash at its end. */
  readonly prefix: string;
}

/**
 * The ordinary build job, with every model and every law run on Trino too over the same files.
 * @returns the job's own report, and one line a model or law
 */
export async function buildOnBothEngines(
  shared: SharedLake,
  servers: { readonly trino: string; readonly glue: string },
  config: Config,
  options: {
    /**
     * Relations to spoil, by law: what the law says of them is compared too. Where a law only shows a view's rows, the
     * relation is spoiled `within` that view.
     */
    readonly broken?: Readonly<Record<string, { readonly relation: string; readonly within?: string }>>;
  } = {},
): Promise<{ readonly report: BuildReport; readonly lines: readonly ParityLine[] }> {
  const { project } = await checkModels();
  const subjects: ParitySubject[] = [
    ...project.models
      .filter(({ header }) => !header.view)
      .map(({ name, sql, header }) => ({ name, sql, grain: header.grain, columns: header.columns })),
    ...project.laws.map(({ name, sql }) => {
      const wrong = options.broken?.[name];
      const law = { name, sql, grain: [], columns: [] };
      if (wrong === undefined) return law;
      const text = project.models.find((model) => model.name === wrong.within)?.sql ?? sql;
      const columns = relationColumns(wrong.relation, project) ?? [];
      return { ...law, broken: spoiled(text, { name: wrong.relation, columns }) };
    }),
  ];
  const engines: ParityEngine[] = [];
  const sessions: Session[] = [];
  try {
    const report = await build(shared.lake, {
      config,
      openEngine: async (lake, options) => {
        const session = await Session.open({ ...options, memoryLimit: '1GB' });
        sessions.push(session);
        const trino = new TrinoEngine(
          new TrinoClient(servers.trino),
          new TrinoRelations(new GlueCatalogue(servers.glue), shared.bucket, shared.prefix, session),
          shared.bucket,
          session,
        );
        const duckdb = await DuckEngine.open(lake, options);
        const engine = new ParityEngine({ duckdb, trino }, session, options.scratch, subjects);
        engines.push(engine);
        return engine;
      },
    });
    return { report, lines: engines.flatMap((engine) => [...engine.lines.values()]) };
  } finally {
    for (const session of sessions) session.close();
  }
}
