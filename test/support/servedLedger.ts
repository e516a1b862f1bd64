import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, defaultConfig } from '../../functions/core/config.ts';
import type { Lake } from '../../functions/lake/lake.ts';
import { openLake } from '../../functions/lake/openLake.ts';
import { type AppOptions, createApp } from '../../functions/serve/app.ts';
import { House } from '../../functions/serve/house.ts';
import { type Claims, Guard, LOCAL_CLAIMS } from '../../functions/serve/session.ts';
import { Signer } from '../../functions/serve/signer.ts';
import { landAndBuild } from './kpiLake.ts';
import type { LedgerPlan } from './ledgerFixture.ts';
import { writeDeliveries } from './ledgerFixtureFiles.ts';

/** A ledger on disk behind the whole app, asked as a browser asks. */
export class ServedLedger {
  readonly directory: string;
  readonly lake: Lake;
  readonly config: Config;
  readonly house: House;
  /** Delivery folders that have not landed yet, in order. */
  readonly waiting: string[];

  private constructor(directory: string, lake: Lake, config: Config, house: House, waiting: string[]) {
    this.directory = directory;
    this.lake = lake;
    this.config = config;
    this.house = house;
    this.waiting = waiting;
  }

  /** @param hold how many deliveries stay out for `deliver` */
  static async of(plan: LedgerPlan, hold = 0): Promise<ServedLedger> {
    const directory = await mkdtemp(join(tmpdir(), 'alturas-http-'));
    const config = defaultConfig();
    const folders = await writeDeliveries(plan, join(directory, 'deliveries'));
    const waiting = folders.splice(folders.length - hold, hold);
    await landAndBuild(directory, folders, config);
    const lake = await openLake(join(directory, 'lake'));
    return new ServedLedger(
      directory,
      lake,
      config,
      await House.open(lake, config, join(directory, 'house')),
      waiting,
    );
  }

  /** Lands and builds the next delivery that was held back. */
  async deliver(): Promise<void> {
    const next = this.waiting.shift();
    if (next === undefined) throw new Error('nothing is held back');
    await landAndBuild(this.directory, [next], this.config);
  }

  /** The app with a session of some claims. */
  async as(
    claims: Claims = LOCAL_CLAIMS,
    options: Partial<AppOptions> = {},
    language = 'es',
  ): Promise<Client> {
    const guard = await Guard.of({ local: claims });
    const app = createApp({
      house: this.house,
      guard,
      signer: await Signer.open(this.directory),
      ...options,
    });
    const headers = {
      authorization: `Bearer ${await guard.localToken()}`,
      'accept-language': language,
    };
    const read = async (response: Response | Promise<Response>) => {
      const answered = await response;
      const body: unknown = await answered.json();
      return { status: answered.status, body };
    };
    return {
      get: (path) => read(app.request(path, { headers })),
      post: (path, body) =>
        read(
          app.request(path, {
            method: 'POST',
            headers: { ...headers, 'content-type': 'application/json' },
            body: JSON.stringify(body),
          }),
        ),
    };
  }

  async close(): Promise<void> {
    await this.house.close();
    await rm(this.directory, { recursive: true, force: true });
  }
}

export interface Client {
  get(path: string): Promise<{ readonly status: number; readonly body: unknown }>;
  post(path: string, body: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
}
