import type { FrameMessage, HostMessage } from './messages.ts';

/** Custom properties of the host page that theme the boards, as `--alturas-accent` sets `--accent`. */
const THEMED = [
  'accent',
  'accent-soft',
  'on-accent',
  'paper',
  'sunken',
  'raised',
  'ink',
  'soft',
  'hairline',
  'rule',
  'sans',
];
const FIRST_HEIGHT = 640;
const SCRIPT = document.currentScript as HTMLScriptElement;
/** Where the boards are: `data-boards` of the script tag, else where the script came from. */
const SERVER = new URL(SCRIPT.dataset.boards ?? SCRIPT.src).origin;

/**
 * `<alturas-board board="pulso" token-url="/alturas-token" locale="es" theme="light">`: a board inside an iframe as
 * tall as its content. The token comes from `token-url` (a POST that answers `{"token": "..."}`), or from script
 * (`element.token = ...`) on the event `token-expiring`; it goes in by message and never stands in an address.
 * Events: `ready`, `filter` {filters, asOf, board}, `drill` {kpi, at}, `token-expiring`.
 */
class AlturasBoard extends HTMLElement {
  static readonly observedAttributes = ['board', 'locale', 'theme', 'as-of'];
  readonly #frame = document.createElement('iframe');
  #token: string | null = null;
  /** What filters were set before the frame could hear of them. */
  #filters: Readonly<Record<string, readonly string[]>> | null = null;
  #ready = false;

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
    this.#ready = false;
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before === now || !this.#ready) return;
    if (name === 'theme') this.#tellTheme();
    else if (name === 'board') this.#tell({ type: 'alturas:place', board: now ?? 'pulso' });
    else if (name === 'as-of') this.#tell({ type: 'alturas:place', asOf: now });
    else if (now === 'es' || now === 'en') this.#tell({ type: 'alturas:place', locale: now });
  }

  set token(token: string) {
    this.#token = token;
    if (this.#ready) this.#tell({ type: 'alturas:token', token });
  }

  /** Members by column: `{office: ['03']}`. An empty object takes all filters away. May be called at any time. */
  setFilters(filters: Readonly<Record<string, readonly string[]>>): void {
    this.#filters = filters;
    if (this.#ready) this.#tellFilters();
  }

  /** Told once: what the reader narrows afterwards is the reader's. */
  #tellFilters(): void {
    if (this.#filters !== null) this.#tell({ type: 'alturas:filters', filters: this.#filters });
    this.#filters = null;
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
    this.#tell({
      type: 'alturas:theme',
      tokens,
      scheme: this.getAttribute('theme') === 'dark' ? 'dark' : 'light',
    });
  }

  async #renew(): Promise<void> {
    this.dispatchEvent(new CustomEvent('token-expiring', { bubbles: true }));
    const address = this.getAttribute('token-url');
    if (address === null) return;
    const response = await fetch(address, { method: 'POST', credentials: 'same-origin' });
    if (response.ok) this.token = ((await response.json()) as { readonly token: string }).token;
  }

  readonly #heard = (event: MessageEvent<FrameMessage>): void => {
    if (event.source !== this.#frame.contentWindow || event.origin !== SERVER) return;
    const { data } = event;
    switch (data.type) {
      case 'alturas:ready':
        this.#ready = true;
        this.#tellTheme();
        this.#tellFilters();
        if (this.#token === null) void this.#renew();
        else this.#tell({ type: 'alturas:token', token: this.#token });
        this.dispatchEvent(new CustomEvent('ready', { bubbles: true }));
        break;
      case 'alturas:height':
        this.#frame.style.blockSize = `${data.height}px`;
        break;
      case 'alturas:token-expiring':
        void this.#renew();
        break;
      case 'alturas:filter': {
        const { type: _, ...detail } = data;
        this.dispatchEvent(new CustomEvent('filter', { detail, bubbles: true }));
        break;
      }
      case 'alturas:drill':
        this.dispatchEvent(
          new CustomEvent('drill', { detail: { kpi: data.kpi, at: data.at }, bubbles: true }),
        );
        break;
    }
  };
}
customElements.define('alturas-board', AlturasBoard);
