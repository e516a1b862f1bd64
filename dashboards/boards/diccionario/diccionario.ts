import { css, html, nothing, type TemplateResult } from 'lit';
import { Board } from '../../app/board.ts';
import { tell } from '../../app/events.ts';
import type { CatalogueKpi } from '../../app/setting.ts';
import { divisionOf } from '../../format/formula.ts';
import { example, exampleStyle } from '../../parts/example.ts';
import '../../parts/table.ts';
import { wordCell } from '../../parts/table.ts';
import { boardStyle } from '../boardStyle.ts';
import { lineagePicture, lineageStyle } from './lineage.ts';
import { dictionaryWords } from './words.ts';

const FIRST = 'overdue_share';

/** Every figure and table: formula, worked examples, source, and the tables it comes from as a picture. */
export class Dictionary extends Board<true> {
  static override properties = { ...Board.properties, find: { state: true } };
  static override styles = [
    ...boardStyle,
    exampleStyle,
    lineageStyle,
    css`
      .columns {
        display: grid;
        grid-template-columns: 17rem minmax(0, 1fr);
        gap: 0 2.5rem;
        border-block-start: 1px solid var(--hairline);
      }
      aside {
        padding-block: 1rem;
        border-inline-end: 1px solid var(--hairline);
        padding-inline-end: 1rem;
      }
      input {
        inline-size: 100%;
        min-block-size: 1.875rem;
        padding-inline: 0.5rem;
        border: 1px solid var(--rule);
        border-radius: var(--radius);
        background: var(--raised);
      }
      .names {
        display: grid;
        max-block-size: 70vh;
        overflow: auto;
        margin-block: 0.5rem;
        /* Where names go on below, a shade stands; at the end paper moves over it. */
        background:
          linear-gradient(to top, var(--paper) 1rem, transparent) bottom / 100% 2rem no-repeat local,
          linear-gradient(to top, color-mix(in srgb, var(--ink) 18%, transparent), transparent) bottom / 100% 0.75rem no-repeat scroll;
      }
      .names h2 {
        margin-block: 0.75rem 0.25rem;
        color: var(--soft);
        font-size: var(--text-small);
        font-weight: 600;
      }
      .names button {
        padding: 0.1875rem 0.375rem;
        border-radius: 0;
        border-inline-start: 2px solid transparent;
      }
      .names button:hover {
        background: var(--sunken);
      }
      .names button[aria-current="true"] {
        border-inline-start-color: var(--accent);
        font-weight: 600;
      }
      article {
        padding-block: 1rem 2rem;
        min-inline-size: 0;
      }
      article h2 {
        font-size: 1.375rem;
      }
      article h3 {
        margin-block: 1.5rem 0.375rem;
        font-size: var(--text-body);
        font-weight: 650;
      }
      .formula {
        display: inline-flex;
        align-items: center;
        gap: 0.75rem;
        padding: 0.75rem 1rem;
        background: var(--sunken);
        font-size: var(--text-lead);
      }
      .fraction {
        display: inline-grid;
        text-align: center;
      }
      .fraction > span:first-child {
        padding-inline: 0.5rem;
        border-block-end: 1.5px solid currentColor;
      }
      dl {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: 0.125rem 1.5rem;
      }
      dt {
        color: var(--soft);
      }
      .rows table {
        font-size: var(--text-small);
      }
      @media (max-width: 60rem) {
        .columns {
          grid-template-columns: minmax(0, 1fr);
        }
        aside {
          border: 0;
          padding-inline-end: 0;
        }
        .names {
          max-block-size: 14rem;
        }
      }
    `,
  ];
  declare find: string;

  constructor() {
    super();
    this.find = '';
  }

  mainQuestion() {
    return this.setting.question('kpi', this.setting.place.own.kpi ?? FIRST);
  }

  load(): Promise<true> {
    return Promise.resolve(true);
  }

  show(): TemplateResult {
    const { setting } = this;
    const { catalogue } = setting.ground;
    const own = dictionaryWords(setting.language);
    const { model } = setting.place.own;
    const kpi = setting.kpi(setting.place.own.kpi ?? FIRST);
    return html`<div class="lead still">
        <p>${own.lead(String(catalogue.kpis.length), String(catalogue.models.length))}</p>
      </div>
      <div class="columns">
        ${this.#names(model, kpi?.id)}
        <article>${model !== undefined ? this.#model(model) : kpi !== null ? this.#kpi(kpi) : html`<p>${setting.words.bar.noMatch}</p>`}</article>
      </div>`;
  }

