// The entry of the demo's own thread, which reads TypeScript as it is.
import { register } from 'tsx/esm/api';

register();
await import('./workshop.ts');
