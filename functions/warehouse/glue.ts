import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { glueColumns } from '../contracts/feed.ts';
import { FEED_NAMES, feedOf } from '../contracts/feeds.ts';
import { AlturasError } from '../core/errors.ts';
import { glueType, trinoType } from '../engine/athena/types.ts';
import type { Column } from '../engine/engine.ts';
import { PUBLISHED_COLUMNS } from '../engine/publishedCodec.ts';
import { findingText, type ModelFinding } from './finding.ts';
import { type ModelHeader, readModelHeader, splitFile } from './header.ts';

export { GLUE_PARQUET } from '../engine/athena/types.ts';

/** A column as the Glue catalogue has it: a Hive type, lower case. */
export interface GlueColumn {
  readonly name: string;
  readonly type: string;
  readonly comment: string;
}

/** Parquet files under a prefix of the lake. */
export interface GlueTable {
  readonly name: string;
  readonly description: string;
  /** Key prefix within the lake, ending with a slash: `marts/aging/`. */
  readonly prefix: string;
  readonly columns: readonly GlueColumn[];
  /** None: every file under the prefix belongs to the table. */
  readonly partitionKeys: readonly GlueColumn[];
}

/** A view; `glueViewText` gives the text that Athena stores it as. */
export interface GlueView {
  readonly name: string;
  readonly description: string;
  readonly columns: readonly GlueColumn[];
  /** The same columns with Trino's types. */
  readonly types: readonly { readonly name: string; readonly type: string }[];
  readonly sql: string;
}

/** What the catalogue needs to know of a model. */
export interface CataloguedModel {
  readonly name: string;
  readonly header: ModelHeader;
}

/** Table parameters of a Parquet table, and of a view. */
export const GLUE_PARAMETERS = {
  table: { EXTERNAL: 'TRUE', classification: 'parquet' },
  view: { presto_view: 'true', comment: 'Presto View' },
} as const;

/** The name that Athena gives to the Glue catalogue of the account. */
const ATHENA_CATALOGUE = 'awsdatacatalog';

/** The table that holds every version of a stored model; the view of the model's own name shows what is current. */
export function buildsTable(model: string): string {
  return `${model}_builds`;
}

/**
 * Every table and view of the warehouse in the Glue catalogue, from the contracts and the headers of the models and
 * nowhere else: the ledger of each feed, `<model>_builds` of each stored model, the `published` pointer, and a view
 * per model that joins the two. No I/O.
 */
export function catalogueOf(project: { readonly models: readonly CataloguedModel[] }): {
  readonly tables: readonly GlueTable[];
  readonly views: readonly GlueView[];
} {
  const stored = project.models.filter(({ header }) => !header.view);
  return {
    tables: [...FEED_NAMES.map(feedTable), ...stored.map(modelTable), publishedTable()],
    views: stored.map(modelView),
  };
}

/**
 * The headers of all models of a folder, read synchronously and without an engine, for whoever only needs columns.
 * @throws AlturasError `MODELS_INVALID` with every fault of every header
 */
export function readModelHeaders(folder: string): CataloguedModel[] {
  const findings: ModelFinding[] = [];
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.split(path.sep).join('/'))
    .filter((name) => /^(ledger|position|marts)\/.*\.sql$/.test(name))
    .sort();
  const models = files.flatMap((file) => {
    const split = splitFile(readFileSync(path.join(folder, file), 'utf8'));
    const header = split && readModelHeader(file, split, findings);
    return header ? [{ name: path.posix.basename(file, '.sql'), header }] : [];
  });
  if (findings.length > 0)
    throw new AlturasError('input', 'MODELS_INVALID', `${findings.length} faults in the models' headers.`, {
      file: folder,
      causes: findings.map(findingText),
    });
  return models;
}

/**
 * A view's text as Athena stores it in Glue (`ViewOriginalText`): its SQL and column types as base64 JSON.
 * @param database the Glue database of the tables, by its real name
 */
