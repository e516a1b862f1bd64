import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Refusal } from '../app/api.ts';
import { tell } from '../app/events.ts';
import type { Opened } from '../app/place.ts';
import type { Setting } from '../app/setting.ts';
import { base, controls, waiting } from '../design/base.ts';
import { dayShort } from '../format/days.ts';
import type { Unit, Value } from '../format/figures.ts';
import { change, changeStyle } from './change.ts';
import { icon } from './icons.ts';
import { type SparkLine, spark } from './spark.ts';
import { sparkStyle } from './sparkStyle.ts';

export interface TileFigure {
  readonly kpi: string;
  readonly label: string;
  readonly unit: Unit;
  readonly direction: 'up_is_good' | 'down_is_good' | 'neutral';
  readonly value: Value;
  readonly reason: string | null;
  /** What the question was refused with. */
  readonly refusal?: Refusal;
  readonly monthBefore: { readonly day: string; readonly value: Value } | null;
  readonly yearBefore: { readonly day: string; readonly value: Value } | null;
  readonly line: SparkLine;
  /** Said under the figure in place of a comparison, e.g. the share of the target. */
  readonly remarks: readonly string[];
  readonly opened: Opened;
}

/** Letters of a figure from which it is set smaller, so that it stays inside its tile. */
const LONG = 11;
const LONGER = 14;

/** Label, figure, change against a month and a year before, and the shape of thirteen months. Without `figure`, its place. */
export class Tile extends LitElement {
  static override properties = { setting: { attribute: false }, figure: { attribute: false }, label: {} };
  static override styles = [
    base,
    controls,
    waiting,
    sparkStyle,
    changeStyle,
    css`
      :host {
        min-inline-size: 0;
      }
      article {
        display: grid;
        grid-template: "label" auto "value" auto "changes" auto "line" 2rem / minmax(0, 1fr);
        row-gap: 0.125rem;
        block-size: 100%;
      }
      .label {
        grid-area: label;
        display: flex;
        align-items: center;
        gap: 0.125rem;
        color: var(--soft);
        min-block-size: 1.5rem;
      }
      .label > span {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .label .bare {
        min-inline-size: 1.5rem;
        min-block-size: 1.5rem;
        padding: 0;
        color: var(--rule);
      }
      @media print {
        .label .bare {
          display: none;
        }
      }
      .value {
        grid-area: value;
        justify-self: start;
        font-size: var(--text-figure);
        font-weight: 600;
        line-height: 1.25;
        letter-spacing: -0.01em;
        white-space: nowrap;
      }
      .value.long {
        font-size: 1.25rem;
        line-height: 2.1875rem;
      }
      .value.longer {
        font-size: 1rem;
        line-height: 2.1875rem;
      }
      button.value:hover {
        color: var(--accent);
        text-decoration: underline;
        text-decoration-thickness: 1px;
        text-underline-offset: 0.16em;
      }
      .value.none {
        color: var(--soft);
        font-weight: 400;
      }
      .changes {
        grid-area: changes;
        display: grid;
        font-size: var(--text-small);
        min-block-size: 2.25rem;
        align-content: start;
      }
      .again {
        justify-self: start;
        color: var(--accent);
      }
      .why {
        display: none;
      }
      .line {
        grid-area: line;
      }
      @media (max-width: 40rem) {
        article {
          grid-template: "label label" auto "value line" auto "changes line" auto / minmax(0, 1fr) minmax(6rem, 38%);
          column-gap: 1rem;
        }
        .why {
          display: block;
        }
        .line {
          align-self: center;
        }
      }
    `,
  ];
  declare setting: Setting;
  declare figure: TileFigure | null;
  declare label: string;

  override render(): TemplateResult {
    const { figure } = this;
    if (!figure)
      return html`<article aria-busy="true">
        <div class="label"><span>${this.label}</span></div>
        <div class="value"><span class="waiting">$ 00.000 M</span></div>
        <div class="changes"><span><span class="waiting">▲ 0,0 % mes</span></span></div>
        <div class="line"></div>
      </article>`;
    const { words, figures } = this.setting;
    const text = figures.short(figure.value, figure.unit);
    return html`<article>
      <div class="label">
        <span title=${this.setting.kpiName(figure.kpi)}>${figure.label}</span>
        <button
          type="button"
          class="bare"
          aria-label=${words.tile.define(figure.label)}
          @click=${() => tell(this, 'alturas-define', { kpi: figure.kpi })}
        >
          ${icon('help')}
        </button>
      </div>
      ${
        figure.value === null
          ? html`<div class="value none">–</div>`
          : html`<button
              type="button"
              class="value ${text.length > LONGER ? 'longer' : text.length > LONG ? 'long' : ''}"
              aria-label=${words.tile.open(figure.label, text)}
              @click=${() => tell(this, 'alturas-open', figure.opened)}
            >
              ${text}
            </button>`
      }
      <div class="changes">
        ${figure.refusal ? this.#refused(figure.refusal) : figure.value === null ? html`<span class="soft">${this.setting.reason(figure.reason)}</span>` : this.#changes(figure)}
      </div>
      <div class="line" title=${words.tile.trend}>${spark(figure.line)}</div>
    </article>`;
  }

  #refused({ problem, isPassing }: Refusal): TemplateResult {
    const { status } = this.setting.words;
    return html`<span title=${problem?.detail ?? ''}>${problem?.title ?? status.failed}</span>
      <span class="why soft">${problem?.detail}</span>
      ${isPassing ? html`<button type="button" class="again" @click=${() => tell(this, 'alturas-again', null)}>${status.retry}</button>` : nothing}`;
  }

  #changes(figure: TileFigure): TemplateResult {
    const { words, language } = this.setting;
    const against = (before: TileFigure['monthBefore'], word: string) =>
      before === null || before.value === null
        ? nothing
        : html`<span title=${words.change.versus(dayShort(before.day, language))}>
            ${change(this.setting, figure.value, before.value, figure.unit, figure.direction)}
            <span class="soft">${word}</span>
          </span>`;
    return html`${against(figure.monthBefore, words.change.month)}
    ${figure.remarks.length === 0 ? against(figure.yearBefore, words.change.year) : figure.remarks.map((remark) => html`<span class="soft">${remark}</span>`)}`;
  }
}
customElements.define('alturas-tile', Tile);
