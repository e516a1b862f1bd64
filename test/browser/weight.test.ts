import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

const ASSETS = fileURLToPath(new URL('../../dashboards/dist/assets/', import.meta.url));
/** Bytes as they travel. */
const BEFORE_CHARTS = 40_000;
const WITH_CHARTS = 300_000;

const chunks = readdirSync(ASSETS).filter((name) => name.endsWith('.js'));

function chunk(part: string): string {
  const found = chunks.filter((name) => new RegExp(`^${part}-[\\w-]{8}\\.js$`).test(name));
  const [only] = found;
  if (only === undefined || found.length > 1)
    throw new Error(`${part}: ${found.join(', ') || 'no such part'}`);
  return only;
}

/** Parts with all that they import before they run. */
function fetched(parts: readonly string[]): Set<string> {
  const all = new Set<string>();
  const visit = (name: string): void => {
    if (all.has(name)) return;
    all.add(name);
    const text = readFileSync(ASSETS + name, 'utf8');
    for (const [, other = ''] of text.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)) visit(other);
  };
  for (const part of parts) visit(chunk(part));
  return all;
}

function weight(names: ReadonlySet<string>): number {
  return [...names].reduce((sum, name) => sum + gzipSync(readFileSync(ASSETS + name)).length, 0);
}

it('Pulso weighs little before its charts, and not much with them', () => {
  const before = fetched(['index', 'pulso']);
  expect(before.size).toBeGreaterThan(2);
  expect([...before].join()).not.toMatch(/echarts|drill|chart/);
  expect(weight(before)).toBeLessThan(BEFORE_CHARTS);
  // English is a part of its own, and its reader fetches it, too.
  expect(weight(fetched(['index', 'pulso', 'en', 'charts', 'echarts', 'drill']))).toBeLessThan(WITH_CHARTS);
});
