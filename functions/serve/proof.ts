import type * as z from 'zod';
import { sha256 } from '../core/canonical.ts';
import { configHash } from '../core/config.ts';
import { AlturasError } from '../core/errors.ts';
import { findKpi } from '../query/catalogue.ts';
import { cellAnswer, cellReceipts } from '../query/cell.ts';
import type { Desk } from '../query/desk.ts';
import { partUnits } from '../query/partUnit.ts';
import { RATE_MISSING } from '../query/rates.ts';
import { buildKeys } from '../warehouse/manifest.ts';
import type { ProofBody, ProofResponse, proofRequest } from './api.ts';
import { questionOf } from './ask.ts';
import { kpiVersion } from './catalogue.ts';
import { provenanceOf } from './provenance.ts';
import type { Signer } from './signer.ts';

type Asked = z.output<typeof proofRequest>;

/** The number receipt of a cell, signed by this house. */
export async function proofView(desk: Desk, asked: Asked, signer: Signer): Promise<ProofResponse> {
  const receipt = await proofOf(desk, asked);
  return { receipt, jws: await signer.sign(receipt), key: { ...signer.publicKey } };
}

/** Everything that a cell was made of. @throws as the question itself does */
export async function proofOf(desk: Desk, asked: Asked): Promise<ProofBody> {
  const statements: string[] = [];
  const question = questionOf(asked.question);
  const { answer, row } = await cellAnswer(
    desk.traced((statement) => statements.push(statement)),
    { question, at: asked.at },
  );
  const { kpi } = findKpi(desk.catalogue, asked.question.kpi);
  const { caller, project } = desk;
  const build = answer.on_demand ? null : await desk.manifests.get(answer.build);
  const models = upstream(desk, kpi.from);
  const told = await provenanceOf(desk, {
    asOf: answer.as_of,
    knownAt: answer.known_at,
    build: answer.build,
    filters: asked.question.filters,
    rows: answer.rows.length,
    carried: answer.carried,
    inferred: answer.inferred,
  });
  return {
    version: 1,
    lake: lakeFingerprint(desk),
    kpi: asked.question.kpi,
    kpi_version: kpiVersion(kpi),
    question: { ...asked.question, as_of: answer.as_of, known_at: answer.known_at },
    at: asked.at,
    part: asked.part,
    as_of: told.as_of,
    known_at: told.known_at,
    period: answer.period,
    basis: answer.basis,
    publish: told.publish,
    build: answer.build,
    on_demand: answer.on_demand,
    carried: answer.carried,
    inferred: answer.inferred,
    row_count: told.row_count,
    engine: build?.engine ?? desk.engineVersion,
    config: build?.config ?? configHash(desk.config),
    cell: {
      value: row.value,
      numerator: row.numerator,
      denominator: row.denominator,
      reason: row.reason,
    },
    unit: answer.unit,
    ...partUnits(desk, answer),
    currency: answer.currency,
    tie_out: told.tie_out,
    sql: statements.find((statement) => statement.includes('mart_rows')) ?? '',
    models: Object.fromEntries(
      models.map((name) => [
        name,
        build?.models[name]?.file ?? project.models.find((model) => model.name === name)?.hash ?? '',
      ]),
    ),
    inputs: await inputsOf(desk, answer.as_of, answer.known_at, kpi.from, answer.build),
    policy: { id: desk.policy, role: caller.role, scope: scopeOf(desk), personal: caller.personal },
    receipts: await receiptCount(desk, asked),
    issued_at: new Date().toISOString(),
  };
}

function scopeOf({ caller }: Desk): ProofBody['policy']['scope'] {
  return caller.scope === 'all'
    ? 'all'
    : Object.fromEntries(Object.entries(caller.scope).map(([column, members]) => [column, [...members]]));
}

async function receiptCount(desk: Desk, asked: Asked): Promise<number | null> {
  try {
    const { behind } = await cellReceipts(
      desk,
      { question: questionOf(asked.question), at: asked.at },
      asked.part,
    );
    return behind.receipts.length;
  } catch (error) {
    const isNoSum = error instanceof AlturasError && (error.kind === 'usage' || error.code === RATE_MISSING);
    if (isNoSum) return null;
    throw error;
  }
}

/** A model and all that it reads, in order. */
function upstream(desk: Desk, mart: string): string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    const model = desk.project.models.find((candidate) => candidate.name === name);
    if (!model || found.has(name)) return;
    found.add(name);
    for (const table of model.tables) visit(table);
  };
  visit(mart);
  return desk.project.models.map(({ name }) => name).filter((name) => found.has(name));
}

/**
 * What was read, by hash: the delivered files of the day, the published file, and the manifest of its build, which
 * names everything else by hash.
 */
