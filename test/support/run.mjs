// Runs a TypeScript file as one bundle, which loads seconds faster: `node test/support/run.mjs FILE ARGUMENTS`, with
// FILE from the root of the repository.
import { bundled } from '../../functions/core/sources.mjs';

const [entry] = process.argv.splice(2, 1);
await import(await bundled(entry));
