import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { FEEDS, isFeedName } from '../contracts/feeds.ts';
import { sha256 } from '../core/canonical.ts';
import type { Relation } from '../engine/engine.ts';
import { parseSql, type SqlParser, type SyntaxNode, scansOf, tablesOf, textLine } from '../engine/syntax.ts';
import type { ModelFinding } from './finding.ts';
import { type LawHeader, type ModelHeader, readLawHeader, readModelHeader, splitFile } from './header.ts';
import { lintSql } from './linter.ts';
import type { ReadSpan } from './reads.ts';
import { feedColumns, isReserved, isSupplied, SUPPLIED } from './supplied.ts';

interface SqlFile {
  readonly name: string;
  /** Relative to the folder of the models, with `/`. */
  readonly file: string;
  readonly text: string;
  /** The SELECT, exactly as written. */
  readonly sql: string;
  /** Line of the file on which `sql` begins. */
  readonly sqlLine: number;
  /** SHA-256 of the whole file. */
  readonly hash: string;
  /** Relations named in FROM, each once, in order of appearance. */
  readonly tables: readonly string[];
  /** How often each of them is read, common table expressions written out. */
  readonly scans: Readonly<Record<string, number>>;
}

/** One table: a header and a SELECT. */
export interface Model extends SqlFile {
  readonly header: ModelHeader;
}

/** One law: a SELECT of the rows that break it. */
export interface Law extends SqlFile {
  readonly header: LawHeader;
}

/** All models in an order in which they can be built, and all laws by name. */
export interface Project {
  readonly models: readonly Model[];
  readonly laws: readonly Law[];
}

interface ParsedFile {
  readonly file: string;
  readonly sql: string;
  readonly statement: SyntaxNode;
  readonly line: (offset: number | null) => number;
}

/** The folders of a project; everything but laws gives tables. */
const FOLDERS = ['ledger', 'position', 'marts', 'laws'] as const;

/**
 * Reads and checks every file of a folder of models: header, syntax, shared subset, names, order. All faults of all
 * files are gathered; a model with a fault that leaves nothing to work with is missing from the project.
 */
export async function readProject(
  parser: SqlParser,
  folder: string,
): Promise<{ readonly project: Project; readonly findings: ModelFinding[] }> {
  const findings: ModelFinding[] = [];
  const models: Model[] = [];
  const laws: Law[] = [];
  const parsed: ParsedFile[] = [];
  for (const file of await sqlFiles(folder)) {
    const text = await readFile(path.join(folder, file), 'utf8');
    const split = splitFile(text);
    if (!split) {
      findings.push({
        file,
        line: 1,
        code: 'HEADER_MISSING',
        message: 'the file does not begin with a header.',
        hint: 'begin with /* and a YAML header, then */ and one SELECT',
      });
      continue;
    }
    const isLaw = file.startsWith('laws/');
    const name = path.posix.basename(file, '.sql');
    const header = isLaw ? readLawHeader(file, split, findings) : readModelHeader(file, split, findings);
    const syntax = await parseSql(parser, split.sql);
    const line = (offset: number | null) => split.sqlLine - 1 + textLine(split.sql, offset ?? 0);
    if (!syntax.ok) {
      findings.push({
        file,
        line: split.sqlLine - 1 + syntax.line,
        code: 'SQL_SYNTAX',
        message: `${syntax.message}.`,
      });
      continue;
    }
    const [statement] = syntax.statements;
    if (!statement || syntax.statements.length > 1) {
      findings.push({
        file,
        line: split.sqlLine,
        code: 'SQL_STATEMENTS',
        message: `a model is exactly one SELECT; this file has ${syntax.statements.length}.`,
      });
      continue;
    }
    parsed.push({ file, sql: split.sql, statement, line });
    const references = tablesOf(statement);
    for (const reference of references)
      if (reference.schema !== '')
        findings.push({
          file,
          line: line(reference.offset),
          code: 'SQL_SCHEMA',
          message: `${reference.schema}.${reference.name}: a relation is named without schema or catalogue.`,
        });
    const common = {
      name,
      file,
      text,
      sql: split.sql,
      sqlLine: split.sqlLine,
      hash: sha256(text),
      tables: [
        ...new Set(references.filter(({ schema }) => schema === '').map((reference) => reference.name)),
      ],
      scans: Object.fromEntries(scansOf(statement)),
    };
    if (!header) continue;
    if ('severity' in header) laws.push({ ...common, header });
    else models.push({ ...common, header });
    if (!/^[a-z_][a-z0-9_]*$/.test(name) || (!isLaw && isReserved(name)))
      findings.push({
        file,
        line: 1,
        code: 'MODEL_NAME',
        message: `"${name}" cannot name a ${isLaw ? 'law' : 'model'}.`,
        hint: 'use a lower-case SQL name that is no feed and no relation of the warehouse',
      });
  }
  const columns = new Map(models.map((model) => [model.name, model.header.columns.map(({ name }) => name)]));
  for (const { file, sql, statement, line } of parsed)
    findings.push(
      ...lintSql(sql, statement, (name) => columns.get(name) ?? suppliedNames(name)).map(
        ({ offset, ...fault }) => ({ ...fault, file, line: line(offset) }),
      ),
    );
  // A model whose header is broken is still a name that others may read: one fault, one finding.
  const files = new Set((await sqlFiles(folder)).map((file) => path.posix.basename(file, '.sql')));
  findings.push(...doubles(models), ...unknownNames([...models, ...laws], files));
  const ordered = inOrder(models, findings);
  findings.push(...missingReads({ models: ordered, laws }), ...tooManyScans({ models: ordered, laws }));
  return { project: { models: ordered, laws }, findings };
}

