#!/usr/bin/env node
import { bundled } from '../core/sources.mjs';

const { run } = await import(await bundled('functions/cli/main.ts'));
process.exitCode = await run(process.argv.slice(2));
