import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BusinessDate, LocalTimestamp } from '../../functions/core/dates.ts';
import type { AthenaEngine } from '../../functions/engine/athena/athenaEngine.ts';
import { Session } from '../../functions/engine/duckdb.ts';
import type { Row } from '../../functions/engine/engine.ts';
import { publishedCodec } from '../../functions/engine/publishedCodec.ts';
import type { Lake } from '../../functions/lake/lake.ts';
import { type NewPublishedRow, publish, readPublished } from '../../functions/lake/published.ts';
import { checkModels } from '../../functions/warehouse/check.ts';
import {
  catalogueOf,
  GLUE_PARAMETERS,
  GLUE_PARQUET,
  GLUE_VIEW_EXPANDED,
  glueViewText,
} from '../../functions/warehouse/glue.ts';
import { buildKeys } from '../../functions/warehouse/manifest.ts';
import type { Model, Project } from '../../functions/warehouse/project.ts';
import { PublishedIndex } from '../../functions/warehouse/publishedIndex.ts';
import { registerBuild } from '../../functions/warehouse/registered.ts';
import { type AthenaPlace, openAthenaPlace } from '../support/athenaPlace.ts';

const DAYS = ['2026-06-28', '2026-06-29', '2026-06-30', '2026-07-01'] as const;
const NAMES = ['aging', 'rotation'] as const;

let place: AthenaPlace;
let lake: Lake;
let engine: AthenaEngine;
let session: Session;
let folder: string;
let project: Project;
let models: readonly Model[];

beforeAll(async () => {
  place = await openAthenaPlace();
  lake = await place.lake('views');
  folder = await mkdtemp(join(tmpdir(), 'alturas-views-'));
  session = await Session.open({ scratch: folder, trino: false });
  ({ project } = await checkModels());
  models = project.models.filter(({ name }) => NAMES.some((one) => one === name));
  await createCatalogue();
  engine = await place.engine(lake);
});

afterAll(async () => {
  await engine.close();
  session.close();
  await rm(folder, { recursive: true, force: true });
  await place.close();
});

/** Every table and view of the house, as the infrastructure makes them. */
async function createCatalogue(): Promise<void> {
  const glue = new GlueClient({ region: 'us-east-1' });
  const { tables, views } = catalogueOf(project);
  const DatabaseName = place.settings.database;
  const columnsOf = (columns: readonly { name: string; type: string; comment: string }[]) =>
    columns.map(({ name, type, comment }) => ({ Name: name, Type: type, Comment: comment }));
  for (const table of tables)
    await glue.send(
      new CreateTableCommand({
        DatabaseName,
        TableInput: {
          Name: table.name,
          TableType: 'EXTERNAL_TABLE',
          Parameters: GLUE_PARAMETERS.table,
          PartitionKeys: columnsOf(table.partitionKeys),
          StorageDescriptor: {
            Columns: columnsOf(table.columns),
            Location: `${lake.location}/${table.prefix}`,
            InputFormat: GLUE_PARQUET.inputFormat,
            OutputFormat: GLUE_PARQUET.outputFormat,
            SerdeInfo: { SerializationLibrary: GLUE_PARQUET.serde },
          },
        },
      }),
    );
  for (const view of views)
    await glue.send(
      new CreateTableCommand({
        DatabaseName,
        TableInput: {
          Name: view.name,
          TableType: 'VIRTUAL_VIEW',
          Parameters: GLUE_PARAMETERS.view,
          ViewOriginalText: glueViewText(view, DatabaseName),
          ViewExpandedText: GLUE_VIEW_EXPANDED,
          StorageDescriptor: { Columns: columnsOf(view.columns), SerdeInfo: {} },
        },
      }),
    );
  glue.destroy();
}

/** A row of a model: its build in every text, its day, and nothing else. */
function rowOf(model: Model, day: string, build: string): string {
  return model.header.columns
    .map(({ name, type }) => {
      const value = name === 'as_of' ? `'${day}'` : type === 'VARCHAR' ? `'${build}'` : 'NULL';
      return `CAST(${value} AS ${type}) AS "${name}"`;
    })
    .join(', ');
}

/** Writes both tables of some days, registers them, and leaves them unpublished. */
async function built(build: string, days: readonly string[], period?: string): Promise<NewPublishedRow[]> {
  const rows: NewPublishedRow[] = [];
  for (const model of models)
    for (const some of period === undefined ? days.map((day) => [day]) : [days]) {
      const file = join(folder, 'out.parquet');
      await session.copyToParquet(
        some.map((day) => `SELECT ${rowOf(model, day, build)}`).join(' UNION ALL '),
        file,
      );
      const path = buildKeys.output(model.name, period ?? some[0] ?? '', build, 0);
      await lake.putFile(path, file, { move: true });
      rows.push({
        table_name: model.name,
        period: period ?? some[0] ?? '',
        first_day: some[0] as BusinessDate,
        last_day: some.at(-1) as BusinessDate,
        build,
        known_from: `${some.at(-1)} 22:00:00.000` as LocalTimestamp,
        path,
      });
    }
  await registerBuild(place.settings, lake, project, rows, []);
  return rows;
}

