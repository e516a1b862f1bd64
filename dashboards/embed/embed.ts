import type { Fault, FrameMessage, HostMessage } from './messages.ts';
import { THEMED } from './themed.ts';

const FIRST_HEIGHT = 640;
const SCRIPT = document.currentScript as HTMLScriptElement;
/** Where the boards are: `data-boards` of the script tag, else where the script came from. */
const SERVER = new URL(SCRIPT.dataset.boards ?? SCRIPT.src).origin;

/** A `token-url` that fails is asked again after so long, after twice as long each time, and after this at the latest. */
const RETRY_MS = 2_000;
const RETRY_AT_LEAST_EVERY_MS = 60_000;
const TOKEN_PATIENCE_MS = 15_000;

/** Members by column; one may stand alone. */
type Filters = Readonly<Record<string, string | readonly string[]>>;

/**
 * `<alturas-board board="pulso" token-url="/alturas-token" locale="es" theme="light">`: a board inside an iframe as
 * tall as its content. The token comes from `token-url` (a POST that answers `{"token": "..."}`), or from script
 * (`element.token = ...`) on the event `token-expiring`; it goes in by message and never stands in an address.
 * Events: `ready`, `filter` {filters, asOf, board}, `drill` {kpi, by, at}, `token-expiring`, `error` {code, message}.
 */
class AlturasBoard extends HTMLElement {
  static readonly observedAttributes = ['board', 'locale', 'theme', 'as-of'];
  readonly #frame = document.createElement('iframe');
  #token: string | null = null;
  /** What filters were set last. */
  #filters: Filters | null = null;
  /** Whether the frame, as it is now, has heard of them. */
  #filtersTold = false;
  #ready = false;
  #renewing = false;
  #retryTimer = 0;
  #failures = 0;

