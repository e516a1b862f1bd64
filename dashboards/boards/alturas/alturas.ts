import { html, nothing, type TemplateResult } from 'lit';
import type { AskAnswer } from '../../../functions/serve/api.ts';
import { answerOf, boardAnswers, type Refusal, refusalOf } from '../../app/api.ts';
import { Board, neverHeld } from '../../app/board.ts';
import { tell } from '../../app/events.ts';
import type { Setting } from '../../app/setting.ts';
import { dayShort, dayText, isMonthEnd, monthEndBefore, monthLong, monthsUpTo } from '../../format/days.ts';
import { capital } from '../../format/text.ts';
import '../../parts/chart.ts';
import { phrase } from '../../parts/phrase.ts';
import { seal } from '../../parts/seal.ts';
import { stackedBuckets } from '../../parts/stackedBuckets.ts';
import '../../parts/table.ts';
import { boardStyle } from '../boardStyle.ts';
import { matrix } from './matrix.ts';
import { rollTable } from './rolls.ts';
import { vintages, vintagesSaid } from './vintages.ts';
import { bucketWords } from './words.ts';

const DIMENSIONS = ['office', 'line', 'advisor', 'clerk', 'intermediary'] as const;
const MONTHS = 13;
const CHART_HEIGHT = 320;
const FIRST_BUCKET = 'AL_DIA';

interface BucketData {
  readonly answers: ReadonlyMap<string, AskAnswer | Refusal>;
  readonly by: (typeof DIMENSIONS)[number];
}

/** Where the debt sits and where it is rolling: matrix, time, roll rates and vintages. */
export class Buckets extends Board<BucketData> {
  static override styles = boardStyle;

