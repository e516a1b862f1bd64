import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { defaultConfig } from '../../functions/core/config.ts';
import { openLake } from '../../functions/lake/openLake.ts';
import { startServer } from '../../functions/serve/server.ts';
import { type BoardRequest, Places } from '../bench/boardRequests.ts';
import { newReader, openBoard, openBrowser } from './reader.ts';

/**
 * Writes down what a real browser asks of the server when it opens each board: `boardRequests.json`, which the bench
 * of the boards sends. Days and members stand in it by what they are, so that they can be asked of any lake.
 *
 *     node --import tsx test/browser/recordBoards.ts LAKE
 */
const { positionals } = parseArgs({ allowPositionals: true });
const place = positionals[0];
if (place === undefined) throw new Error('name a lake: node --import tsx test/browser/recordBoards.ts LAKE');

const lake = await openLake(place);
const running = await startServer({
  lake,
  config: defaultConfig(),
  port: 0,
  cache: await lake.scratch(),
  log: console.error,
});
const browser = await openBrowser();
try {
  const places = await Places.of(running.address);
  const views: Record<string, string> = {
    pulso: 'board=pulso',
    alturas: 'board=alturas',
    rotacion: 'board=rotacion',
    'tableros (list)': 'board=tableros',
    'tableros (person)': `board=tableros&x.by=advisor&x.member=${encodeURIComponent(places.advisor)}`,
    'cliente (largest)': 'board=cliente',
    'cliente (page)': `board=cliente&x.client=${encodeURIComponent(places.client)}`,
    salud: 'board=salud',
    diccionario: 'board=diccionario',
  };
  const recorded: Record<string, BoardRequest[]> = {};
  for (const [view, query] of Object.entries(views)) {
    const { page, close } = await newReader(browser);
    page.setDefaultTimeout(300_000);
    // The runner names functions by a helper of its own, which a page does not have.
    await page.addInitScript('globalThis.__name = (named) => named');
    const requests: BoardRequest[] = [];
    page.on('request', (request) => {
      const { pathname, search } = new URL(request.url());
      if (!pathname.startsWith('/api/')) return;
      const body = request.postData();
      requests.push({
        method: request.method(),
        path: places.abstract(decodeURIComponent(`${pathname}${search}`)),
        ...(body === null ? {} : { body: JSON.parse(places.abstract(body)) as unknown }),
      });
    });
    await openBoard(page, running.address, query);
    await page.waitForLoadState('networkidle');
    recorded[view] = requests;
    console.log(`${view}: ${requests.map(({ path }) => path).join(' ')}`);
    await close();
  }
  await writeFile(
    new URL('../bench/boardRequests.json', import.meta.url),
    `${JSON.stringify({ views: recorded }, null, 1)}\n`,
  );
} finally {
  await browser.close();
  await running.close();
}