export function glueViewText(view: GlueView, database: string): string {
  const stored = {
    originalSql: view.sql,
    catalog: ATHENA_CATALOGUE,
    schema: database,
    columns: view.types,
    runAsInvoker: true,
  };
  return `/* Presto View: ${Buffer.from(JSON.stringify(stored)).toString('base64')} */`;
}

/** What Athena expects in `ViewExpandedText`. */
export const GLUE_VIEW_EXPANDED = '/* Presto View */';

function feedTable(name: (typeof FEED_NAMES)[number]): GlueTable {
  const feed = feedOf(name);
  const columns = glueColumns(feed);
  if (feed.kind === 'reference')
    return {
      name,
      description: `${feed.en}. One file a delivery, each with all that was known then; "$path" names the delivery`,
      prefix: `ledger/${name}/state/`,
      columns,
      partitionKeys: [],
    };
  return {
    name,
    description: `${feed.en}. Every delivery of every day`,
    prefix: `ledger/${name}/`,
    columns,
    partitionKeys: [
      { name: 'as_of', type: 'date', comment: 'Business date of the delivery' },
      { name: 'delivery', type: 'string', comment: 'Delivery' },
    ],
  };
}

function modelTable({ name, header }: CataloguedModel): GlueTable {
  return {
    name: buildsTable(name),
    description: `${header.en}. Every build, also superseded and unpublished ones: query ${name} instead`,
    prefix: `marts/${name}/`,
    columns: columnsOf(header),
    partitionKeys: [
      { name: 'file_period', type: 'string', comment: 'A day, or the month whose days are in one file' },
      { name: 'file_build', type: 'string', comment: 'The build that wrote the rows' },
    ],
  };
}

function publishedTable(): GlueTable {
  const comments: Readonly<Record<keyof typeof PUBLISHED_COLUMNS, string>> = {
    seq: 'Number of the publish',
    table_name: 'Table',
    period: 'A day, or the month whose days are in one file',
    first_day: 'First day of the rows meant',
    last_day: 'Last day of the rows meant',
    build: 'Build that wrote them',
    known_from: 'Known from this cut-off on',
    path: 'Key of the file in the lake',
  };
  return {
    name: 'published',
    description: 'Which file of which build holds each day of each table; the newest row of a day holds it',
    prefix: 'published/',
    columns: (Object.keys(comments) as (keyof typeof comments)[]).map((name) => ({
      name,
      type: glueType(PUBLISHED_COLUMNS[name]),
      comment: comments[name],
    })),
    partitionKeys: [],
  };
}

function modelView({ name, header }: CataloguedModel): GlueView {
  return {
    name,
    description: header.en,
    columns: columnsOf(header),
    types: header.columns.map((column) => ({ name: column.name, type: trinoType(column.type) })),
    sql: currentRows(name, header.columns),
  };
}

function columnsOf(header: ModelHeader): GlueColumn[] {
  return header.columns.map(({ name, type, en }) => ({ name, type: glueType(type), comment: en }));
}

/**
 * The rows of the newest row of `published` that holds each day, in the order of functions/lake/precedence.ts. Period
 * and build prune partitions; the path tells the files of one build and period apart.
 */
function currentRows(model: string, columns: readonly Column[]): string {
  return `select ${columns.map(({ name }) => `t."${name}"`).join(', ')}
from "${buildsTable(model)}" as t
join (
  select
    d.day, p.period, p.build, p.path,
    row_number() over (partition by d.day order by p.seq desc, p.known_from desc, p.last_day, p.first_day desc) as place
  from published as p
  cross join unnest(sequence(p.first_day, p.last_day, interval '1' day)) as d (day)
  where p.table_name = '${model}'
) as h
  on h.place = 1 and t.file_period = h.period and t.file_build = h.build and t.as_of = h.day
    and substr(t."$path", -length(h.path)) = h.path`;
}