  get #by(): (typeof DIMENSIONS)[number] {
    return DIMENSIONS.find((dimension) => dimension === this.setting.place.own.by) ?? 'office';
  }

  mainQuestion() {
    return this.setting.question('matrix', 'aging', { by: [this.#by] });
  }

  async load(setting: Setting, signal: AbortSignal): Promise<BucketData> {
    const days = monthsUpTo(setting.asOf, MONTHS).slice(0, -1).reverse();
    const closing = isMonthEnd(setting.asOf) ? setting.asOf : monthEndBefore(setting.asOf, 1);
    const closings = Array.from({ length: MONTHS - 2 }, (_, at) => monthEndBefore(closing, at + 1));
    const asked = await setting.api.ask(
      [
        this.mainQuestion(),
        setting.question('time', 'aging', { compare: days }),
        setting.question('par90', 'par90'),
        setting.question('worst', 'par90', { by: [this.#by], sort: '-numerator', limit: 1 }),
        setting.question('roll', 'roll_rate', { as_of: closing, compare: closings }),
        setting.question('vintages', 'vintage_gross', { as_of: closing }),
      ],
      signal,
    );
    return { answers: boardAnswers(asked), by: this.#by };
  }

  #answer(data: BucketData | null, id: string): AskAnswer | null {
    return answerOf(data?.answers, id);
  }

  show(data: BucketData | null): TemplateResult {
    const { setting } = this;
    const { words, place } = setting;
    const own = bucketWords(setting.language);
    const share = place.own.unit === 'share';
    const grid = this.#answer(data, 'matrix');
    const time = this.#answer(data, 'time');
    if (grid?.rows.length === 0 && time !== null && neverHeld(time)) return this.nothingHere();
    return html`<div class="fresh">
      <div class="lead">
        ${
          data === null
            ? html`<p aria-busy="true"><span class="waiting">${own.sentenceStock('30 jun')}</span></p>`
            : html`<p>${this.#sentence(data)}</p>
                ${grid ? seal(grid.tie_out, words) : nothing}`
        }
      </div>
      <div class="grid">
        <section class="paper">
          <div class="title full">
            <h2>${own.matrix}</h2>
            <div class="tabs" role="group" aria-label=${own.matrix}>
              ${DIMENSIONS.map((dimension) => this.#tab(dimension === this.#by, capital(words.dimensions[dimension]), { by: dimension }))}
            </div>
            <div class="tabs" role="group" aria-label="${own.amount} / ${own.percent}">
              ${this.#tab(!share, own.amount, { unit: 'amount' })} ${this.#tab(share, own.percent, { unit: 'share' })}
            </div>
          </div>
          <alturas-table
            limit="14"
            rows="12"
            .model=${grid === null || data === null ? null : matrix(this, setting, grid, data.by, share)}
            .refusal=${refusalOf(data?.answers, 'matrix')}
            .words=${words}
          ></alturas-table>
        </section>
      </div>
      <div class="grid">${this.#time(data)}${this.#vintages(data)}</div>
      <div class="grid">${this.#rolls(data)}</div>
    </div>`;
  }

  #tab(on: boolean, text: string, change: Readonly<Record<string, string>>): TemplateResult {
    return html`<button
      type="button"
      aria-pressed=${on ? 'true' : 'false'}
      @click=${() => tell(this, 'alturas-go', { to: { own: { ...this.setting.place.own, ...change } } })}
    >
      ${text}
    </button>`;
  }

  #sentence(data: BucketData): TemplateResult {
    const { setting } = this;
    const { figures, words } = setting;
    const own = bucketWords(setting.language);
    const par = this.#answer(data, 'par90')?.total;
    const worst = this.#answer(data, 'worst');
    const roll = this.#answer(data, 'roll');
    if (refusalOf(data.answers, 'par90')) return html`${words.status.failed}`;
    if (!par || par.value === null) return html`${nothing}`;
    const link = (text: string, at: Readonly<Record<string, string | null>>): TemplateResult =>
      html`<button type="button" class="link" @click=${() => tell(this, 'alturas-open', { kpi: 'par90', at })}>${text}</button>`;
    const day = dayShort(setting.asOf, setting.language);
    const shown = {
      amount: link(figures.money(par.numerator ?? '0'), {}),
      share: link(figures.percent(par.value), {}),
    };
    const opening = roll?.rows.find(({ dimensions }) => dimensions.from === FIRST_BUCKET)?.denominator;
    if (!roll || !opening) return phrase(own.sentenceStock(day), shown);
    const late = setting.ground.catalogue.buckets
      .filter(({ from }) => from !== null && from > 0)
      .map(({ altura }) => altura);
    const rolled = roll.rows
      .filter(({ dimensions }) => dimensions.from === FIRST_BUCKET && late.includes(dimensions.to ?? ''))
      .reduce((sum, { numerator }) => sum + Number(numerator ?? 0), 0);
    const [first] = worst?.rows ?? [];
    const tail =
      first && Number(par.numerator) > 0
        ? phrase(own.worst(words.dimensions[data.by]), {
            name: link(setting.label(data.by, first.dimensions[data.by] ?? null, worst?.labels), {
              [data.by]: first.dimensions[data.by] ?? null,
            }),
            part: figures.percent(Number(first.numerator ?? 0) / Number(par.numerator), 0),
          })
        : '.';
    return html`${phrase(own.sentence(day, monthLong(roll.as_of, setting.language)), { ...shown, roll: figures.percent(rolled / Number(opening)) })}${tail}`;
  }

  #time(data: BucketData | null): TemplateResult {
    const { setting } = this;
    const own = bucketWords(setting.language);
    const answer = this.#answer(data, 'time');
    return html`<section class="six">
      <div class="title"><h2>${own.overTime}</h2><span class="soft">%</span></div>
      <alturas-chart
        height=${CHART_HEIGHT}
        .words=${setting.words}
        .refusal=${refusalOf(data?.answers, 'time')}
        .model=${
          answer === null
            ? null
            : stackedBuckets(
                setting,
                answer,
                monthsUpTo(setting.asOf, MONTHS),
                {
                  title: own.overTime,
                  month: own.month,
                  description: own.overTimeSaid(dayText(setting.asOf, setting.language)),
                },
                {
                  share: true,
                  height: CHART_HEIGHT,
                  open: (bucket, day) =>
                    tell(this, 'alturas-open', { kpi: 'aging', as_of: day, at: { bucket } }),
                },
              )
        }
      ></alturas-chart>
    </section>`;
  }

  #vintages(data: BucketData | null): TemplateResult {
    const { setting } = this;
    const own = bucketWords(setting.language);
    const answer = this.#answer(data, 'vintages');
    const model = answer === null ? null : vintages(setting, answer);
    return html`<section class="six">
      <div class="title"><h2>${own.vintages}</h2><span class="soft"
          >${
            answer === null
              ? html`<span class="waiting">${own.vintagesCompared('jun 26', '00,0 %', 1, '00,0 %')}</span>`
              : vintagesSaid(setting, answer)
          }</span
        ></div>
      ${
        answer !== null && model === null
          ? html`<p class="note">${own.vintagesNone}</p>`
          : html`<alturas-chart
              height=${CHART_HEIGHT}
              .words=${setting.words}
              .model=${model}
              .refusal=${refusalOf(data?.answers, 'vintages')}
            ></alturas-chart>`
      }
    </section>`;
  }

  #rolls(data: BucketData | null): TemplateResult {
    const { setting } = this;
    const own = bucketWords(setting.language);
    const answer = this.#answer(data, 'roll');
    const model = answer === null || answer.rows.length === 0 ? null : rollTable(setting, answer);
    return html`<section>
      <div class="title full">
        <h2>${own.roll}</h2>
        <span class="soft">${model === null ? nothing : model.caption}</span>
      </div>
      ${
        answer !== null && model === null
          ? html`<p class="note">${own.rollMissing}</p>`
          : html`<alturas-table
              rows="9"
              .model=${model}
              .refusal=${refusalOf(data?.answers, 'roll')}
              .words=${setting.words}
            ></alturas-table>`
      }
    </section>`;
  }
}
customElements.define('alturas-buckets', Buckets);
