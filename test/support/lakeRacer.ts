// A process that tries, at moments it shares with others, to be the one that makes a key and the one that replaces a
// version. Arguments: the lake's location, the racer's name, how many races. The first moment is in the lake: the
// object `start`, ms since 1970, appears when all racers are ready.
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLake } from '../../functions/lake/openLake.ts';
import { isPreconditionFailure } from '../../functions/lake/refusals.ts';

const APART_MS = 20;
const TRIES = 4;
const [location = '', name = '', races = ''] = process.argv.slice(2);
const lake = await openLake(location);
// Read before the start: who is late must not take the version of the winner for the one to be replaced.
const versions = await Promise.all(
  Array.from(
    { length: Number(races) },
    async (_, race) => (await lake.head(`match/${race}`))?.etag ?? 'none',
  ),
);
writeSync(1, 'ready\n');
const start = await firstMoment();

for (let race = 0; race < Number(races); race += 1) {
  await sleep(start + race * APART_MS - Date.now());
  await Promise.all(
    Array.from({ length: TRIES }, async (_, attempt) => {
      const body = `${name}${attempt}`;
      await attemptTo(`absent/${race}`, body, { ifAbsent: true });
      await attemptTo(`match/${race}`, body, { ifMatch: versions[race] ?? 'none' });
    }),
  );
}

async function firstMoment(): Promise<number> {
  for (;;) {
    const found = await lake.get('start');
    if (found) return Number(Buffer.from(found.body).toString());
    await sleep(10);
  }
}

async function attemptTo(
  key: string,
  body: string,
  condition: { ifAbsent: true } | { ifMatch: string },
): Promise<void> {
  try {
    await lake.put(key, body, condition);
    writeSync(1, `${key} ${body}\n`);
  } catch (error) {
    if (!isPreconditionFailure(error)) throw error;
  }
}
