import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Refusal } from '../app/api.ts';
import { tell } from '../app/events.ts';
import { troubleStyle } from '../app/trouble.ts';
import { base, controls, waiting } from '../design/base.ts';
import type { Words } from '../words/words.ts';
import { changeStyle } from './change.ts';
import { icon } from './icons.ts';
import { markStyle } from './markStyle.ts';
import { paint } from './paint.ts';
import { refused } from './refused.ts';
import { sparkStyle } from './sparkStyle.ts';
import { inOrder, type OrderedCell, type Sorted } from './tableOrder.ts';
import { tableStyle } from './tableStyle.ts';

export interface TableColumn {
  readonly head: string;
  /** The one unit of the column, in its header. */
  readonly unit?: string;
  /** Figures stand at the end, words at the start. */
  readonly end?: boolean;
  /** The colour of what the column tells, beside its head: a CSS value. */
  readonly tint?: string;
  /** A bar beside the figure: of a share from 0, or of a change to either side of 0. */
  readonly bar?: 'share' | 'signed';
  /** Left out on a narrow screen. */
  readonly wide?: boolean;
  /** Sentences: they break into lines instead of being cut. */
  readonly wrap?: boolean;
}

export interface TableCell extends OrderedCell {
  readonly show: unknown;
  /** What a copy holds, readable by a spreadsheet. */
  readonly text: string;
  /** Length of the bar, of the longest in the column: 0 to 1, or -1 to 1. */
  readonly bar?: number;
}

export interface TableLine {
  readonly key: string;
  readonly cells: readonly TableCell[];
  readonly open?: () => void;
}

export interface TableModel {
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  readonly total?: TableLine;
  readonly lines: readonly TableLine[];
}

/** Letters of a first cell from which it may break into lines. */
const LONG_NAME = 20;
/** Letters of a head from which it may, too, where there is little room. */
const LONG_HEAD = 12;
/** A button that would show this few rows more takes as much room as they do. */
const FEW_HIDDEN = 2;

/** Words in a cell. */
export function wordCell(text: string, show: unknown = text): TableCell {
  return { show, text, sort: text.toLocaleLowerCase() };
}

/**
 * A table for reading: total on top, header and first column that stay, arrows to move between rows, Enter to open
 * one, a copy that a spreadsheet takes. Without `model`, the place that `rows` rows will take, or why they do not come.
 */
export class Table extends LitElement {
  static override properties = {
    model: { attribute: false },
    refusal: { attribute: false },
    words: { attribute: false },
    rows: { type: Number },
    limit: { type: Number },
    tall: { type: Boolean, reflect: true },
    sorted: { state: true },
    all: { state: true },
    current: { state: true },
  };
  static override styles = [
    base,
    controls,
    waiting,
    troubleStyle,
    sparkStyle,
    changeStyle,
    markStyle,
    tableStyle,
  ];
  declare model: TableModel | null;
  declare refusal: Refusal | null;
  declare words: Words;
  declare rows: number;
  declare limit: number;
  declare tall: boolean;
  declare sorted: Sorted | null;
  declare all: boolean;
  declare current: number;

  constructor() {
    super();
    this.model = null;
    this.refusal = null;
    this.rows = 8;
    this.limit = 0;
    this.tall = false;
    this.sorted = null;
    this.all = false;
    this.current = 0;
  }

