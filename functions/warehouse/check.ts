import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FEED_NAMES } from '../contracts/feeds.ts';
import { AlturasError } from '../core/errors.ts';
import { HOME } from '../core/home.ts';
import { keep, kept } from '../core/kept.ts';
import { DuckEngine } from '../engine/duckEngine.ts';
import type { Engine } from '../engine/engine.ts';
import { type ModelFinding, sortFindings } from './finding.ts';
import { type Law, type Model, type Project, readProject, relationColumns, sqlFiles } from './project.ts';
import { columnDifferences, errorLine } from './runner.ts';
import { feedColumns, SUPPLIED } from './supplied.ts';

/** The models of the house. */
export const MODELS = path.join(HOME, 'sql');

/** What a check saw: how many models and laws, and everything wrong with them, by file and line. */
export interface Checked {
  readonly project: Project;
  readonly models: number;
  readonly laws: number;
  readonly findings: readonly ModelFinding[];
}

const checks = new Map<string, Promise<Checked>>();

/**
 * Checks every model and law of a folder without a lake: header, names, order, shared subset, and the types that
 * each SELECT really gives over empty relations of the promised types. A folder whose files are as they were is
 * checked once.
 */
export async function checkModels(folder: string = MODELS): Promise<Checked> {
  const state = await stateOf(folder);
  const known = checks.get(state);
  if (known) return known;
  const checking = checkOnce(folder);
  checks.set(state, checking);
  checking.catch(() => checks.delete(state));
  return checking;
}

/** The folder, and name, size and time of change of every file in it. */
async function stateOf(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const files = names.sort().map(async (name) => {
    const { size, mtimeNs, ctimeNs } = await stat(path.join(folder, name), { bigint: true });
    return `${name} ${size} ${mtimeNs} ${ctimeNs}`;
  });
  return [folder, ...(await Promise.all(files))].join('\n');
}

/** What the same code found in the same texts before need not be looked for again. */
async function checkOnce(folder: string): Promise<Checked> {
  const texts = await textsOf(folder);
  const before = kept<Checked>(CHECK, texts);
  if (before) return before;
  const checked = await check(folder);
  keep(CHECK, texts, checked);
  return checked;
}

const CHECK = 'models';

/** Checks the models of the house and keeps what was found for a bundle, in the folder beside it. */
export async function keepCheck(beside: string): Promise<void> {
  keep(CHECK, await textsOf(MODELS), await checkModels(), beside);
}

/** Name and text of every model and law. */
async function textsOf(folder: string): Promise<string[]> {
  const files = await sqlFiles(folder);
  return Promise.all(
    files.map(async (file) => `${file}\n${await readFile(path.join(folder, file), 'utf8')}`),
  );
}

async function check(folder: string): Promise<Checked> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'alturas-check-'));
  const engine = await DuckEngine.open({ localPaths: async () => [] }, { scratch, threads: 1 });
  try {
    const { project, findings } = await readProject(engine, folder);
    return {
      project,
      models: project.models.length,
      laws: project.laws.length,
      findings: sortFindings([...findings, ...(await typeFindings(engine, project))]),
    };
  } finally {
    await engine.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

async function typeFindings(engine: Engine, project: Project): Promise<ModelFinding[]> {
  const empty = (name: string, columns: readonly { readonly name: string; readonly type: string }[]) =>
    engine.supply({ kind: 'rows', name, columns, rows: [] });
  for (const [name, columns] of Object.entries(SUPPLIED)) await empty(name, columns);
  for (const feed of FEED_NAMES) await empty(feed, feedColumns(feed) ?? []);
  for (const model of project.models) await empty(model.name, model.header.columns);
  const known = (file: Model | Law) => file.tables.every((table) => relationColumns(table, project) !== null);
  const findings: ModelFinding[] = [];
  for (const file of [...project.models, ...project.laws].filter(known)) {
    try {
      const columns = await engine.describe(file.sql);
      if ('severity' in file.header) continue;
      const model = file as Model;
      findings.push(
        ...columnDifferences(model, columns).map((difference) => ({
          file: file.file,
          line: lineOfColumn(file, difference),
          code: 'MODEL_TYPES',
          message: `${difference}.`,
        })),
      );
    } catch (error) {
      if (!(error instanceof AlturasError)) throw error;
      const [first = error.message] = error.message.replace(/^DuckDB: /, '').split('\n');
      findings.push({
        file: file.file,
        line: file.sqlLine + Math.max(1, errorLine(error.message)) - 1,
        code: 'SQL_BIND',
        message: first,
      });
    }
  }
  return findings;
}

/** The header's line of the column that a sentence begins with. */
function lineOfColumn(file: Model | Law, sentence: string): number {
  const name = /^[a-z_][a-z0-9_]*/.exec(sentence)?.[0];
  const at = name === undefined ? -1 : file.text.search(new RegExp(`^\\s+"?${name}"?:`, 'm'));
  return at < 0 ? 1 : file.text.slice(0, at).split('\n').length + (file.text[at] === '\n' ? 1 : 0);
}
