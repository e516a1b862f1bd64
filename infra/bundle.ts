// `npm run artefacts`: makes the artefact of every function and tells how large it is.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { artefact, FUNCTIONS } from './artefacts.ts';
import type { Arch } from './elf.ts';

const { values } = parseArgs({ options: { arch: { type: 'string', default: process.arch } } });
const arch: Arch = values.arch === 'arm64' ? 'arm64' : 'x64';

for (const name of FUNCTIONS) {
  const folder = await artefact(name, { arch });
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) =>
    statSync(join(folder, file)),
  );
  const bytes = files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
  console.log(`${name.padEnd(6)} ${(bytes / 1e6).toFixed(1).padStart(6)} MB  ${folder}`);
}
