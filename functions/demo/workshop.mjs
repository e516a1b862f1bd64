// The entry of the demo's own thread.
import { bundled } from '../core/sources.mjs';

await import(await bundled('functions/demo/workshop.ts'));
