import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultConfig } from '../../functions/core/config.ts';
import type { Lake } from '../../functions/lake/lake.ts';
import { createApp } from '../../functions/serve/app.ts';
import { House } from '../../functions/serve/house.ts';
import { Guard } from '../../functions/serve/session.ts';
import { Signer } from '../../functions/serve/signer.ts';
import { ACCESS, executiveToken } from './cloud.ts';

const AT_ONCE = 40;

/** How a server of boards is asked: method, path, body, and its JSON. */
export type Asking = (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<unknown>;

/** The same server in this process, over any lake. */
export async function servedHere(lake: Lake): Promise<{ readonly ask: Asking; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'alturas-house-'));
  const house = await House.open(lake, defaultConfig(), folder);
  const app = createApp({
    house,
    guard: await Guard.of({ audience: ACCESS.audience, issuers: ACCESS.issuers }),
    signer: await Signer.open(folder),
  });
  const token = await executiveToken();
  return {
    ask: async (method, path, body) => {
      const answer = await app.request(path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'accept-language': 'en',
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (answer.status !== 200) throw new Error(`status ${answer.status}: ${await answer.text()}`);
      return answer.json();
    },
    close: () => house.close(),
  };
}

/** One figure, and where it stands. */
export type Figures = ReadonlyMap<string, unknown>;

/**
 * Every KPI of the catalogue on some days, whole and by company, as the server answers: dimensions, values, parts,
 * reasons and notes.
 */
export async function figuresOf(ask: Asking, days: readonly string[]): Promise<Figures> {
  const catalogue = (await ask('GET', '/api/catalogue')) as { kpis: { id: string; dimensions?: string[] }[] };
  const questions = days.flatMap((as_of) =>
    catalogue.kpis.map(({ id }) => ({ id: `${id} ${as_of}`, kpi: id, as_of })),
  );
  const figures = new Map<string, unknown>();
  for (let at = 0; at < questions.length; at += AT_ONCE) {
    const { answers } = (await ask('POST', '/api/ask', { questions: questions.slice(at, at + AT_ONCE) })) as {
      answers: (
        | { answer: { id: string; rows: unknown; total: unknown } }
        | { id: string; problem: { code: string } }
      )[];
    };
    for (const one of answers)
      if ('answer' in one) figures.set(one.answer.id, { rows: one.answer.rows, total: one.answer.total });
      else figures.set(one.id, one.problem.code);
  }
  return figures;
}
