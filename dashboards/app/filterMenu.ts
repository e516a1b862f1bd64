import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { base, controls } from '../design/base.ts';
import { icon } from '../parts/icons.ts';
import { closeMenu } from '../parts/menu.ts';
import { tell } from './events.ts';
import { FILTERS, type FilterColumn } from './place.ts';
import type { Setting } from './setting.ts';

const SHOWN = 60;

/** Adds a filter: first the column, then a member of it, found by typing. */
export class FilterMenu extends LitElement {
  static override properties = {
    setting: { attribute: false },
    column: { state: true },
    find: { state: true },
  };
  static override styles = [
    base,
    controls,
    css`
      :host {
        display: inline-block;
      }
      .list {
        display: grid;
        gap: 0.125rem;
      }
      .list button,
      .back {
        display: flex;
        justify-content: space-between;
        gap: 1rem;
        inline-size: 100%;
        padding: 0.3125rem 0.5rem;
      }
      .back {
        justify-content: start;
        gap: 0.25rem;
        color: var(--soft);
      }
      .list button:hover,
      .back:hover {
        background: var(--sunken);
      }
      .column::first-letter {
        text-transform: uppercase;
      }
      input {
        inline-size: 100%;
        min-block-size: 1.875rem;
        margin-block: 0.25rem;
        padding-inline: 0.5rem;
        border: 1px solid var(--rule);
        border-radius: var(--radius);
        background: var(--paper);
      }
    `,
  ];
  declare setting: Setting;
  declare column: FilterColumn | null;
  declare find: string;

  constructor() {
    super();
    this.column = null;
    this.find = '';
  }

  #membersOf(column: FilterColumn): { readonly member: string; readonly name: string }[] {
    const { ground, company } = this.setting;
    if (column === 'bucket')
      return ground.catalogue.buckets.map(({ altura }) => ({
        member: altura,
        name: this.setting.bucketName(altura),
      }));
    const members = ground.members.dimensions[column] ?? [];
    return members
      .filter((entry) => entry.company === null || entry.company === company)
      .map(({ member, name }) => ({ member, name }))
      .sort((left, right) => left.name.localeCompare(right.name, this.setting.language));
  }

  override render(): TemplateResult {
    const { words } = this.setting;
    return html`<alturas-menu
      label=${words.bar.addFilter}
      @toggle=${() => {
        this.find = '';
        this.column = null;
      }}
    >
      <span slot="button">${icon('add')}</span><span slot="button">${words.bar.addFilter}</span>
      ${this.column === null ? this.#columns() : this.#members(this.column)}
    </alturas-menu>`;
  }

  #columns(): TemplateResult {
    const { words } = this.setting;
    return html`<div class="list">
      ${FILTERS.filter((column) => this.#membersOf(column).length > 1).map(
        (column) =>
          html`<button
            type="button"
            @click=${() => {
              this.column = column;
            }}
          >
            <span class="column">${words.dimensions[column]}</span>${icon('right')}
          </button>`,
      )}
    </div>`;
  }

  #members(column: FilterColumn): TemplateResult {
    const { words, place } = this.setting;
    const all = this.#membersOf(column);
    const wanted = plain(this.find);
    const found = all.filter(
      ({ member, name }) => plain(name).includes(wanted) || plain(member).includes(wanted),
    );
    const add = (event: Event, member: string): void => {
      const chosen = new Set([...(place.filters[column] ?? []), member]);
      closeMenu(event);
      tell(this, 'alturas-go', {
        to: { filters: { ...place.filters, [column]: [...chosen] }, opened: null },
      });
    };
    return html`<button
        type="button"
        class="back"
        @click=${() => {
          this.column = null;
        }}
      >
        ${icon('left')} <span class="column">${words.dimensions[column]}</span>
      </button>
      ${
        all.length > 8
          ? html`<input
              type="search"
              aria-label=${words.bar.search}
              placeholder=${words.bar.search}
              .value=${this.find}
              @input=${(event: Event) => {
                this.find = (event.target as HTMLInputElement).value;
              }}
            />`
          : nothing
      }
      <div class="list">
        ${found.slice(0, SHOWN).map(
          ({ member, name }) =>
            html`<button type="button" @click=${(event: Event) => add(event, member)}>
              <span>${name}</span>${name === member ? nothing : html`<span class="soft small">${member}</span>`}
            </button>`,
        )}
      </div>
      ${found.length === 0 ? html`<p class="soft small">${words.bar.noMatch}</p>` : nothing}`;
  }
}
customElements.define('alturas-filter-menu', FilterMenu);

/** For finding: without accents or case. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}
