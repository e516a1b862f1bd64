import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Real ledgers and published expectations lie beside the checkout; they are never part of it. */
export const SHARED_DATA = fileURLToPath(new URL('../../../shared/data', import.meta.url));

/** Path of a shared file or folder. */
export function sharedPath(name: string): string {
  return `${SHARED_DATA}/${name}`;
}

/**
 * Whether tests that read `name` may run. Without the data they are skipped, loudly and counted; where
 * ALTURAS_REQUIRE_DATA is set, as in CI, its absence is a failure.
 */
export function requiringData(present: boolean, name: string): boolean {
  if (present) return true;
  const message = `${SHARED_DATA}/${name} is absent: the tests that read it cannot run.`;
  if (process.env.ALTURAS_REQUIRE_DATA) throw new Error(message);
  process.stderr.write(`\n!!! ${message} They are SKIPPED.\n\n`);
  return false;
}

/** As requiringData, by looking. */
export function haveShared(name: string): boolean {
  return requiringData(existsSync(sharedPath(name)), name);
}