async function inputsOf(
  desk: Desk,
  asOf: string,
  knownAt: string,
  mart: string,
  build: string,
): Promise<Record<string, string | null>> {
  const inputs: Record<string, string | null> = {};
  for (const { seq, cutoff } of desk.ledger.calendar.deliveries) {
    const entry = desk.ledger.entry(seq);
    if (entry?.as_of !== asOf || cutoff > knownAt) continue;
    for (const [feed, { files }] of Object.entries(entry.feeds))
      for (const file of files)
        inputs[`landing/${asOf}/${entry.delivery}/${file.name} (${feed})`] = file.sha256;
  }
  const manifest = await desk.lake.get(buildKeys.manifest(build));
  if (manifest) inputs[buildKeys.manifest(build)] = sha256(manifest.body);
  const holding = desk.published.rows.findLast(
    (row) => row.table_name === mart && row.build === build && row.first_day <= asOf && asOf <= row.last_day,
  );
  const outputs = (await desk.manifests.get(build))?.outputs ?? [];
  if (holding) inputs[holding.path] = outputs.find(({ path }) => path === holding.path)?.sha256 ?? null;
  return inputs;
}

/** Tells one lake from another: its first delivery. */
function lakeFingerprint(desk: Desk): string {
  const [first] = desk.ledger.calendar.deliveries;
  const entry = first && desk.ledger.entry(first.seq);
  return entry ? sha256(`${entry.delivery} ${entry.control_hash}`).slice(0, 16) : '';
}

/** What differs between a number receipt and the same cell made again. */
export interface Verdict {
  readonly equal: boolean;
  readonly differences: readonly { readonly what: string; readonly before: string; readonly now: string }[];
  readonly now: ProofBody;
}

/** Makes the cell of a number receipt again, from this lake, with the eyes that saw it. */
export async function verify(desk: Desk, body: ProofBody): Promise<Verdict> {
  const { role, scope, personal } = body.policy;
  const eyes = desk.for({
    subject: 'verify',
    role,
    scope: scope === 'all' ? 'all' : definedScope(scope),
    personal,
    exits: new Set(['view', 'drill', 'proof']),
  });
  const now = await proofOf(eyes, { question: body.question, at: body.at, part: body.part });
  const [before, today] = [factsOf(body), factsOf(now)];
  const differences = [...new Set([...Object.keys(before), ...Object.keys(today)])].flatMap((what) =>
    // What receipts of earlier versions do not say is not compared.
    before[what] === today[what] || (what in MAY_BE_MISSING && before[what] === undefined)
      ? []
      : [{ what, before: String(before[what] ?? '–'), now: String(today[what] ?? '–') }],
  );
  const told = new Set(differences.map(({ what }) => what));
  const isFalse =
    FIGURE.some((what) => told.has(what)) ||
    // Not reconciled then, and reconciled since, is no contradiction; the other way round it is one.
    (told.has('tie-out') && body.tie_out !== 'unchecked') ||
    (told.has('engine') && (await isAnotherEngine(desk, body, now))) ||
    body.publish > now.publish;
  return {
    equal: !isFalse,
    differences:
      body.publish > now.publish
        ? [...differences, { what: 'publish', before: String(body.publish), now: String(now.publish) }]
        : differences,
    now,
  };
}

/** What a number receipt says, as it is compared. */
function factsOf(proof: ProofBody): Record<string, unknown> {
  const { period } = proof;
  return {
    lake: proof.lake,
    KPI: proof.kpi,
    'KPI version': proof.kpi_version,
    'as of': proof.as_of,
    'known at': proof.known_at,
    period: period && `${period.kind} after ${period.opened}, ${period.days} days`,
    basis: proof.basis,
    unit: proof.unit,
    currency: proof.currency,
    'tie-out': proof.tie_out,
    carried: proof.carried,
    inferred: proof.inferred,
    rows: proof.row_count,
    policy: proof.policy.id,
    build: proof.build,
    'on demand': proof.on_demand,
    engine: proof.engine,
    config: proof.config,
    value: proof.cell.value,
    numerator: proof.cell.numerator,
    denominator: proof.cell.denominator,
    reason: proof.cell.reason,
    receipts: proof.receipts,
    SQL: proof.sql,
    ...Object.fromEntries(Object.entries(proof.models).map(([name, hash]) => [`model ${name}`, hash])),
    ...Object.fromEntries(Object.entries(proof.inputs).map(([name, hash]) => [`input ${name}`, hash])),
  };
}

const MAY_BE_MISSING = { period: true, basis: true, carried: true, inferred: true, rows: true };

/** What must be the same again; all else may have changed since: a newer build, engine or text of a model. */
const FIGURE: readonly string[] = [
  'lake',
  'KPI',
  'as of',
  'known at',
  'period',
  'basis',
  'unit',
  'currency',
  'carried',
  'inferred',
  'rows',
  'policy',
  'value',
  'numerator',
  'denominator',
  'reason',
  'receipts',
];

/** Whether the build that a number receipt names was made by another engine than it says. */
async function isAnotherEngine(desk: Desk, body: ProofBody, now: ProofBody): Promise<boolean> {
  if (body.build === now.build && !now.on_demand) return true;
  if (body.on_demand) return false;
  const build = await desk.manifests.get(body.build);
  return !!build && build.engine !== body.engine;
}

function definedScope(scope: Exclude<ProofBody['policy']['scope'], 'all'>) {
  return Object.fromEntries(
    Object.entries(scope).flatMap(([column, members]) => (members === undefined ? [] : [[column, members]])),
  );
}