function suppliedNames(name: string): readonly string[] | null {
  const columns = isSupplied(name) ? SUPPLIED[name] : feedColumns(name);
  return columns?.map((column) => column.name) ?? null;
}

/** Files that the project's folders hold, in byte order, relative to `folder`. */
export async function sqlFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const part of FOLDERS) {
    const names = await readdir(path.join(folder, part), { recursive: true }).catch(() => []);
    found.push(
      ...names
        .filter((name) => name.endsWith('.sql'))
        .map((name) => `${part}/${name.split(path.sep).join('/')}`),
    );
  }
  return found.sort();
}

function doubles(models: readonly Model[]): ModelFinding[] {
  const first = new Map<string, Model>();
  return models.flatMap((model) => {
    const other = first.get(model.name);
    first.set(model.name, other ?? model);
    return other
      ? [{ file: model.file, line: 1, code: 'MODEL_TWICE', message: `${other.file} has the same name.` }]
      : [];
  });
}

function unknownNames(files: readonly (Model | Law)[], names: ReadonlySet<string>): ModelFinding[] {
  const known = (name: string) => names.has(name) || isSupplied(name) || isFeedName(name);
  return files.flatMap((file) => [
    ...file.tables
      .filter((table) => !known(table))
      .map((table) => ({
        file: file.file,
        line: lineOfName(file, table),
        code: 'UNKNOWN_RELATION',
        message: `"${table}" is no model, no feed and no relation of the warehouse.`,
        hint: /[./*]/.test(table)
          ? 'name a relation: a model never reads a file by its name'
          : 'correct the name, or add the model',
      })),
    ...Object.keys(file.header.reads)
      .filter((table) => !known(table) && !file.tables.includes(table))
      .map((table) => ({
        file: file.file,
        line: 1,
        code: 'UNKNOWN_RELATION',
        message: `reads names "${table}", which is no model, no feed and no relation of the warehouse.`,
      })),
  ]);
}

/** The line of a file's SELECT on which a word first stands. */
function lineOfName(file: SqlFile, name: string): number {
  const at = file.sql.toLowerCase().indexOf(name.toLowerCase());
  return file.sqlLine + (at < 0 ? 0 : file.sql.slice(0, at).split('\n').length - 1);
}

/** Models after what they read; those on a cycle are reported and left out. */
function inOrder(models: readonly Model[], findings: ModelFinding[]): Model[] {
  const waiting = new Map(models.map((model) => [model.name, model]));
  const ordered: Model[] = [];
  for (let progress = true; progress; ) {
    progress = false;
    for (const [name, model] of waiting) {
      if (model.tables.some((table) => waiting.has(table))) continue;
      ordered.push(model);
      waiting.delete(name);
      progress = true;
    }
  }
  for (const model of waiting.values()) {
    const cycle = cycleFrom(model, waiting);
    if (!cycle) continue;
    findings.push({
      file: model.file,
      line: lineOfName(model, cycle[1] ?? model.name),
      code: 'MODEL_CYCLE',
      message: `the model reads itself: ${cycle.join(' -> ')}.`,
    });
  }
  return ordered;
}

/** The shortest way from a model back to itself, or null when it only waits for a cycle. */
function cycleFrom(start: Model, models: ReadonlyMap<string, Model>): string[] | null {
  const queue: string[][] = [[start.name]];
  const seen = new Set<string>();
  for (let way = queue.shift(); way; way = queue.shift()) {
    const last = models.get(way.at(-1) ?? '');
    for (const table of last?.tables ?? []) {
      if (table === start.name) return [...way, table];
      if (!models.has(table) || seen.has(table)) continue;
      seen.add(table);
      queue.push([...way, table]);
    }
  }
  return null;
}

/** Which stored relations and feeds a file needs, through the views it names, and which of their days. */
export function needsOf(file: Model | Law, project: Project): Map<string, readonly ReadSpan[]> {
  const models = new Map(project.models.map((model) => [model.name, model]));
  const needs = new Map<string, ReadSpan[]>();
  const visit = (reader: Model | Law, override: ReadSpan | undefined) => {
    for (const table of reader.tables) {
      const span = override ?? reader.header.reads[table];
      const model = models.get(table);
      if (model?.header.view) visit(model, span);
      else if (model || isFeedName(table)) {
        const spans = needs.get(table) ?? [];
        needs.set(table, [...spans, span ?? { kind: 'day' }]);
      }
    }
  };
  visit(file, undefined);
  return needs;
}

/** Views that a file names, directly or through others, each after those it names itself. */
export function viewsOf(file: Model | Law, project: Project): Model[] {
  const wanted = new Set<string>();
  const visit = (reader: Model | Law) => {
    for (const model of project.models)
      if (model.header.view && reader.tables.includes(model.name) && !wanted.has(model.name)) {
        wanted.add(model.name);
        visit(model);
      }
  };
  visit(file);
  return project.models.filter((model) => wanted.has(model.name));
}

/** A stored model or dated feed without an entry in `reads` would be read whole, or not enough: it must be said. */
function missingReads(project: Project): ModelFinding[] {
  const models = new Map(project.models.map((model) => [model.name, model]));
  return project.models.flatMap((model) =>
    model.tables
      .filter((table) => {
        if (model.header.reads[table]) return false;
        const other = models.get(table);
        if (other) return !other.header.view;
        return isFeedName(table) && FEEDS[table].kind !== 'reference';
      })
      .map((table) => ({
        file: model.file,
        line: lineOfName(model, table),
        code: 'READS_MISSING',
        message: `the header does not say which days of "${table}" it reads.`,
        hint: `add it to reads: ${table}: day`,
      })),
  );
}

/** Athena refuses a statement of more than 150 stages; a scan brought up to 1.45 of them. */
const MOST_SCANS = 100;

/** A statement whose common table expressions and views, which Trino runs anew wherever they are named, grew too many. */
function tooManyScans(project: Project): ModelFinding[] {
  const views = new Map(
    project.models.filter(({ header }) => header.view && !header.kept).map((view) => [view.name, view]),
  );
  const counts = new Map<string, number>();
  const count = (file: Model | Law): number => {
    const known = counts.get(file.name);
    if (known !== undefined) return known;
    let scans = 0;
    for (const [table, times] of Object.entries(file.scans)) {
      const view = views.get(table);
      scans += times * (view ? count(view) : 1);
    }
    counts.set(file.name, scans);
    return scans;
  };
  return [...project.models, ...project.laws].flatMap((file) => {
    const scans = count(file);
    return scans <= MOST_SCANS
      ? []
      : [
          {
            file: file.file,
            line: file.sqlLine,
            code: 'SQL_SCANS',
            message: `it reads ${scans} relations once its common table expressions and views are written out wherever they are named, as Trino runs them; Athena takes about ${MOST_SCANS}.`,
            hint: 'name each of them once, or store a part as a model of its own',
          },
        ];
  });
}

/** A view as the engine is given it. */
export function viewRelation({ name, sql, header }: Model): Relation {
  return { kind: 'sql', name, sql, ...(header.kept ? { kept: true } : {}) };
}

/** The names and types of a relation that a model may read; null when nobody has it. */
export function relationColumns(
  name: string,
  project: Project,
): readonly { readonly name: string; readonly type: string }[] | null {
  if (isSupplied(name)) return SUPPLIED[name];
  const model = project.models.find((candidate) => candidate.name === name);
  return model ? model.header.columns : feedColumns(name);
}
