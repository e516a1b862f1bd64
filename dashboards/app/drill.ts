import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { AskAnswer, Cell, ReceiptsResponse } from '../../functions/serve/api.ts';
import { dayShort, dayText, monthEndBefore } from '../format/days.ts';
import { saveAs } from '../format/save.ts';
import { icon } from '../parts/icons.ts';
import { sayRefused } from '../parts/refused.ts';
import '../parts/table.ts';
import { answersOf, Refusal } from './api.ts';
import { PartFigures, partNames } from './drillParts.ts';
import { drillStyle } from './drillStyle.ts';
import { breakdownTable, receiptsTable } from './drillTables.ts';
import { tell } from './events.ts';
import type { Opened } from './place.ts';
import type { Setting } from './setting.ts';
import { trouble } from './trouble.ts';

/** Dimensions that a figure opens by, in the order offered. */
const BREAKDOWNS = [
  'office',
  'line',
  'bucket',
  'advisor',
  'clerk',
  'intermediary',
  'client',
  'currency',
] as const;
const PAGE = 100;

/** What a figure is made of: by any dimension, deeper with every click, down to its receipts and their equal sum. */
export class Drill extends LitElement {
  static override properties = {
    setting: { attribute: false },
    answer: { state: true },
    receipts: { state: true },
    refusal: { state: true },
  };
  static override styles = drillStyle;
  declare setting: Setting;
  declare answer: AskAnswer | null;
  declare receipts: ReceiptsResponse | null;
  declare refusal: Refusal | null;
  #asked = '';

  constructor() {
    super();
    this.answer = null;
    this.receipts = null;
    this.refusal = null;
  }

  override updated(_changed: PropertyValues): void {
    const dialog = this.renderRoot.querySelector('dialog');
    const { opened } = this.setting.place;
    if (opened !== null && dialog?.open === false) dialog.showModal();
    if (opened === null && dialog?.open === true) dialog.close();
    const key = opened === null ? '' : JSON.stringify([opened, this.setting.key]);
    if (key === this.#asked) return;
    this.#asked = key;
    this.answer = null;
    this.receipts = null;
    if (opened !== null) void this.#load(opened);
  }

  #go(opened: Opened | null): void {
    tell(this, 'alturas-go', { to: { opened } });
  }

