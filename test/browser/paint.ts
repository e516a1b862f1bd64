/**
 * When Pulso paints, in a Chromium that npm brings: `npx tsx test/browser/paint.ts [ADDRESS]` of a running
 * `alturas serve`. Cold is a browser that has nothing of the page; warm is the same browser again.
 */
import type { Browser, BrowserContext } from 'playwright-core';
import { figuresStand, openBrowser } from './reader.ts';

const RUNS = 5;
const ADDRESS = process.argv[2] ?? 'http://localhost:4310/';

interface Painted {
  /** Milliseconds after the address was asked for. */
  readonly first: number;
  readonly largest: number;
  readonly figures: number;
  /** What the scripts weigh on their way. */
  readonly scripts: number;
}

// As text: what the runner adds to a compiled function is not there in the page.
const WATCH = `
  globalThis.__name = (named) => named;
  globalThis.largest = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) globalThis.largest = entry.startTime;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
`;
const TOLD = `({
  first: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
  largest: globalThis.largest,
  figures: performance.now(),
  scripts: performance.getEntriesByType('resource')
    .filter(({ name }) => name.endsWith('.js'))
    .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
})`;

async function paint(context: BrowserContext): Promise<Painted> {
  const page = await context.newPage();
  page.setDefaultTimeout(600_000);
  await page.addInitScript(WATCH);
  await page.goto(`${ADDRESS}?board=pulso`);
  await figuresStand(page);
  const told = (await page.evaluate(TOLD)) as Painted;
  await page.close();
  return told;
}

async function runs(browser: Browser): Promise<{ cold: Painted[]; warm: Painted[] }> {
  const cold: Painted[] = [];
  const warm: Painted[] = [];
  for (let run = 0; run < RUNS; run++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    cold.push(await paint(context));
    warm.push(await paint(context));
    await context.close();
  }
  return { cold, warm };
}

function median(all: readonly Painted[], key: keyof Painted): string {
  const sorted = all.map((one) => one[key]).sort((a, b) => a - b);
  return String(Math.round(sorted[Math.floor(sorted.length / 2)] ?? Number.NaN));
}

const browser = await openBrowser();
try {
  // The first question after a publish fills what the server remembers; it is told by itself.
  const once = await browser.newContext();
  const first = await paint(once);
  await once.close();
  process.stdout.write(`first question of all: figures after ${Math.round(first.figures)} ms\n`);
  const measured = await runs(browser);
  for (const [name, all] of Object.entries(measured))
    process.stdout.write(
      `${name}: first paint ${median(all, 'first')} ms, largest ${median(all, 'largest')} ms, figures ${median(all, 'figures')} ms, scripts ${median(all, 'scripts')} B (median of ${RUNS})\n`,
    );
} finally {
  await browser.close();
}
