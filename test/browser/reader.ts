import chromium from '@sparticuz/chromium';
import { type Browser, type BrowserContext, type Page, chromium as playwright } from 'playwright-core';

/** Rows of a drill's answer, but for its total: what waits for an answer has rows, too. */
export const DRILL_ROWS = 'alturas-drill tbody tr:not(.total):not(:has(.waiting))';

/** What a page said that it should not have: errors, refused styles or scripts, failed requests. */
export interface Reader {
  readonly page: Page;
  readonly complaints: string[];
  close(): Promise<void>;
}

export async function openBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  });
}

/** A person with a browser window of their own, who notes every complaint of the page. */
export async function newReader(browser: Browser, width = 1440): Promise<Reader> {
  const context: BrowserContext = await browser.newContext({
    viewport: { width, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  const close = async (): Promise<void> => {
    // What a test answered in the server's place may be asked for once more when it is over.
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await context.close();
  };
  return { page, complaints, close };
}

/** Opens a board and waits until its figures stand. */
export async function openBoard(page: Page, address: string, query: string): Promise<void> {
  await page.goto(`${address}?${query}`);
  await figuresStand(page);
}

/** All that can be read under an element, through shadow roots. */
export function textOf(page: Page, selector: string): Promise<string> {
  return page.locator(selector).evaluate((element) => {
    const read = (node: Node): string => {
      if (node instanceof Text) return node.data;
      if (node instanceof HTMLStyleElement) return '';
      const inside = node instanceof Element && node.shadowRoot !== null ? node.shadowRoot : node;
      return [...inside.childNodes].map(read).join(' ');
    };
    return read(element);
  });
}

export async function figuresStand(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const root = document.querySelector('alturas-app')?.shadowRoot;
    const board = root?.querySelector('main > *:not(h1)');
    if (!board || board.hasAttribute('loading')) return false;
    const busy = (node: ParentNode): boolean =>
      [...node.querySelectorAll('*')].some(
        (each) =>
          each.getAttribute('aria-busy') === 'true' || (each.shadowRoot !== null && busy(each.shadowRoot)),
      );
    return board.shadowRoot !== null && !busy(board.shadowRoot);
  });
}