  readonly #open = (name: string): void => {
    tell(this, 'alturas-go', {
      to: { own: name.startsWith('kpi:') ? { kpi: name.slice(4) } : { model: name } },
    });
  };

  #names(model: string | undefined, kpi: string | undefined): TemplateResult {
    const { setting } = this;
    const { catalogue } = setting.ground;
    const own = dictionaryWords(setting.language);
    const wanted = this.find.toLocaleLowerCase();
    const matches = (...words: string[]): boolean =>
      words.some((word) => word.toLocaleLowerCase().includes(wanted));
    const button = (name: string, text: string, current: boolean): TemplateResult =>
      html`<button type="button" aria-current=${current ? 'true' : 'false'} @click=${() => this.#open(name)}>${text}</button>`;
    const kpis = catalogue.kpis.filter((entry) => matches(entry.id, entry.es, entry.en));
    const models = catalogue.models.filter((entry) => matches(entry.name, entry.es, entry.en));
    return html`<aside>
      <input
        type="search"
        aria-label=${own.search}
        placeholder=${own.search}
        @input=${(event: Event) => {
          this.find = (event.target as HTMLInputElement).value;
        }}
      />
      <div class="names">
        <h2>${own.kpis} (${kpis.length})</h2>
        ${kpis.map((entry) =>
          button(`kpi:${entry.id}`, entry[setting.language], model === undefined && entry.id === kpi),
        )}
        <h2>${own.models} (${models.length})</h2>
        ${models.map((entry) => button(entry.name, entry.name, entry.name === model))}
      </div>
    </aside>`;
  }

  #kpi(kpi: CatalogueKpi): TemplateResult {
    const { setting } = this;
    const { words, language } = setting;
    const own = dictionaryWords(language);
    const facts: [string, string][] = [
      [own.unit, own.units[kpi.unit]],
      [own.direction, own.directions[kpi.direction]],
      [
        own.periods,
        kpi.periods.length === 0
          ? own.stock
          : kpi.periods.map((period) => own.period[period as keyof typeof own.period] ?? period).join(', '),
      ],
      [
        own.bases,
        kpi.bases
          .map((basis) => `${own.basis[basis as keyof typeof own.basis] ?? basis} (${basis})`)
          .join(', '),
      ],
      [
        own.dimensions,
        kpi.dimensions
          .map((name) => words.dimensions[name as keyof typeof words.dimensions] ?? name)
          .join(', '),
      ],
      [own.source, kpi.id],
      [own.version, kpi.version.slice(0, 12)],
    ];
    return html`<h2>${kpi[language]}</h2>
      <h3>${own.formula}</h3>
      ${formula(kpi.formula[language])}
      <h3>${own.facts}</h3>
      <dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
      <h3>${own.lineage}</h3>
      ${lineagePicture(setting, `kpi:${kpi.id}`, this.#open)}
      <h3>${own.examples}</h3>
      ${kpi.examples.map((entry) => html`<div class="worked">${example(setting, kpi, entry)}</div>`)}`;
  }

  #model(name: string): TemplateResult {
    const { setting } = this;
    const { words, language, ground } = setting;
    const own = dictionaryWords(language);
    const model = ground.catalogue.models.find((entry) => entry.name === name);
    if (model === undefined) return html`<p>${words.bar.noMatch}</p>`;
    return html`<h2>${model.name}</h2>
      <p>${model[language]}</p>
      ${model.grain.length === 0 ? nothing : html`<p class="soft">${own.grain}: ${model.grain.join(', ')}</p>`}
      <h3>${own.lineage}</h3>
      ${lineagePicture(setting, name, this.#open)}
      <h3>${own.columns}</h3>
      <alturas-table
        .words=${words}
        .model=${{
          caption: own.columns,
          columns: [
            { head: own.column },
            { head: own.meaning },
            { head: own.type },
            { head: own.columnUnit, wide: true },
          ],
          lines: model.columns.map((column) => ({
            key: column.name,
            cells: [
              wordCell(column.name),
              wordCell(column[language]),
              wordCell(column.type),
              wordCell(own.columnUnits[column.unit ?? ''] ?? column.unit ?? ''),
            ],
          })),
        }}
      ></alturas-table>`;
  }
}
customElements.define('alturas-dictionary', Dictionary);

/** One division is set as a fraction; anything longer stays a line, so that its brackets hold. */
function formula(text: string): TemplateResult {
  const parts = /[×;:]/.test(text) ? null : divisionOf(text);
  if (parts === null) return html`<p class="formula">${text}</p>`;
  const { numerator, denominator } = parts;
  return html`<p class="formula"><span class="fraction"><span>${numerator}</span><span>${denominator}</span></span></p>`;
}
