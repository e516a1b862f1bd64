// A process that writes to a lake until it is killed, and says on standard output what was answered to it. The first
// argument is the lake's location, the second the writer's name.
import { writeSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLake } from '../../functions/lake/openLake.ts';
import { isPreconditionFailure } from '../../functions/lake/refusals.ts';
import { sealed, unseal } from './sealed.ts';

const POINTER = 'pointer/current';
const SLOT_MS = 12;
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
say('ready', '-', 0);
for (let number = 1; ; number += 1) {
  const data = `data/${author}/${number}`;
  await lake.put(data, sealed(number, number % 3 === 1 ? 20_000_000 : 40_000, author));
  say('put', data, number);

  const file = `files/${author}/${number}`;
  // Some are large enough for several parts on S3.
  await writeFile(join(scratch, 'file'), sealed(number, number % 6 === 3 ? 20_000_000 : 400_000, author));
  await lake.putFile(file, join(scratch, 'file'), { move: true });
  say('put', file, number);

  // By the clock: all writers want the same key, and to replace the same version, at the same moment.
  for (let turn = 0; turn < 6; turn += 1) {
    const slot = nextSlot();
    const claim = `claims/${slot}`;
    const body = sealed(slot, 40_000, author);
    await begin(slot);
    if (await won(lake.put(claim, body, { ifAbsent: true }))) say('claim', claim, slot);

    const read = await lake.get(POINTER);
    const next = read ? unseal(read.body).number + 1 : 1;
    const condition = read ? { ifMatch: read.etag } : ({ ifAbsent: true } as const);
    const pointer = sealed(next, 40_000, author);
    await begin(nextSlot());
    if (await won(lake.put(POINTER, pointer, condition))) say('point', POINTER, next);
  }
}

function nextSlot(): number {
  return Math.floor(Date.now() / SLOT_MS) + 1;
}

async function begin(slot: number): Promise<void> {
  await sleep(slot * SLOT_MS - Date.now());
}