  connectedCallback(): void {
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      `:host{display:block} iframe{display:block;inline-size:100%;block-size:${FIRST_HEIGHT}px;border:0;color-scheme:normal}`,
    );
    root.adoptedStyleSheets = [sheet];
    this.#frame.title = this.getAttribute('title') ?? 'Alturas';
    this.#frame.allow = 'clipboard-write';
    const place = new URLSearchParams({ embed: '1', board: this.getAttribute('board') ?? 'pulso' });
    const locale = this.getAttribute('locale');
    const asOf = this.getAttribute('as-of');
    if (locale !== null) place.set('lang', locale);
    if (asOf !== null) place.set('as_of', asOf);
    this.#frame.src = `${SERVER}/?${place}`;
    root.replaceChildren(this.#frame);
    window.addEventListener('message', this.#heard);
  }

  disconnectedCallback(): void {
    window.removeEventListener('message', this.#heard);
    clearTimeout(this.#retryTimer);
    this.#ready = false;
    // Attached again, the frame begins anew.
    this.#filtersTold = false;
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before === now || !this.#ready) return;
    if (name === 'theme') this.#tellTheme();
    else if (name === 'board') this.#tell({ type: 'alturas:place', board: now ?? 'pulso' });
    else if (name === 'as-of') this.#tell({ type: 'alturas:place', asOf: now });
    else if (now === 'es' || now === 'en') this.#tell({ type: 'alturas:place', locale: now });
  }

  set token(token: string) {
    clearTimeout(this.#retryTimer);
    this.#failures = 0;
    this.#token = token;
    if (this.#ready) this.#tell({ type: 'alturas:token', token });
  }

  /** Members by column: `{office: ['03']}`. An empty object takes all filters away. May be called at any time. */
  setFilters(filters: Filters): void {
    this.#filters = structuredClone(filters);
    this.#filtersTold = false;
    if (this.#ready) this.#tellFilters();
  }

  /** Told once: what the reader narrows afterwards is the reader's. */
  #tellFilters(): void {
    if (this.#filters !== null && !this.#filtersTold)
      this.#tell({ type: 'alturas:filters', filters: this.#filters });
    this.#filtersTold = true;
  }

  #tell(message: HostMessage): void {
    this.#frame.contentWindow?.postMessage(message, SERVER);
  }

  #tellTheme(): void {
    const style = getComputedStyle(this);
    const tokens = Object.fromEntries(
      THEMED.flatMap((name) => {
        const value = style.getPropertyValue(`--alturas-${name}`).trim();
        return value === '' ? [] : [[`--${name}`, value]];
      }),
    );
    const scheme = this.getAttribute('theme');
    this.#tell({
      type: 'alturas:theme',
      tokens,
      scheme: scheme === 'dark' || scheme === 'light' ? scheme : null,
    });
  }

  #expiring(): void {
    this.dispatchEvent(new CustomEvent('token-expiring', { bubbles: true }));
    void this.#renew();
  }

  async #renew(): Promise<void> {
    const address = this.getAttribute('token-url');
    if (address === null || this.#renewing) return;
    clearTimeout(this.#retryTimer);
    this.#renewing = true;
    const given = await askToken(address);
    this.#renewing = false;
    if ('token' in given) {
      this.token = given.token;
      return;
    }
    this.#fail(given.fault);
    if (this.#ready) this.#tell({ type: 'alturas:token-failed' });
    if (!given.isPassing || !this.isConnected) return;
    const wait = Math.min(RETRY_MS * 2 ** this.#failures++, RETRY_AT_LEAST_EVERY_MS);
    this.#retryTimer = window.setTimeout(() => void this.#renew(), wait);
  }

  /** Like the `error` of an image it does not bubble; the console has it unless a listener prevents that. */
  #fail({ code, message }: Fault): void {
    const told = new CustomEvent('error', { detail: { code, message }, cancelable: true });
    if (this.dispatchEvent(told)) console.warn(`alturas-board: ${message} (${code})`);
  }

  readonly #heard = (event: MessageEvent<FrameMessage>): void => {
    if (event.source !== this.#frame.contentWindow || event.origin !== SERVER) return;
    const { data } = event;
    switch (data.type) {
      case 'alturas:ready':
        this.#ready = true;
        this.#tellTheme();
        this.#tellFilters();
        if (this.#token === null) this.#expiring();
        else this.#tell({ type: 'alturas:token', token: this.#token });
        this.dispatchEvent(new CustomEvent('ready', { bubbles: true }));
        break;
      case 'alturas:height':
        this.#frame.style.blockSize = `${data.height}px`;
        break;
      case 'alturas:token-expiring':
        this.#expiring();
        break;
      case 'alturas:filter': {
        const { type: _, ...detail } = data;
        this.dispatchEvent(new CustomEvent('filter', { detail, bubbles: true }));
        break;
      }
      case 'alturas:drill':
        this.dispatchEvent(
          new CustomEvent('drill', { detail: { kpi: data.kpi, by: data.by, at: data.at }, bubbles: true }),
        );
        break;
      case 'alturas:error':
        this.#fail(data);
        break;
    }
  };
}
customElements.define('alturas-board', AlturasBoard);

/** A token, or why there is none, and whether that may pass by itself. */
type Given = { readonly token: string } | { readonly fault: Fault; readonly isPassing: boolean };

async function askToken(address: string): Promise<Given> {
  const failed = (code: Fault['code'], what: string, isPassing: boolean): Given => ({
    fault: { code, message: `token-url ${address} ${what}.` },
    isPassing,
  });
  try {
    const signal = AbortSignal.timeout(TOKEN_PATIENCE_MS);
    const response = await fetch(address, { method: 'POST', credentials: 'same-origin', signal });
    const { ok, status } = response;
    if (!ok)
      return failed('TOKEN_REFUSED', `answered ${status}`, status >= 500 || [408, 429].includes(status));
    const token = tokenIn(await response.text());
    return token === null ? failed('TOKEN_UNREADABLE', 'answered without {"token": "…"}', false) : { token };
  } catch {
    return failed('TOKEN_UNREACHABLE', 'cannot be reached', true);
  }
}

function tokenIn(text: string): string | null {
  try {
    const told: unknown = JSON.parse(text);
    return told !== null && typeof told === 'object' && 'token' in told && typeof told.token === 'string'
      ? told.token
      : null;
  } catch {
    return null;
  }
}
