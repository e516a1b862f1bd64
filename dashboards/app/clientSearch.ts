import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { ClientsResponse } from '../../functions/serve/api.ts';
import { base, controls } from '../design/base.ts';
import { Figures } from '../format/figures.ts';
import { icon } from '../parts/icons.ts';
import { sayRefused } from '../parts/refused.ts';
import { tell } from './events.ts';
import type { Setting } from './setting.ts';

const PAUSE_MS = 220;

/** Finds a client by name, number, policy or receipt; arrows choose, Enter opens. */
export class ClientSearch extends LitElement {
  static override properties = {
    setting: { attribute: false },
    found: { state: true },
    at: { state: true },
  };
  static override styles = [
    base,
    controls,
    css`
      :host {
        position: relative;
        display: inline-block;
      }
      .field {
        display: flex;
        align-items: center;
        gap: 0.375rem;
        min-block-size: 1.875rem;
        padding-inline: 0.5rem;
        border: 1px solid var(--hairline);
        border-radius: var(--radius);
        background: var(--raised);
        color: var(--soft);
      }
      .field:focus-within {
        outline: 2px solid var(--accent);
        outline-offset: 1px;
      }
      input {
        flex: 1;
        inline-size: 12rem;
        border: 0;
        background: none;
        color: var(--ink);
      }
      /* The ring stands around the field. */
      input:focus-visible {
        outline: none;
      }
      input::placeholder {
        color: var(--soft);
      }
      ul {
        position: absolute;
        inset-block-start: calc(100% + 0.25rem);
        inset-inline-end: 0;
        z-index: 30;
        inline-size: min(26rem, calc(100vw - 2rem));
        margin: 0;
        padding: 0.25rem;
        list-style: none;
        border: 1px solid var(--rule);
        border-radius: var(--radius);
        background: var(--raised);
        box-shadow: 0 6px 20px -8px var(--shade);
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0 1rem;
        padding: 0.3125rem 0.5rem;
        cursor: pointer;
      }
      li > span {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      li[aria-selected="true"],
      li:hover {
        background: var(--accent-soft);
      }
      @media (max-width: 40rem) {
        ul {
          inset-inline: 0;
          inline-size: auto;
        }
      }
    `,
  ];
  declare setting: Setting;
  declare found: ClientsResponse['clients'] | null;
  declare at: number;
  #timer = 0;
  #abort: AbortController | null = null;

  constructor() {
    super();
    this.found = null;
    this.at = 0;
  }

  override render(): TemplateResult {
    const { words, language, currency } = this.setting;
    const open = this.found !== null;
    return html`<div class="field">
        ${icon('search')}
        <input
          type="search"
          role="combobox"
          aria-label=${words.bar.findClient}
          aria-expanded=${open ? 'true' : 'false'}
          aria-controls="found"
          aria-autocomplete="list"
          aria-activedescendant=${open && this.found?.length ? `found-${this.at}` : nothing}
          placeholder=${words.bar.findClient}
          autocomplete="off"
          @input=${this.#typed}
          @keydown=${this.#key}
          @blur=${() =>
            setTimeout(() => {
              this.found = null;
            }, 180)}
        />
      </div>
      <ul id="found" role="listbox" aria-label=${words.bar.findClient} ?hidden=${!open}>
        ${(this.found ?? []).map(
          (client, at) =>
            html`<li
              id="found-${at}"
              role="option"
              aria-selected=${at === this.at ? 'true' : 'false'}
              @pointerdown=${(event: Event) => {
                event.preventDefault();
                this.#open(client.id);
              }}
            >
              <span>${client.name}</span>
              <span class="figure">${new Figures(language, client.currency, false, currency).money(client.open)}</span>
              <span class="small soft">${client.client} · ${client.company}</span>
            </li>`,
        )}
        ${this.found?.length === 0 ? html`<li role="option" aria-selected="false" class="soft">${words.bar.noMatch}</li>` : nothing}
      </ul>`;
  }

  readonly #typed = (event: Event): void => {
    const find = (event.target as HTMLInputElement).value.trim();
    clearTimeout(this.#timer);
    this.#abort?.abort();
    if (find.length < 2) {
      this.found = null;
      return;
    }
    this.#timer = window.setTimeout(async () => {
      const abort = new AbortController();
      this.#abort = abort;
      try {
        const { clients } = await this.setting.api.clients({ find }, this.setting.look, abort.signal);
        this.found = clients;
        this.at = 0;
      } catch (error) {
        this.found = null;
        if (!abort.signal.aborted) sayRefused(this, this.setting.words, error);
      }
    }, PAUSE_MS);
  };

  readonly #key = (event: KeyboardEvent): void => {
    const count = this.found?.length ?? 0;
    if (event.key === 'Escape') this.found = null;
    if (count === 0) return;
    if (event.key === 'ArrowDown') this.at = (this.at + 1) % count;
    else if (event.key === 'ArrowUp') this.at = (this.at + count - 1) % count;
    else if (event.key === 'Enter') this.#open(this.found?.[this.at]?.id ?? '');
    else return;
    event.preventDefault();
  };

  #open(id: string): void {
    this.found = null;
    const [company = null] = id.split('~');
    // Of another company, nothing that the page was narrowed to is left.
    const moves = company === this.setting.company ? {} : { company, filters: {} };
    tell(this, 'alturas-go', { to: { board: 'cliente', own: { client: id }, opened: null, ...moves } });
  }
}
customElements.define('alturas-client-search', ClientSearch);
