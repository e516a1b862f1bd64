#!/usr/bin/env node
// The sources run as they are: tsx strips the types, so that there is no build to forget.
import 'tsx/esm';

const { run } = await import('./main.ts');
process.exitCode = await run(process.argv.slice(2));
