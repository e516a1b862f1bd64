// A process that writes to a lake until it is killed, and says on standard output what was answered to it. The first
// argument is the lake's location, the second the writer's name.
import { writeSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openLake } from '../../functions/lake/openLake.ts';
import { isPreconditionFailure } from '../../functions/lake/refusals.ts';
import { sealed, unseal } from './sealed.ts';

const POINTER = 'pointer/current';
const [location = '', author = ''] = process.argv.slice(2);
const lake = await openLake(location);

function say(kind: string, key: string, number: number): void {
  writeSync(1, `${kind} ${key} ${number}\n`);
}

async function won(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (!isPreconditionFailure(error)) throw error;
    return false;
  }
}

const scratch = await lake.scratch();
for (let number = 1; ; number += 1) {
  const data = `data/${author}/${number}`;
  await lake.put(data, sealed(number, 40_000, author));
  say('put', data, number);

  const file = `files/${author}/${number}`;
  // Some are large enough for several parts on S3.
  await writeFile(join(scratch, 'file'), sealed(number, number % 6 === 3 ? 20_000_000 : 400_000, author));
  await lake.putFile(file, join(scratch, 'file'), { move: true });
  say('put', file, number);

  const claim = `claims/${number}`;
  if (await won(lake.put(claim, sealed(number, 40_000, author), { ifAbsent: true })))
    say('claim', claim, number);

  const read = await lake.get(POINTER);
  const next = read ? unseal(read.body).number + 1 : 1;
  const condition = read ? { ifMatch: read.etag } : ({ ifAbsent: true } as const);
  if (await won(lake.put(POINTER, sealed(next, 40_000, author), condition))) say('point', POINTER, next);
}
