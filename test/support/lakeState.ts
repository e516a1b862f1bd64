import { createHash } from 'node:crypto';
import { lakeKeys } from '../../functions/contracts/delivery.ts';
import { literal, Session } from '../../functions/engine/duckdb.ts';
import { publishedCodec } from '../../functions/engine/publishedCodec.ts';
import { DeliveryIndex } from '../../functions/lake/deliveries.ts';
import type { Lake } from '../../functions/lake/lake.ts';
import { type PublishedRow, readPublished } from '../../functions/lake/published.ts';
import { buildKeys, type Manifest, Manifests } from '../../functions/warehouse/manifest.ts';

/** What a reader sees of a lake, each visible thing checked to be whole. */
export interface LakeState {
  /** Ids of the visible deliveries, in order. */
  readonly deliveries: readonly string[];
  readonly published: readonly PublishedRow[];
  /** Number of the newest publish. */
  readonly seq: number;
  /** SHA-256 of every published file, by key. */
  readonly files: ReadonlyMap<string, string>;
  /** Rows in them. */
  readonly rows: number;
  readonly faults: readonly string[];
}

/**
 * What is wrong with a lake on which jobs ran, killed or not, beside the faults it shows by itself.
 * @param around.before the undisturbed lake before these jobs; undefined: an empty lake
 * @param around.after the undisturbed lake after them
 * @param around.done whether the jobs came to their end
 */
export function faultsAfter(
  state: LakeState,
  around: {
    readonly before: LakeState | undefined;
    readonly after: LakeState | undefined;
    readonly done: boolean;
  },
): string[] {
  const { before, after, done } = around;
  const faults = [...state.faults];
  const seen = state.deliveries;
  const expected = after?.deliveries.slice(0, seen.length) ?? [];
  if (seen.join() !== expected.join()) faults.push(`deliveries ${seen.join()} instead of ${expected.join()}`);
  if (seen.length < (before?.deliveries.length ?? 0)) faults.push('a delivery is gone');
  // All of the build or nothing of it, and as the undisturbed lake has it, to the byte.
  const should = state.seq > (before?.seq ?? 0) ? after : before;
  if (state.seq !== (should?.seq ?? 0)) faults.push(`publish ${state.seq} is none of the undisturbed lake's`);
  if (JSON.stringify(state.published) !== JSON.stringify(should?.published ?? []))
    faults.push('other rows are published than in the undisturbed lake');
  for (const [path, sha256] of state.files)
    if (should?.files.get(path) !== sha256)
      faults.push(`${path} has other bytes than in the undisturbed lake`);
  if ((done || should === after) && seen.length !== after?.deliveries.length)
    faults.push(`${seen.length} deliveries, but all are built`);
  if (done && should !== after) faults.push('done, but not published');
  return faults;
}

/** Reads lakes as any reader does: the delivery index and the published rows, and whatever these point at. */
export class LakeReader {
  readonly #session: Session;
  readonly #scratch: string;

  private constructor(session: Session, scratch: string) {
    this.#session = session;
    this.#scratch = scratch;
  }

  static async open(scratch: string): Promise<LakeReader> {
    return new LakeReader(await Session.open({ scratch, threads: 1 }), scratch);
  }

  close(): void {
    this.#session.close();
  }

  async state(lake: Lake): Promise<LakeState> {
    const faults: string[] = [];
    const deliveries = await this.#deliveries(lake, faults);
    const { rows: published, seq } = await readPublished(lake, publishedCodec(this.#session, this.#scratch));
    const manifests = new Manifests(lake);
    const files = new Map<string, string>();
    let rows = 0;
    for (const build of new Set(published.map((row) => row.build))) {
      const manifest = await manifests.get(build);
      if (!manifest?.published)
        faults.push(`${buildKeys.manifest(build)} is not there, or says it is invisible`);
      const mine = published.filter((row) => row.build === build);
      const outputs = new Map((manifest?.outputs ?? []).map((output) => [output.path, output]));
      const visible = new Set(mine.map(({ path }) => path));
      for (const path of outputs.keys())
        if (!visible.has(path)) faults.push(`build ${build} is half visible: ${path} is missing`);
      for (const path of visible) {
        const output = outputs.get(path);
        const sha256 = await this.#hash(lake, path);
        if (!output || sha256 !== output.sha256) faults.push(`${path} is not what its manifest says`);
        files.set(path, sha256 ?? 'missing');
        rows += output?.rows ?? 0;
      }
      await this.#checkModels(lake, manifest, faults);
    }
    return { deliveries, published, seq, files, rows, faults };
  }

  async #deliveries(lake: Lake, faults: string[]): Promise<string[]> {
    const entries = await new DeliveryIndex(lake).entries();
    const ids = entries.map(({ delivery }) => delivery);
    if (new Set(ids).size !== ids.length) faults.push(`a delivery is there twice: ${ids.join(', ')}`);
    for (const { as_of, delivery, feeds, states } of entries) {
      for (const [feed, told] of Object.entries(feeds)) {
        const at = `${feed} of ${as_of}`;
        if (told.accepted + told.refused !== told.physical_rows) faults.push(`${at}: rows lost`);
        if ((await this.#hash(lake, told.ledger)) !== told.ledger_sha256)
          faults.push(`${at}: the ledger file is not what the entry says`);
        else if ((await this.#count(lake, told.ledger)) !== told.accepted)
          faults.push(`${at}: accepted rows are missing`);
        if (told.quarantine !== null && (await this.#count(lake, told.quarantine)) !== told.refused)
          faults.push(`${at}: refused rows are missing`);
        for (const { name, sha256 } of told.files)
          if ((await this.#hash(lake, lakeKeys.landing(as_of, delivery, name))) !== sha256)
            faults.push(`${at}: the copy of ${name} is not what was delivered`);
      }
      for (const state of Object.values(states))
        if ((await lake.head(state)) === null) faults.push(`${as_of}: ${state} is missing`);
    }
    return ids;
  }

  async #checkModels(lake: Lake, manifest: Manifest | null, faults: string[]): Promise<void> {
    for (const { file } of Object.values(manifest?.models ?? {}))
      if ((await lake.head(buildKeys.model(file))) === null) faults.push(`the text ${file} is missing`);
  }

  async #hash(lake: Lake, key: string): Promise<string | null> {
    const stored = await lake.get(key);
    return stored && createHash('sha256').update(stored.body).digest('hex');
  }

  async #count(lake: Lake, key: string): Promise<number | null> {
    if ((await lake.head(key)) === null) return null;
    const [path = ''] = await lake.localPaths([key]);
    const [row] = await this.#session.rows(`select count(*) as n from read_parquet(${literal(path)})`);
    return Number(row?.n);
  }
}
