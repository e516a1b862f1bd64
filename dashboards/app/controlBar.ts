import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { base, controls } from '../design/base.ts';
import { addDays, dayText, monthEndBefore } from '../format/days.ts';
import { icon } from '../parts/icons.ts';
import { closeMenu } from '../parts/menu.ts';
import './clientSearch.ts';
import './filterMenu.ts';
import { tell } from './events.ts';
import { FILTERS, type FilterColumn } from './place.ts';
import type { Setting } from './setting.ts';

/** One line: the day, what was known when, filters as chips, and finding a client. */
export class ControlBar extends LitElement {
  static override properties = { setting: { attribute: false } };
  static override styles = [
    base,
    controls,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.375rem 0.5rem;
      }
      .day {
        font-weight: 600;
      }
      [slot="button"]:first-child {
        overflow: hidden;
        max-inline-size: 16rem;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .choices {
        display: grid;
        gap: 0.125rem;
      }
      .choices button {
        display: flex;
        justify-content: space-between;
        gap: 1.5rem;
        padding: 0.3125rem 0.5rem;
      }
      .choices button:hover {
        background: var(--sunken);
      }
      label {
        display: grid;
        gap: 0.25rem;
        padding: 0.3125rem 0.5rem;
        color: var(--soft);
        font-size: var(--text-small);
      }
      input[type="date"] {
        min-block-size: 1.875rem;
        padding-inline: 0.5rem;
        border: 1px solid var(--rule);
        border-radius: var(--radius);
        background: var(--paper);
        font-size: var(--text-body);
        color: var(--ink);
      }
      .chip {
        display: inline-flex;
        align-items: center;
        max-inline-size: 18rem;
        min-block-size: 1.875rem;
        padding-inline-start: 0.625rem;
        border-radius: 1rem;
        background: var(--accent-soft);
      }
      .chip > span {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .known {
        background: var(--warn-soft);
        color: var(--warn);
      }
      .chip button {
        display: inline-flex;
        padding: 0.375rem 0.5rem;
      }
      .end {
        margin-inline-start: auto;
      }
      @media (max-width: 40rem) {
        .end {
          margin-inline-start: 0;
          flex: 1 1 100%;
        }
      }
      @media print {
        .chip button,
        .asks,
        .end {
          display: none;
        }
      }
    `,
  ];
  declare setting: Setting;

  override render(): TemplateResult {
    const { setting } = this;
    const { words, place } = setting;
    return html`${setting.companies.length > 1 ? this.#company() : nothing}
      <span class="soft">${words.bar.asOf}</span>${this.#day()} ${place.knownAt === null ? this.#knownMenu() : this.#knownChip(place.knownAt)}
      ${FILTERS.flatMap((column) => (place.filters[column] ?? []).map((member) => this.#chip(column, member)))}
      <alturas-filter-menu class="asks" .setting=${setting}></alturas-filter-menu>
      ${setting.mayTake('client') ? html`<alturas-client-search class="end" .setting=${setting}></alturas-client-search>` : nothing}`;
  }

  #company(): TemplateResult {
    const { setting } = this;
    const name = setting.companies.find(({ member }) => member === setting.company)?.name ?? '';
    return html`<alturas-menu label=${setting.words.bar.company}>
      <span slot="button">${name}</span><span slot="button">${icon('down')}</span>
      <div class="choices">
        ${setting.companies.map(
          ({ member, name: text }) =>
            html`<button
              type="button"
              aria-current=${member === setting.company ? 'true' : 'false'}
              @click=${(event: Event) => {
                closeMenu(event);
                tell(this, 'alturas-go', { to: { company: member, filters: {}, opened: null } });
              }}
            >
              ${text}<span class="soft">${setting.ground.currencies.get(member)}</span>
            </button>`,
        )}
      </div>
    </alturas-menu>`;
  }

  #day(): TemplateResult {
    const { setting } = this;
    const { words, language, asOf, ground } = setting;
    const { newest, first } = ground.days;
    const shortcuts: [string, string][] = [
      [words.bar.newest, newest],
      [words.bar.yesterday, addDays(asOf, -1)],
      [words.bar.monthEnd, monthEndBefore(asOf, 1)],
      [words.bar.yearAgo, yearBefore(asOf)],
    ];
    const go = (day: string): void =>
      tell(this, 'alturas-go', { to: { asOf: day === newest ? null : day, opened: null } });
    const state = ground.days.days.find(({ day }) => day === asOf)?.state;
    return html`<alturas-menu label=${words.bar.pick}>
        <span slot="button" class="day">${dayText(asOf, language)}</span><span slot="button">${icon('down')}</span>
        <div class="choices">
          ${shortcuts
            .filter(([, day]) => day >= first && day <= newest)
            .map(
              ([name, day]) =>
                html`<button
                  type="button"
                  @click=${(event: Event) => {
                    closeMenu(event);
                    go(day);
                  }}
                >
                  ${name}<span class="soft">${dayText(day, language)}</span>
                </button>`,
            )}
          <label
            >${words.bar.pick}<input
              type="date"
              .value=${asOf}
              min=${first}
              max=${newest}
              @change=${(event: Event) => {
                const { value } = event.target as HTMLInputElement;
                if (value >= first && value <= newest) {
                  closeMenu(event);
                  go(value);
                }
              }}
          /></label>
        </div>
      </alturas-menu>
      ${state === 'carried' ? html`<span class="small soft">${words.bar.carried}</span>` : nothing}`;
  }

  #knownMenu(): TemplateResult {
    const { words, asOf } = this.setting;
    return html`<alturas-menu class="asks" bare label=${words.bar.knownAt}>
      <span slot="button">${icon('clock')}</span>
      <label
        >${words.bar.knownAt}<input
          type="date"
          data-first
          min=${asOf}
          @change=${(event: Event) => {
            const { value } = event.target as HTMLInputElement;
            if (value === '') return;
            closeMenu(event);
            tell(this, 'alturas-go', { to: { knownAt: value } });
          }}
      /></label>
    </alturas-menu>`;
  }

  #knownChip(day: string): TemplateResult {
    const { words, language } = this.setting;
    return html`<span class="chip known"
      >${icon('clock')}<span>&nbsp;${words.bar.known(dayText(day, language))}</span
      ><button
        type="button"
        aria-label=${words.bar.asDelivered}
        title=${words.bar.asDelivered}
        @click=${() => tell(this, 'alturas-go', { to: { knownAt: null } })}
      >
        ${icon('close')}
      </button></span
    >`;
  }

  #chip(column: FilterColumn, member: string): TemplateResult {
    const { setting } = this;
    const text = `${setting.words.dimensions[column]}: ${setting.label(column, member)}`;
    const remove = (): void => {
      const left = (setting.place.filters[column] ?? []).filter((other) => other !== member);
      const { [column]: _, ...others } = setting.place.filters;
      tell(this, 'alturas-go', {
        to: { filters: left.length === 0 ? others : { ...others, [column]: left } },
      });
    };
    return html`<span class="chip"
      ><span title=${text}>${text}</span
      ><button type="button" aria-label=${setting.words.bar.remove(text)} @click=${remove}>${icon('close')}</button></span
    >`;
  }
}
customElements.define('alturas-control-bar', ControlBar);

function yearBefore(day: string): string {
  const same = `${Number(day.slice(0, 4)) - 1}${day.slice(4)}`;
  return day === monthEndBefore(day, 0) ? monthEndBefore(`${same.slice(0, 8)}01`, 0) : same;
}