  #choices(opened: Opened): string[] {
    const kpi = this.setting.kpi(opened.kpi);
    return BREAKDOWNS.filter((dimension) => kpi?.dimensions.includes(dimension) && !(dimension in opened.at));
  }

  /** Receipts where nothing more is chosen and every dimension of the figure is fixed; else the first breakdown. */
  #by(opened: Opened): string {
    return opened.by ?? this.#choices(opened)[0] ?? 'receipts';
  }

  #question(opened: Opened, by: readonly string[]) {
    const { setting } = this;
    return setting.question('open', opened.kpi, {
      as_of: opened.as_of ?? setting.asOf,
      ...(opened.basis === undefined ? {} : { basis: opened.basis }),
      ...(opened.period === undefined ? {} : { period: opened.period }),
      by: [...by],
    });
  }

  async #load(opened: Opened): Promise<void> {
    const { setting } = this;
    const key = this.#asked;
    this.refusal = null;
    try {
      if (this.#by(opened) === 'receipts') await this.#loadReceipts(opened, 0);
      else {
        const question = this.#question(opened, [this.#by(opened)]);
        const at = Object.entries(opened.at).map(([column, member]) => ({ column, members: [member] }));
        const asked = {
          ...question,
          filters: [...(question.filters ?? []), ...at],
          compare: this.#partialOf(opened) === null ? [monthEndBefore(opened.as_of ?? setting.asOf, 1)] : [],
        };
        const answer = answersOf(await setting.api.ask([asked])).get('open');
        if (key !== this.#asked) return;
        if (answer instanceof Refusal) throw answer;
        this.answer = answer ?? null;
      }
    } catch (error) {
      if (key === this.#asked) this.refusal = error instanceof Refusal ? error : new Refusal(0, null);
    }
  }

  async #loadReceipts(opened: Opened, offset: number): Promise<void> {
    const key = this.#asked;
    const { id: _, ...question } = this.#question(opened, Object.keys(opened.at));
    const page = await this.setting.api.receipts({
      question,
      at: { ...opened.at },
      part: opened.part ?? 'numerator',
      offset,
      limit: PAGE,
    });
    if (key !== this.#asked) return;
    this.receipts =
      offset === 0 || this.receipts === null
        ? page
        : { ...page, offset: 0, receipts: [...this.receipts.receipts, ...page.receipts] };
  }

  /** More receipts of the same figure: where they are refused, those on show stay. */
  async #more(opened: Opened, offset: number): Promise<void> {
    await this.#loadReceipts(opened, offset).catch((error: unknown) =>
      sayRefused(this, this.setting.words, error),
    );
  }

  override render(): TemplateResult {
    const { opened } = this.setting.place;
    const { words } = this.setting;
    return html`<dialog
      aria-labelledby="title"
      @cancel=${(event: Event) => {
        event.preventDefault();
        this.#go(null);
      }}
      @click=${(event: Event) => {
        if (event.target === event.currentTarget) this.#go(null);
      }}
    >
      ${opened === null ? nothing : this.#inside(opened, words.drill.close)}
    </dialog>`;
  }

  #inside(opened: Opened, close: string): TemplateResult {
    const { setting } = this;
    const { words, language } = setting;
    return html`<header>
        <div>
          <h2 id="title">${setting.kpiName(opened.kpi)}</h2>
          <p class="soft">${words.bar.asOf} ${dayText(opened.as_of ?? setting.asOf, language)}</p>
        </div>
        <button type="button" class="bare" aria-label=${close} @click=${() => this.#go(null)}>${icon('close')}</button>
      </header>
      ${this.#figure()} ${this.#partial(opened)}
      <div class="trail">
        ${Object.entries(opened.at).map(([column, member]) => this.#step(opened, column, member))}
      </div>
      ${this.#tabs(opened)}
      ${this.refusal === null ? nothing : trouble(words, this.refusal, () => void this.#load(opened))}
      ${this.refusal !== null ? nothing : this.#by(opened) === 'receipts' ? this.#receipts(opened) : this.#breakdown(opened)}`;
  }

  #figure(): TemplateResult {
    const { setting, receipts, answer } = this;
    const cell = receipts?.cell ?? answer?.total;
    const told = receipts ?? answer;
    if (told === null || cell === undefined || cell === null)
      return html`<div class="value"><span class=${answer ? 'soft' : 'waiting'}>${answer ? '–' : '$ 00.000 M'}</span></div>`;
    const said = cell.value === null ? setting.reason(cell.reason) : this.#madeOf(told, cell);
    return html`<div class="value">${setting.figures.short(cell.value, told.unit)}</div>
      <p class="soft">${said}</p>`;
  }

  /** A sum to the cent, or the two parts of a ratio. */
  #madeOf(told: AskAnswer | ReceiptsResponse, { value, numerator, denominator }: Cell): string {
    const { setting } = this;
    if (told.unit === 'money') return setting.figures.exact(value ?? '');
    if (numerator === null || denominator === null) return '';
    const over = new PartFigures(setting, told.numerator_unit);
    const under = new PartFigures(setting, told.denominator_unit);
    return `${over.short(numerator)} ÷ ${under.short(denominator)}`;
  }

  /** A part of a month stands beside no whole one. */
  #partialOf({ kpi, as_of, period }: Opened): string | null {
    const { setting } = this;
    return setting.partial(kpi, as_of ?? setting.asOf, ...(period === undefined ? [] : [period]));
  }

  #partial(opened: Opened): TemplateResult | typeof nothing {
    const partial = this.#partialOf(opened);
    return partial === null
      ? nothing
      : html`<p class="soft">${this.setting.words.status.partialNote(partial)}</p>`;
  }

  #step(opened: Opened, column: string, member: string | null): TemplateResult {
    const { setting } = this;
    const text = `${setting.words.dimensions[column as keyof typeof setting.words.dimensions] ?? column}: ${setting.label(column, member, this.answer?.labels ?? this.receipts?.labels)}`;
    const { [column]: _, ...at } = opened.at;
    return html`<span class="step"
      >${text}<button
        type="button"
        aria-label=${setting.words.bar.remove(text)}
        @click=${() => this.#go({ ...without(opened, 'by'), at })}
      >
        ${icon('close')}
      </button></span
    >`;
  }

  #tabs(opened: Opened): TemplateResult {
    const { setting } = this;
    const { words } = setting;
    const by = this.#by(opened);
    const kpi = setting.kpi(opened.kpi);
    return html`<nav aria-label=${words.drill.by}>
        <span class="soft">${words.drill.by}</span>
        ${this.#choices(opened).map(
          (dimension) =>
            html`<button
              type="button"
              class="control"
              aria-pressed=${by === dimension ? 'true' : 'false'}
              @click=${() => this.#go({ ...opened, by: dimension })}
            >
              ${words.dimensions[dimension as keyof typeof words.dimensions]}
            </button>`,
        )}
        ${
          kpi?.additive && setting.mayTake('drill')
            ? html`<button
                type="button"
                class="control"
                aria-pressed=${by === 'receipts' ? 'true' : 'false'}
                @click=${() => this.#go({ ...opened, by: 'receipts' })}
              >
                ${words.drill.receipts}
              </button>`
            : nothing
        }
        ${setting.mayTake('proof') ? html`<button type="button" class="control" title=${words.drill.proofTitle} @click=${() => this.#proof(opened)}>${icon('save')} ${words.drill.proof}</button>` : nothing}
      </nav>
      ${kpi?.additive ? nothing : html`<p class="soft small">${words.drill.notAdditive}</p>`}`;
  }

  #breakdown(opened: Opened): TemplateResult {
    const { setting } = this;
    const by = this.#by(opened);
    const deeper = (member: string | null): void => {
      const at = { ...opened.at, [by]: member };
      const next = { ...without(opened, 'by'), at };
      const left = this.#choices(next);
      const additive = setting.kpi(opened.kpi)?.additive === true && setting.mayTake('drill');
      if (left.length === 0 && !additive) return;
      this.#go(
        additive && (Object.keys(at).length > 1 || left.length === 0) ? { ...next, by: 'receipts' } : next,
      );
    };
    const model = this.answer === null ? null : breakdownTable(setting, this.answer, by, deeper);
    return html`<alturas-table tall limit="60" rows="12" .model=${model} .words=${setting.words}></alturas-table>`;
  }

  #receipts(opened: Opened): TemplateResult {
    const { setting, receipts } = this;
    const { words, figures } = setting;
    const kpi = setting.kpi(opened.kpi);
    const parts = kpi?.unit === 'money' ? [] : (['numerator', 'denominator'] as const);
    const part = opened.part ?? 'numerator';
    const named = partNames(setting, opened.kpi, opened.basis);
    const amounts = new PartFigures(setting, receipts?.amount_unit ?? null);
    const said =
      receipts === null
        ? html`<span class="waiting">Suma de 000 recibos: $ 00.000.000,00</span>`
        : receipts.equal
          ? html`<span class="good mark" aria-hidden="true">=</span> ${words.drill.equal(amounts.exact(receipts.sum), figures.number(receipts.row_count, 0))}`
          : html`<span class="bad mark" aria-hidden="true">≠</span> ${words.drill.unequal(amounts.exact(receipts.sum), amounts.exact(receipts.cell[part] ?? '0'))}`;
    return html`${parts.map(
      (name) =>
        html`<button
            type="button"
            class="control part"
            aria-pressed=${part === name ? 'true' : 'false'}
            @click=${() => this.#go({ ...opened, by: 'receipts', part: name })}
          >
            ${named[name]}
          </button> `,
    )}
      <p class="sum">${said}</p>
      <alturas-table
        tall
        rows="14"
        .words=${words}
        .model=${receipts === null ? null : receiptsTable(setting, receipts, Object.keys(opened.at), (client) => tell(this, 'alturas-go', { to: { board: 'cliente', own: { client }, opened: null } }))}
      ></alturas-table>
      ${
        receipts !== null && receipts.next !== null
          ? html`<button type="button" class="more" @click=${() => this.#more(opened, receipts.next ?? 0)}>
              ${words.table.more(figures.number(Math.min(PAGE, receipts.row_count - receipts.receipts.length), 0))}
            </button>`
          : nothing
      }`;
  }

  async #proof(opened: Opened): Promise<void> {
    const { id: _, ...question } = this.#question(opened, Object.keys(opened.at));
    const proof = await this.setting.api
      .proof({ question, at: { ...opened.at }, part: opened.part ?? 'numerator' })
      .catch((error: unknown) => sayRefused(this, this.setting.words, error));
    if (!proof) return;
    const name = `${opened.kpi}-${dayShort(proof.receipt.as_of, this.setting.language)}.json`;
    saveAs(name, new Blob([JSON.stringify(proof, null, 2)], { type: 'application/json' }));
  }
}
customElements.define('alturas-drill', Drill);

function without<K extends keyof Opened>(opened: Opened, key: K): Omit<Opened, K> {
  const { [key]: _, ...rest } = opened;
  return rest;
}
