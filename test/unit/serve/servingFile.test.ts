import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepServing } from '../../../functions/build/keepServing.ts';
import { defaultConfig } from '../../../functions/core/config.ts';
import { FolderLake } from '../../../functions/lake/folderLake.ts';
import { FILE_COLUMN } from '../../../functions/query/serving.ts';
import { House } from '../../../functions/serve/house.ts';
import { landAndBuild } from '../../support/kpiLake.ts';
import { keysOf } from '../../support/lakeContract.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';
import { writeDeliveries } from '../../support/ledgerFixtureFiles.ts';

/** A lake that notes which stored tables are read as files, and how many files. */
class WatchedLake extends FolderLake {
  readonly tables = new Set<string>();
  files = 0;

  override localPaths(keys: readonly string[]): Promise<string[]> {
    const marts = keys.filter((key) => key.startsWith('marts/'));
    for (const key of marts) this.tables.add(key.split('/')[1] ?? '');
    this.files += marts.length;
    return super.localPaths(keys);
  }
}

const config = defaultConfig();
let directory: string;
let lake: WatchedLake;
/** Deliveries that have not landed yet. */
let waiting: string[];
let houses = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'alturas-serving-file-'));
  const plan = new Ledger(daily('2026-06-26', '2026-06-29'));
  plan
    .company('CO')
    .receipt('1', { total: 1_000, issued: '2026-06-26', due: '2026-06-28', office: '01' })
    .paid(400, '2026-06-29');
  waiting = await writeDeliveries(plan, join(directory, 'deliveries'));
  await landAndBuild(directory, waiting.splice(0, 3), config);
  lake = new WatchedLake(join(directory, 'lake'));
}, 300_000);
afterAll(() => rm(directory, { recursive: true, force: true }));

/** What a new house answers, which marts it read for it, and what it told of. */
async function answered() {
  lake.tables.clear();
  const logged: unknown[] = [];
  houses += 1;
  const folder = join(directory, `house-${houses}`);
  const house = await House.open(lake, config, folder, (error) => logged.push(error));
  try {
    const rows = await house.read(async ({ desk }) => {
      const day = desk.newestDay();
      return desk.rows(await desk.storedSpan('aging', day, day));
    });
    // Files are numbered as they come, and a house that begins with a file has them in another order.
    const cells = rows.map(({ [FILE_COLUMN]: _number, ...row }) => row);
    return { rows: JSON.stringify(cells), read: [...lake.tables].sort(), logged };
  } finally {
    await house.close();
  }
}

const stored = () => keysOf(lake, 'serving/');

describe('the file that a build leaves for serve', () => {
  it('is what a house begins with: the same answers, and no mart is read', async () => {
    const own = await answered();
    expect(own.read).toContain('aging');
    expect(await keepServing(lake, config, 1_000)).toEqual({ status: 'large', key: null });
    const { status, key } = await keepServing(lake, config);
    expect(status).toBe('kept');
    expect(await stored()).toEqual([key]);
    expect(await answered()).toEqual({ rows: own.rows, read: [], logged: [] });
  }, 120_000);

  it('is made once a publish', async () => {
    const [key] = await stored();
    lake.tables.clear();
    expect(await keepServing(lake, config)).toEqual({ status: 'there', key });
    expect([...lake.tables]).toEqual([]);
  });

  it('may be of an older publish: what is new is read beside it, and makes the next one', async () => {
    const first = lake.files;
    await landAndBuild(directory, waiting.splice(0, 1), config);
    expect((await stored()).length).toBe(1);
    const before = lake.files;
    const behind = await answered();
    const news = lake.files - before;
    expect(behind.read).toContain('aging');
    expect(behind.rows).toContain('600.00');
    expect(news).toBeLessThan(first);
    const made = lake.files;
    expect((await keepServing(lake, config)).status).toBe('kept');
    // A house that answers before it has read all that is new reads some of it twice.
    expect(lake.files - made).toBeGreaterThan(0);
    expect(lake.files - made).toBeLessThanOrEqual(news);
    expect((await stored()).length).toBe(2);
    expect(await answered()).toEqual({ ...behind, read: [] });
  }, 120_000);

  it('is not used when its bytes are not what its name says, and it is told', async () => {
    const whole = await answered();
    const key = (await stored()).at(-1) ?? '';
    const path = join(directory, 'lake', key);
    const bytes = await readFile(path);
    bytes[bytes.length - 9] = (bytes[bytes.length - 9] ?? 0) ^ 1;
    await rm(path);
    await writeFile(path, bytes);
    const damaged = await answered();
    expect(damaged.rows).toBe(whole.rows);
    expect(damaged.read).toContain('aging');
    expect(damaged.logged).toEqual([expect.objectContaining({ code: 'SERVING_DAMAGED' })]);
  }, 120_000);
});