  get #ordered(): readonly TableLine[] {
    return inOrder(this.model?.lines ?? [], this.sorted);
  }

  override render(): TemplateResult {
    const { model, words } = this;
    if (model === null) return this.refusal ? refused(this, words, this.refusal) : this.#place();
    const lines = this.#ordered;
    const cut = this.limit > 0 && !this.all && lines.length > this.limit + FEW_HIDDEN;
    const shown = cut ? lines.slice(0, this.limit) : lines;
    const hidden = lines.length - shown.length;
    return html`<div class="frame" tabindex="0" role="group" aria-label=${model.caption} @keydown=${this.#key} @copy=${this.#copied}>
        <table>
          <caption class="said">
            ${model.caption}
          </caption>
          <thead>
            <tr>
              ${model.columns.map((column, at) => this.#head(column, at))}
            </tr>
          </thead>
          <tbody>
            ${model.total ? this.#line(model.total, model, -1) : nothing} ${shown.map((line, at) => this.#line(line, model, at))}
          </tbody>
        </table>
        ${lines.length === 0 ? html`<p class="empty soft">${words.table.empty}</p>` : nothing}
      </div>
      ${hidden > 0 ? html`<p class="left small soft">${words.table.left(String(hidden))}</p>` : nothing}
      <div class="under small">
        ${
          hidden > 0
            ? html`<button type="button" class="more" @click=${() => {
                this.all = true;
              }}>${words.table.more(String(hidden))}</button>`
            : html`<span></span>`
        }
        <button type="button" class="bare" @click=${this.#copy}>${icon('copy')} ${words.table.copy}</button>
      </div>`;
  }

  #head(column: TableColumn, at: number): TemplateResult {
    const sorted = this.sorted?.column === at ? (this.sorted.up ? 'ascending' : 'descending') : 'none';
    const turn = (): void => {
      this.sorted = { column: at, up: sorted === 'descending' || (sorted === 'none' && !column.end) };
    };
    const folds = column.head.length >= LONG_HEAD ? 'folds' : '';
    return html`<th scope="col" class="${classes(column)} ${folds}" aria-sort=${sorted}>
      <button type="button" @click=${turn} title=${this.words.table.sortBy(column.head)}>
        ${column.tint ? html`<i class="swatch" ${paint({ '--tint': column.tint })}></i>` : nothing}${column.head}${column.unit ? html`, <span class="unit">${column.unit}</span>` : nothing}
      </button>
    </th>`;
  }

  #line(line: TableLine, model: TableModel, at: number): TemplateResult {
    const total = at < 0;
    return html`<tr
      class="${total ? 'total' : ''} ${line.open ? 'opens' : ''}"
      data-at=${at}
      tabindex=${line.open ? (at === this.current || (total && model.lines.length === 0) ? 0 : -1) : nothing}
      @click=${line.open}
    >
      ${line.cells.map((cell, column) => {
        const { [column]: head } = model.columns;
        const inside = html`<span class="show">${cell.show}</span>${
          head?.bar && !total
            ? html`<span class="track ${head.bar}" aria-hidden="true"
                ><span class="${(cell.bar ?? 0) < 0 ? 'minus' : 'plus'}" ${paint({ '--length': String(Math.abs(cell.bar ?? 0)) })}></span
              ></span>`
            : head?.bar
              ? html`<span class="track"></span>`
              : nothing
        }`;
        return column === 0
          ? html`<th scope="row" class="${classes(head)} ${cell.text.length > LONG_NAME ? 'long' : ''}">${inside}</th>`
          : html`<td class=${classes(head)}><div>${inside}</div></td>`;
      })}
    </tr>`;
  }

  #place(): TemplateResult {
    return html`<div class="frame" aria-busy="true">
        <table>
          <thead>
            <tr>
              <th><span class="waiting">Dimensión</span></th>
              <th class="end"><span class="waiting">$ M</span></th>
            </tr>
          </thead>
          <tbody>
            ${Array.from(
              { length: this.rows },
              () => html`<tr>
                <td><span class="waiting">Medellín y otros</span></td>
                <td class="end"><span class="waiting">00.000</span></td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
      <div class="under small"><span class="bare"></span></div>`;
  }

  readonly #key = (event: KeyboardEvent): void => {
    const row = (event.composedPath()[0] as Element).closest<HTMLElement>('tr[data-at]');
    if (row === null) {
      const first = this.renderRoot.querySelector<HTMLElement>('tr.opens');
      if (event.key !== 'ArrowDown' || first === null) return;
      first.focus();
      event.preventDefault();
      return;
    }
    const at = Number(row.dataset.at);
    const line = at < 0 ? this.model?.total : this.#ordered[at];
    if (event.key === 'Enter' || event.key === ' ') {
      line?.open?.();
      event.preventDefault();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    const next = this.renderRoot.querySelector<HTMLElement>(`tr[data-at="${at + step}"]`);
    if (next === null) return;
    this.current = at + step;
    next.focus();
    event.preventDefault();
  };

  get #text(): string {
    const { model } = this;
    if (model === null) return '';
    const lines = [...(model.total ? [model.total] : []), ...this.#ordered];
    return [
      model.columns.map(({ head, unit }) => {
        const whole = wholeUnit(unit);
        return whole === '' ? head : `${head} (${whole})`;
      }),
      ...lines.map(({ cells }) => cells.map(({ text }) => text)),
    ]
      .map((cells) => cells.join('\t'))
      .join('\n');
  }

  /** Ctrl+C inside the table takes it whole, unless the reader marked some text. */
  readonly #copied = (event: ClipboardEvent): void => {
    if (String(getSelection()) !== '') return;
    event.clipboardData?.setData('text/plain', this.#text);
    event.preventDefault();
    tell(this, 'alturas-say', { text: this.words.table.copied });
  };

  readonly #copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(this.#text);
    tell(this, 'alturas-say', { text: this.words.table.copied });
  };
}
customElements.define('alturas-table', Table);

function classes(column: TableColumn | undefined): string {
  return `${column?.end ? 'end' : ''} ${column?.bar ? 'barred' : ''} ${column?.wide ? 'wide' : ''} ${column?.wrap ? 'wrap' : ''}`;
}

/** What a copied amount is in: cells are copied whole, not in millions, and shares as the fractions that they are. */
function wholeUnit(unit = ''): string {
  const plain = unit.replace(/\s/g, ' ');
  return plain === '%' || plain === 'pp' ? '' : plain.replace(/ ?M$/, '');
}