const codec = () => publishedCodec(session, folder);
/** A text column of each table: it holds the build. */
const label = (name: string): string =>
  models.find((model) => model.name === name)?.header.columns.find(({ type }) => type === 'VARCHAR')?.name ??
  '';
const shown = (name: string) =>
  `select cast(as_of as varchar) as day, "${label(name)}" as build from ${name}`;

async function bareView(name: string): Promise<Row[]> {
  return engine.rows(shown(name));
}

function byDay(rows: readonly Row[]): string[] {
  return rows.map(({ day, build }) => `${day} ${build}`).sort();
}

test('a view shows what is published, and of each day the newest version alone', async () => {
  await lake.put('published/current.parquet', await codec().encode([]));
  expect(await bareView('aging')).toEqual([]);
  const month = await built('b1', DAYS.slice(0, 3), '2026-06');
  expect(await bareView('aging')).toEqual([]);
  await publish(lake, codec(), [...month, ...(await built('b1', DAYS.slice(3)))]);
  expect(byDay(await bareView('aging'))).toEqual(DAYS.map((day) => `${day} b1`));
  // A day of the month is delivered again: it alone comes from the later build.
  await publish(lake, codec(), await built('b2', ['2026-06-29']));
  for (const name of NAMES)
    expect(byDay(await bareView(name))).toEqual([
      '2026-06-28 b1',
      '2026-06-29 b2',
      '2026-06-30 b1',
      '2026-07-01 b1',
    ]);
});

test('while builds are published, no reader sees a half of one or a mixture of two', async () => {
  const seen = { bare: new Set<string>(), compiled: new Set<string>() };
  const refused: string[] = [];
  await publish(lake, codec(), await built('start', DAYS));
  // Their partitions stand well before they are published, as `registerBuild` sees to.
  const builds: NewPublishedRow[][] = [];
  for (let n = 1; n <= 12; n += 1) builds.push(await built(`r${n}`, DAYS));

  let stopped = false;
  const publisher = async () => {
    try {
      // However slow the machine: each reader sees what stood before, and reads on until it sees the last.
      while (!seen.bare.has('start') || !seen.compiled.has('start')) await sleep(50);
      for (const rows of builds) {
        await publish(lake, codec(), rows);
        await sleep(Math.random() * 3_000);
      }
    } catch (error) {
      stopped = true;
      throw error;
    }
  };
  const reads = (builds: ReadonlySet<string>): boolean => !stopped && !builds.has('r12');
  // Every publish replaces every day of both tables: one build, all days, or the table is half of something.
  const bare = async () => {
    while (reads(seen.bare)) {
      try {
        const rows = await bareView('aging');
        expect(rows).toHaveLength(DAYS.length);
        const shownBuilds = new Set(rows.map(({ build }) => String(build)));
        expect([...shownBuilds]).toHaveLength(1);
        seen.bare.add([...shownBuilds][0] ?? '');
      } catch (error) {
        // The pointer was replaced between its listing and its reading: Trino refuses, and shows nothing wrong.
        if (!/SQL_FAILED|published/.test(String(error))) throw error;
        refused.push(String(error));
      }
    }
  };
  const compiled = async () => {
    const reader = await place.engine(lake);
    while (reads(seen.compiled)) {
      const index = new PublishedIndex((await readPublished(lake, codec())).rows);
      for (const { name, header } of models)
        await reader.supply({
          kind: 'files',
          name,
          columns: header.columns,
          files: index.files(name, [...DAYS] as BusinessDate[]),
        });
      const rows = await reader.rows(
        NAMES.map((name) => `select '${name}' as mart, day, build from (${shown(name)}) as one`).join(
          ' union all ',
        ),
      );
      expect(rows).toHaveLength(DAYS.length * NAMES.length);
      const shownBuilds = new Set(rows.map(({ build }) => String(build)));
      expect([...shownBuilds]).toHaveLength(1);
      seen.compiled.add([...shownBuilds][0] ?? '');
    }
    await reader.close();
  };
  await Promise.all([publisher(), bare(), compiled()]);
  process.stdout.write(
    `${builds.length} publishes: a bare view showed ${seen.bare.size} builds whole (${refused.length} reads refused), ` +
      `a compiled query ${seen.compiled.size}\n`,
  );
  expect(byDay(await bareView('rotation'))).toEqual(DAYS.map((day) => `${day} r12`));
});
