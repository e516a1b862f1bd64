// The entry of the demo's own thread.
import { bundled } from '../cli/sources.mjs';

await import(await bundled('functions/demo/workshop.ts'));
