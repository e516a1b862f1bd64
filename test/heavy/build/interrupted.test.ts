import { afterEach, describe, expect, it } from 'vitest';
import { build } from '../../../functions/build/build.ts';
import type { Config } from '../../../functions/core/config.ts';
import { businessDate, eachDay } from '../../../functions/core/dates.ts';
import { AlturasError } from '../../../functions/core/errors.ts';
import type { Lake, WriteCondition } from '../../../functions/lake/lake.ts';
import { PUBLISHED_KEY } from '../../../functions/lake/published.ts';
import { buildRange } from '../../../functions/warehouse/buildRange.ts';
import { COLUMNS, MODELS, movement, receipt, ToyLake } from '../../unit/warehouse/toyLake.ts';

const made: ToyLake[] = [];

async function toy(): Promise<ToyLake> {
  const lake = await ToyLake.make(MODELS);
  made.push(lake);
  for (const day of ['2026-05-30', '2026-05-31', '2026-06-02'])
    await lake.deliver(day, `${day} 22:00`, {
      receipts: [receipt('R1', '100.00')],
      movements: [movement(`M${day}`, '10.00', day)],
    });
  return lake;
}

/** A configuration under which all that is published is stale. */
const otherwise = ({ config }: ToyLake): Config => ({ ...config, laws: { open_is_positive: 'warning' } });

afterEach(async () => {
  for (const lake of made.splice(0)) await lake.close();
});

/** A lake on which the machine dies at the n-th write, before or after the bytes have arrived. */
class DyingLake implements Lake {
  readonly location: string;
  readonly #inner: Lake;
  readonly #at: number;
  readonly #after: boolean;
  writes = 0;
  /** The key written last. */
  last = '';

  constructor(inner: Lake, at: number, after: boolean) {
    this.#inner = inner;
    this.location = inner.location;
    this.#at = at;
    this.#after = after;
  }

  head = (key: string) => this.#inner.head(key);
  get = (key: string) => this.#inner.get(key);
  list = (prefix: string) => this.#inner.list(prefix);
  remove = (keys: readonly string[]) => this.#inner.remove(keys);
  localPaths = (keys: readonly string[]) => this.#inner.localPaths(keys);
  scratch = () => this.#inner.scratch();
  sweep = (olderThanMs: number) => this.#inner.sweep(olderThanMs);

  put(key: string, body: Uint8Array | string, condition?: WriteCondition) {
    return this.#write(key, () => this.#inner.put(key, body, condition));
  }

  putFile(
    key: string,
    path: string,
    options?: { readonly condition?: WriteCondition; readonly move?: boolean },
  ) {
    return this.#write(key, () => this.#inner.putFile(key, path, options));
  }

  async #write<T>(key: string, action: () => Promise<T>): Promise<T> {
    this.writes += 1;
    this.last = key;
    if (this.writes > this.#at || (this.writes === this.#at && !this.#after))
      throw new Error('the machine died');
    const answer = await action();
    if (this.writes === this.#at) throw new Error('the machine died');
    return answer;
  }
}

const ALL = [...eachDay(businessDate('2026-05-30'), businessDate('2026-06-02'))];

async function cells(lake: ToyLake): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (const [table, columns] of Object.entries(COLUMNS)) seen.push(await lake.rows(table, columns, ALL));
  return seen;
}

describe('a build that dies', () => {
  it('at any of its writes leaves nothing or all visible, and the next one completes it', async () => {
    const whole = await toy();
    const done = await whole.build();
    const expected = await cells(whole);
    const lake = await toy();
    let deaths = 0;
    for (let visible = false; !visible; ) {
      for (const after of [false, true]) {
        deaths += 1;
        const dying = new DyingLake(lake.lake, Math.ceil(deaths / 2), after);
        await expect(
          buildRange(dying, { models: lake.models, config: lake.config, threads: 1 }),
        ).rejects.toThrow('the machine died');
        const rows = await lake.publishedRows();
        // Only the last write, the publish, makes anything visible, and then everything.
        visible = rows.length > 0;
        expect(visible).toBe(after && dying.last === PUBLISHED_KEY);
        if (visible) expect(await cells(lake)).toEqual(expected);
        // Texts are written once; without them every attempt has the same writes.
        for (const prefix of ['models/', 'configs/'])
          for await (const { key } of lake.lake.list(prefix)) await lake.lake.remove([key]);
      }
    }
    expect(deaths).toBeGreaterThan(20);
    const next = await lake.build();
    expect(next.status).toBe('unchanged');
    expect((await lake.publishedRows()).every(({ build: name }) => name === done.build)).toBe(true);
  });
});

describe('two builders', () => {
  it('of the same days publish them once', async () => {
    const lake = await toy();
    const options = { models: lake.models, config: lake.config, threads: 1 };
    const reports = await Promise.all([build(lake.lake, options), build(lake.lake, options)]);
    expect(new Set(reports.map(({ build: name }) => name)).size).toBe(1);
    const rows = await lake.publishedRows();
    expect(new Set(rows.map((row) => JSON.stringify({ ...row, seq: 0 }))).size).toBe(rows.length);
    const alone = await toy();
    await alone.build();
    expect(await cells(lake)).toEqual(await cells(alone));
  });

  it('of other days both succeed', async () => {
    const lake = await toy();
    const options = { models: lake.models, config: lake.config, threads: 1 };
    await buildRange(lake.lake, { ...options, to: businessDate('2026-05-31') });
    const other = { ...options, config: otherwise(lake) };
    const racing = new RacingLake(lake.lake, () =>
      buildRange(lake.lake, { ...other, stale: true, to: businessDate('2026-05-30') }),
    );
    expect((await buildRange(racing, options)).status).toBe('published');
    const days = (await lake.rows('position', COLUMNS.position ?? [], ALL)).map(({ as_of }) => as_of);
    expect(days).toEqual(ALL);
    expect(new Set((await lake.publishedRows()).map(({ seq }) => seq))).toEqual(new Set([1, 2, 3]));
  });

  it('of the same days with other models: the loser says so, keeps its files, and can go on top', async () => {
    const lake = await toy();
    const options = { models: lake.models, config: lake.config, threads: 1 };
    const other = { ...options, config: otherwise(lake) };
    const racing = new RacingLake(lake.lake, () => buildRange(lake.lake, other));
    const error = await buildRange(racing, options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AlturasError);
    expect(error).toMatchObject({ code: 'PUBLISH_CONFLICT', kind: 'conflict' });
    expect(new Set((await lake.publishedRows()).map(({ build: name }) => name)).size).toBe(1);
    expect((await build(lake.lake, options)).status).toBe('unchanged');
    expect((await build(lake.lake, { ...options, stale: true })).status).toBe('published');
  });

  it('the job tries again by itself after a lost race', async () => {
    const lake = await toy();
    const options = { models: lake.models, config: lake.config, threads: 1 };
    const other = { ...options, config: otherwise(lake) };
    const racing = new RacingLake(lake.lake, () => buildRange(lake.lake, other));
    expect((await build(racing, options)).status).toBe('unchanged');
  });
});

/** A lake on which another builder finishes just before our first manifest is written. */
class RacingLake extends DyingLake {
  #race: (() => Promise<unknown>) | null;

  constructor(inner: Lake, race: () => Promise<unknown>) {
    super(inner, Number.POSITIVE_INFINITY, false);
    this.#race = race;
  }

  override async put(key: string, body: Uint8Array | string, condition?: WriteCondition) {
    const race = this.#race;
    if (race && key.startsWith('builds/')) {
      this.#race = null;
      await race();
    }
    return super.put(key, body, condition);
  }
}
