import { css, html, LitElement, type TemplateResult } from 'lit';
import { base } from '../design/base.ts';
import { saveAs } from '../format/save.ts';
import { icon } from '../parts/icons.ts';
import { closeMenu } from '../parts/menu.ts';
import { Refusal } from './api.ts';
import type { BoardElement } from './boardParts.ts';
import { tell } from './events.ts';
import type { Setting } from './setting.ts';

const FORMATS = ['xlsx', 'csv', 'parquet'] as const;

/** Takes the board's main table out, in the formats that the caller may take. */
export class SaveMenu extends LitElement {
  static override properties = { setting: { attribute: false }, board: { attribute: false } };
  static override styles = [
    base,
    css`
      :host {
        display: inline-block;
      }
      .choices {
        display: grid;
      }
      p,
      button {
        padding: 0.3125rem 0.5rem;
      }
      button:hover {
        background: var(--sunken);
      }
    `,
  ];
  declare setting: Setting;
  declare board: () => BoardElement | null;

  override render(): TemplateResult {
    const { words } = this.setting;
    return html`<alturas-menu bare align="end" label=${words.bar.save}>
      <span slot="button">${icon('save')}</span>
      <div class="choices">
        <p class="small soft">${words.export.what}</p>
        ${FORMATS.filter((format) => this.setting.mayTake(format)).map(
          (format) =>
            html`<button type="button" @click=${(event: Event) => this.#save(event, format)}>${words.export[format]}</button>`,
        )}
      </div>
    </alturas-menu>`;
  }

  async #save(event: Event, format: (typeof FORMATS)[number]): Promise<void> {
    closeMenu(event);
    const question = this.board()?.mainQuestion();
    if (!question) return;
    const { words, place } = this.setting;
    const { id: _, ...asked } = question;
    try {
      const file = await this.setting.api.export({
        format,
        title: words.boards[place.board],
        source: { of: 'ask', question: asked },
      });
      saveAs(file.name, file.bytes);
    } catch (error) {
      tell(this, 'alturas-say', { text: error instanceof Refusal ? error.message : words.status.failed });
    }
  }
}
customElements.define('alturas-save-menu', SaveMenu);
