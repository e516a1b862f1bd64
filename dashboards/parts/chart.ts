import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import type { Refusal } from '../app/api.ts';
import { troubleStyle } from '../app/trouble.ts';
import { base, controls } from '../design/base.ts';
import { saveAs } from '../format/save.ts';
import type { Words } from '../words/words.ts';
import { icon } from './icons.ts';
import './menu.ts';
import { closeMenu } from './menu.ts';
import { paint } from './paint.ts';
import { refused } from './refused.ts';
import type { TableModel } from './table.ts';
import './table.ts';

/** Colours and font of the page, as a chart needs them: resolved. */
export type Inks = Readonly<
  Record<
    'ink' | 'soft' | 'hairline' | 'rule' | 'paper' | 'accent' | 'ghost' | 'good' | 'bad' | 'sans',
    string
  >
> & {
  readonly alturas: readonly string[];
  readonly edge: string;
  readonly undated: string;
};

export interface ChartModel {
  readonly title: string;
  /** What the chart says, in a sentence or two, for who does not see it. */
  readonly description: string;
  /** The same figures as a table, one click away. */
  readonly table: TableModel;
  readonly height: number;
  readonly option: (inks: Inks, width: number) => EChartsCoreOption;
  /** A click on a mark: index of the category, name of the series. */
  readonly open?: (at: number, series: string) => void;
}

/**
 * A chart with its words: a description, the same figures as a table, and the image to save. Without `model`, the place
 * that it will take, or why it does not come.
 */
export class Chart extends LitElement {
  static override properties = {
    model: { attribute: false },
    refusal: { attribute: false },
    words: { attribute: false },
    height: { type: Number },
    asTable: { state: true },
  };
  static override styles = [
    base,
    controls,
    troubleStyle,
    css`
      :host {
        position: relative;
        min-inline-size: 0;
      }
      .tools {
        position: absolute;
        inset-block-start: -2.125rem;
        inset-inline-end: 0;
        display: flex;
      }
      .drawing {
        block-size: var(--height);
        overflow: hidden;
      }
      .choices {
        display: grid;
      }
      .choices button {
        padding: 0.3125rem 0.5rem;
      }
      .choices button:hover {
        background: var(--sunken);
      }
      .tip {
        padding: 0.375rem 0.5rem;
        border: 1px solid var(--rule);
        border-radius: var(--radius);
        background: var(--raised);
        color: var(--ink);
        font-size: var(--text-small);
        white-space: pre-line;
      }
      @media print {
        .tools {
          display: none;
        }
      }
    `,
  ];
  declare model: ChartModel | null;
  declare refusal: Refusal | null;
  declare words: Words;
  declare height: number;
  declare asTable: boolean;
  #chart: EChartsType | null = null;
  readonly #size = new ResizeObserver(() => this.#draw());
  readonly #theme = new MutationObserver(() => this.#draw());

  constructor() {
    super();
    this.model = null;
    this.refusal = null;
    this.height = 260;
    this.asTable = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#size.observe(this);
    this.#theme.observe(document.documentElement, {
      attributes: true,
      attributeFilter: ['data-theme', 'style'],
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#size.disconnect();
    this.#theme.disconnect();
    this.#chart?.dispose();
    this.#chart = null;
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('model') || changed.has('asTable')) void this.#draw();
  }

  override render(): TemplateResult {
    const { model, words } = this;
    const height = paint({ '--height': `${model?.height ?? this.height}px` });
    if (model === null)
      return this.refusal
        ? html`<div class="drawing" ${height}>${refused(this, words, this.refusal)}</div>`
        : html`<div class="drawing" aria-busy="true" ${height}></div>`;
    return html`<div class="tools">
        <button
          type="button"
          class="bare"
          aria-pressed=${this.asTable ? 'true' : 'false'}
          aria-label="${words.table.asTable}: ${model.title}"
          title=${this.asTable ? words.table.asChart : words.table.asTable}
          @click=${() => {
            this.asTable = !this.asTable;
          }}
        >
          ${icon(this.asTable ? 'chart' : 'table')}
        </button>
        <alturas-menu bare align="end" label="${words.table.image}: ${model.title}">
          <span slot="button">${icon('save')}</span>
          <div class="choices">
            <button type="button" @click=${(event: Event) => this.#save(event, 'png')}>${words.export.png}</button>
            <button type="button" @click=${(event: Event) => this.#save(event, 'svg')}>${words.export.svg}</button>
          </div>
        </alturas-menu>
      </div>
      ${
        this.asTable
          ? html`<alturas-table .model=${model.table} .words=${words}></alturas-table>`
          : html`<div class="drawing" role="img" aria-label=${model.description} ${height}></div>`
      }`;
  }

  async #draw(): Promise<void> {
    const { model } = this;
    if (model === null || !this.isConnected) return;
    const { init } = await import('./echarts.ts');
    await document.fonts.ready;
    const place = this.renderRoot.querySelector<HTMLElement>('.drawing');
    if (place === null || this.model !== model || place.clientWidth === 0) {
      if (this.asTable) {
        this.#chart?.dispose();
        this.#chart = null;
      }
      return;
    }
    if (this.#chart === null || this.#chart.getDom() !== place) {
      this.#chart?.dispose();
      this.#chart = init(place, null, { renderer: 'svg' });
      this.#chart.on('click', ({ dataIndex, seriesName }) => this.model?.open?.(dataIndex, seriesName ?? ''));
    }
    this.#chart.resize();
    this.#chart.setOption(this.#options(model, place.clientWidth), { notMerge: true });
  }

  #options(model: ChartModel, width: number): EChartsCoreOption {
    const inks = inksOf(this);
    return {
      animation: false,
      textStyle: { fontFamily: inks.sans, fontSize: 12, color: inks.ink },
      ...model.option(inks, width),
    };
  }

  async #save(event: Event, kind: 'png' | 'svg'): Promise<void> {
    closeMenu(event);
    const { model } = this;
    if (model === null) return;
    const { init } = await import('./echarts.ts');
    const width = this.clientWidth;
    const size = { width, height: model.height };
    const canvas = document.createElement('canvas');
    const chart =
      kind === 'svg'
        ? init(null, null, { ...size, renderer: 'svg', ssr: true })
        : init(canvas, null, { ...size, renderer: 'canvas', devicePixelRatio: 2 });
    chart.setOption({ backgroundColor: inksOf(this).paper, ...this.#options(model, width) });
    const bytes =
      kind === 'svg' ? new Blob([chart.renderToSVGString()], { type: 'image/svg+xml' }) : await pngOf(canvas);
    chart.dispose();
    saveAs(`${model.title}.${kind}`, bytes);
  }
}
customElements.define('alturas-chart', Chart);

function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error('no image')) : resolve(blob)), 'image/png');
  });
}

function inksOf(element: Element): Inks {
  const style = getComputedStyle(element);
  const ink = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const plain = [
    'ink',
    'soft',
    'hairline',
    'rule',
    'paper',
    'accent',
    'ghost',
    'good',
    'bad',
    'sans',
  ] as const;
  return {
    ...(Object.fromEntries(plain.map((name) => [name, ink(name)])) as Record<(typeof plain)[number], string>),
    alturas: Array.from({ length: 8 }, (_, at) => ink(`altura-${at}`)),
    edge: ink('altura-edge'),
    undated: ink('undated'),
  };
}
