import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { base, controls } from '../design/base.ts';
import { example, exampleStyle } from '../parts/example.ts';
import { icon } from '../parts/icons.ts';
import { tell } from './events.ts';
import type { Setting } from './setting.ts';

/** What a figure is: name, formula, one worked example, and the way to the dictionary. */
export class Definition extends LitElement {
  static override properties = { setting: { attribute: false }, kpi: {} };
  static override styles = [
    base,
    controls,
    exampleStyle,
    css`
      dialog {
        inline-size: min(38rem, calc(100vw - 2rem));
        max-block-size: 85dvh;
        padding: 1.25rem 1.5rem 1.5rem;
        border: 1px solid var(--rule);
        border-radius: var(--radius);
        background: var(--paper);
        color: var(--ink);
      }
      dialog::backdrop {
        background: var(--shade);
      }
      header {
        display: flex;
        justify-content: space-between;
        align-items: start;
        gap: 1rem;
      }
      h2 {
        font-size: var(--text-lead);
      }
      h3 {
        margin-block: 1rem 0.25rem;
        color: var(--soft);
        font-size: var(--text-small);
        font-weight: 600;
      }
      .more {
        margin-block-start: 1rem;
        color: var(--accent);
      }
    `,
  ];
  declare setting: Setting;
  declare kpi: string | null;

  constructor() {
    super();
    this.kpi = null;
  }

  override updated(): void {
    const dialog = this.renderRoot.querySelector('dialog');
    if (this.kpi !== null && dialog?.open === false) dialog.showModal();
  }

  readonly #close = (): void => {
    if (this.kpi === null) return;
    this.kpi = null;
    this.renderRoot.querySelector('dialog')?.close();
    this.dispatchEvent(new Event('close'));
  };

  override render(): TemplateResult {
    const { setting } = this;
    const { words, language } = setting;
    const kpi = this.kpi === null ? null : setting.kpi(this.kpi);
    const [first] = kpi?.examples ?? [];
    return html`<dialog
      aria-labelledby="name"
      @close=${this.#close}
      @click=${(event: Event) => {
        if (event.target === event.currentTarget) this.#close();
      }}
    >
      ${
        kpi === null
          ? nothing
          : html`<header>
                <h2 id="name">${kpi[language]}</h2>
                <button type="button" class="bare" aria-label=${words.definition.close} @click=${this.#close}>${icon('close')}</button>
              </header>
              <h3>${words.definition.formula}</h3>
              <p>${kpi.formula[language]}</p>
              ${first ? html`<h3>${words.definition.example}</h3>${example(setting, kpi, first)}` : nothing}
              ${
                setting.mayShow('diccionario')
                  ? html`<button
                      type="button"
                      class="more"
                      @click=${() => {
                        this.#close();
                        tell(this, 'alturas-go', {
                          to: { board: 'diccionario', own: { kpi: kpi.id }, opened: null },
                        });
                      }}
                    >
                      ${words.definition.more}
                    </button>`
                  : nothing
              }`
      }
    </dialog>`;
  }
}
customElements.define('alturas-definition', Definition);
