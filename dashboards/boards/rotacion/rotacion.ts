import { html, nothing, type TemplateResult } from 'lit';
import { until } from 'lit/directives/until.js';
import type { AskAnswer } from '../../../functions/serve/api.ts';
import { answerOf, boardAnswers, Refusal, refusalOf } from '../../app/api.ts';
import { Board, neverHeld } from '../../app/board.ts';
import { tell } from '../../app/events.ts';
import type { Setting } from '../../app/setting.ts';
import { addDays, dayShort, isMonthEnd, monthEndBefore, monthsUpTo } from '../../format/days.ts';
import { capital } from '../../format/text.ts';
import '../../parts/chart.ts';
import { phrase } from '../../parts/phrase.ts';
import { refused } from '../../parts/refused.ts';
import { seal } from '../../parts/seal.ts';
import '../../parts/table.ts';
import '../../parts/tile.ts';
import { MONTHS, type TileSpec, tileFigure, tileQuestions, tilesStyle } from '../../parts/tiles.ts';
import { boardStyle } from '../boardStyle.ts';
import { dsoSplit, HEIGHT, weekChart } from './charts.ts';
import { calendarTable, dueByWeek, turnoverTable } from './tables.ts';
import { comingWeeks, pastMondays, soonMondays, type Week } from './weeks.ts';
import { turnoverWords } from './words.ts';

const TILES = [
  { id: 'dso', kpi: 'dso' },
  { id: 'turnover_times', kpi: 'turnover_times' },
  { id: 'collected', kpi: 'collected' },
  { id: 'collection_rate_gross', kpi: 'collection_rate_gross' },
  { id: 'cei', kpi: 'cei' },
  { id: 'recovery_rate', kpi: 'recovery_rate' },
  { id: 'cure_rate', kpi: 'cure_rate' },
  { id: 'on_time_rate', kpi: 'on_time_rate' },
] as const satisfies readonly TileSpec[];
const DIMENSIONS = ['line', 'office', 'advisor', 'clerk', 'intermediary'] as const;
const CALENDAR = ['channel', 'line', 'office'] as const;
const PAST_WEEKS = 6;
const COMING_WEEKS = 8;

interface TurnoverData {
  readonly answers: ReadonlyMap<string, AskAnswer | Refusal>;
  /** The past weeks are added up for this question, which takes a little: they come after the rest. */
  readonly past: Promise<ReadonlyMap<string, AskAnswer | Refusal>>;
}

/** How fast sales turn into cash, and what arrives next. */
export class Turnover extends Board<TurnoverData> {
  static override styles = [...boardStyle, tilesStyle];

  get #by(): (typeof DIMENSIONS)[number] {
    return DIMENSIONS.find((dimension) => dimension === this.setting.place.own.by) ?? 'line';
  }

  get #calendar(): (typeof CALENDAR)[number] {
    return CALENDAR.find((dimension) => dimension === this.setting.place.own.due) ?? 'channel';
  }

  mainQuestion() {
    const { setting } = this;
    const kpi = 'collection_rate_gross';
    return setting.question('rate', kpi, {
      by: [this.#by],
      compare: setting.partial(kpi) === null ? [monthEndBefore(setting.asOf, 1)] : [],
    });
  }

  #mondays(): string[] {
    return pastMondays(this.setting.asOf, PAST_WEEKS, this.setting.ground.days.first);
  }

  async load(setting: Setting, signal: AbortSignal): Promise<TurnoverData> {
    const compare = monthsUpTo(setting.asOf, MONTHS).slice(0, -1).reverse();
    const asked = await setting.api.ask(
      [
        ...tileQuestions(setting, TILES),
        setting.question('bpdso', 'bpdso', { compare }),
        setting.question('add', 'add', { compare }),
        setting.question('weeks', 'falls_due'),
        setting.question('due', 'falls_due', { by: [this.#calendar] }),
        this.mainQuestion(),
        setting.question('dsoBy', 'dso', { by: [this.#by] }),
        setting.question('toPay', 'days_to_pay', { by: [this.#by] }),
      ],
      signal,
    );
    const weeks = this.#mondays().flatMap((monday) =>
      (['fell_due', 'collected'] as const).map((kpi) => {
        const { as_of: _, ...question } = setting.question(`${kpi} ${monday}`, kpi, {
          period: `${monday}..${addDays(monday, 6)}`,
        });
        return question;
      }),
    );
    const past =
      weeks.length === 0 ? Promise.resolve(new Map()) : setting.api.ask(weeks, signal).then(boardAnswers);
    // A board that has nothing to show does not wait for them.
    past.catch(() => undefined);
    return { answers: boardAnswers(asked), past };
  }

  #answer(data: TurnoverData | null, id: string): AskAnswer | null {
    return answerOf(data?.answers, id);
  }

  show(data: TurnoverData | null): TemplateResult {
    const { setting } = this;
    const { words } = setting;
    const own = turnoverWords(setting.language);
    const [dso, collected] = [this.#answer(data, 'dso'), this.#answer(data, 'collected')];
    // What was refused may be empty, too.
    const isEmpty = ['rate', 'due'].every(
      (id) => refusalOf(data?.answers, id) !== null || this.#answer(data, id)?.rows.length === 0,
    );
    if (isEmpty && collected !== null && neverHeld(collected)) return this.nothingHere();
    return html`<div class="fresh">
      <div class="lead">
        ${
          data === null
            ? html`<p aria-busy="true"><span class="waiting">${own.sentenceTurn('30 jun', false)} ${own.sentenceFalls(own.soon.both)}</span></p>`
            : html`<p>${this.#sentence(data)}</p>
                ${dso ? seal(dso.tie_out, words) : nothing}`
        }
      </div>
      <div class="tiles">
        ${TILES.map(
          (tile) =>
            html`<alturas-tile
              .setting=${setting}
              .label=${own.tiles[tile.id]}
              .figure=${data === null ? null : tileFigure(setting, { ...tile, label: own.tiles[tile.id] }, data.answers)}
            ></alturas-tile>`,
        )}
      </div>
      <div class="grid">${this.#split(data)}${this.#weeks(data)}</div>
      <div class="grid">${this.#turnover(data)}${this.#due(data)}</div>
    </div>`;
  }

  #sentence(data: TurnoverData): TemplateResult {
    const { setting } = this;
    const { figures } = setting;
    const own = turnoverWords(setting.language);
    const value = (id: string) => this.#answer(data, id)?.total?.value ?? null;
    const link = (text: string, kpi: string, at: Readonly<Record<string, string>> = {}): TemplateResult =>
      html`<button type="button" class="link" @click=${() => tell(this, 'alturas-open', { kpi, at })}>${text}</button>`;
    const days = (id: string): string => {
      const found = value(id);
      return found === null ? '–' : `${figures.number(found, 1)} ${own.days}`;
    };
    const weeks = this.#answer(data, 'weeks');
    const day = dayShort(setting.asOf, setting.language);
    const isKnown = ['dso', 'bpdso', 'add', 'collection_rate_gross'].every((id) => value(id) !== null);
    const turn = isKnown
      ? phrase(own.sentenceTurn(day, !isMonthEnd(setting.asOf)), {
          dso: link(days('dso'), 'dso'),
          best: link(days('bpdso'), 'bpdso'),
          late: link(days('add'), 'add'),
          rate: link(figures.short(value('collection_rate_gross'), 'ratio'), 'collection_rate_gross'),
        })
      : null;
    if (weeks === null) return turn ?? html`${setting.words.status.failed}`;
    const [now, next] = soonMondays(setting.asOf).map((week) => {
      const row = weeks.rows.find(({ dimensions }) => dimensions.week === week);
      if (row === undefined || (row.value !== null && Number(row.value) === 0)) return null;
      return link(figures.short(row.value, 'money'), 'falls_due', { falls: 'WEEK', week });
    });
    const soon = own.soon[now ? (next ? 'both' : 'now') : next ? 'next' : 'none'];
    const backlog = weeks.rows.find(({ dimensions }) => dimensions.falls === 'BACKLOG')?.value ?? '0';
    const falls = phrase(turn === null ? own.sentenceDue(day, soon) : own.sentenceFalls(soon), {
      now,
      next,
      backlog: link(figures.money(backlog), 'overdue'),
    });
    return turn === null ? falls : html`${turn} ${falls}`;
  }

  #split(data: TurnoverData | null): TemplateResult {
    const own = turnoverWords(this.setting.language);
    const [best, late] = [this.#answer(data, 'bpdso'), this.#answer(data, 'add')];
    return html`<section class="six">
      <div class="title"><h2>${own.split}</h2><span class="soft">${own.days}</span></div>
      <alturas-chart
        height=${HEIGHT}
        .words=${this.setting.words}
        .model=${best && late ? dsoSplit(this.setting, best, late) : null}
        .refusal=${refusalOf(data?.answers, 'bpdso') ?? refusalOf(data?.answers, 'add')}
      ></alturas-chart>
    </section>`;
  }

  #weeks(data: TurnoverData | null): TemplateResult {
    const { setting } = this;
    const own = turnoverWords(setting.language);
    const due = this.#answer(data, 'weeks');
    const coming = due === null ? [] : comingWeeks(setting.asOf, dueByWeek(due), COMING_WEEKS);
    const waiting = html`<alturas-chart height=${HEIGHT} .words=${setting.words}></alturas-chart>`;
    const chart = (past: readonly Week[], refusal: Refusal | null) => {
      const weeks = [...past, ...coming];
      const missing = [
        [own.due, refusalOf(data?.answers, 'weeks')],
        [own.past, refusal],
      ] as const;
      return html`${
        weeks.length === 0
          ? nothing
          : html`<alturas-chart height=${HEIGHT} .words=${setting.words} .model=${weekChart(setting, weeks)}></alturas-chart>`
      }
      ${missing.map(([what, why]) => (why === null ? nothing : refused(this, setting.words, why, what)))}`;
    };
    const told = (answers: ReadonlyMap<string, AskAnswer | Refusal>): Week[] =>
      this.#mondays().map((monday) => {
        const value = (kpi: string): string | null => {
          const found = answerOf(answers, `${kpi} ${monday}`)?.total?.value ?? null;
          return found === null ? null : String(found);
        };
        return { monday, fell: value('fell_due'), arrived: value('collected'), due: null };
      });
    const past = data?.past
      .then((answers) => {
        const [refusal] = [...answers.values()].filter((one) => one instanceof Refusal);
        return chart(told(answers), refusal ?? null);
      })
      .catch((error: unknown) => {
        // Whoever asked no longer waits for it.
        if (error instanceof DOMException && error.name === 'AbortError') return waiting;
        return chart([], error instanceof Refusal ? error : new Refusal(0, null));
      });
    return html`<section class="six">
      <div class="title">
        <h2>${own.weeks}</h2>
        <span class="soft">${setting.figures.millionsUnit}</span>
        <span class="key small"
          ><i class="fell"></i>${own.fell} <i class="arrived"></i>${own.arrived} <i class="due"></i>${own.due}</span
        >
      </div>
      ${past === undefined ? waiting : until(past, waiting)}
    </section>`;
  }

  #tabs(name: string, dimensions: readonly string[], now: string): TemplateResult {
    const { words, place } = this.setting;
    return html`<div class="tabs" role="group" aria-label=${name}>
      ${dimensions.map(
        (dimension) =>
          html`<button
            type="button"
            aria-pressed=${dimension === now ? 'true' : 'false'}
            @click=${() => tell(this, 'alturas-go', { to: { own: { ...place.own, [name]: dimension } } })}
          >
            ${capital(words.dimensions[dimension as keyof typeof words.dimensions])}
          </button>`,
      )}
    </div>`;
  }

  #turnover(data: TurnoverData | null): TemplateResult {
    const { setting } = this;
    const { words } = setting;
    const partial = setting.partial('collection_rate_gross');
    const own = turnoverWords(setting.language);
    const rate = this.#answer(data, 'rate');
    return html`<section class="six paper">
      <div class="title full">
        <h2>${own.by}</h2>
        ${this.#tabs('by', DIMENSIONS, this.#by)}
        ${partial === null ? nothing : html`<span class="small soft">${words.status.partialNote(partial)}</span>`}
      </div>
      <alturas-table
        limit="12"
        rows="10"
        .words=${setting.words}
        .refusal=${refusalOf(data?.answers, 'rate')}
        .model=${rate === null ? null : turnoverTable(this, setting, this.#by, rate, this.#answer(data, 'dsoBy'), this.#answer(data, 'toPay'))}
      ></alturas-table>
      ${this.#columnsMissing(data)}
    </section>`;
  }

  /** Of a table that stands, the columns that were refused. */
  #columnsMissing(data: TurnoverData | null): TemplateResult[] {
    if (this.#answer(data, 'rate') === null) return [];
    const { toPay } = turnoverWords(this.setting.language);
    const columns = { dsoBy: 'DSO', toPay };
    return Object.entries(columns).flatMap(([id, name]) => {
      const refusal = refusalOf(data?.answers, id);
      return refusal === null ? [] : [refused(this, this.setting.words, refusal, name)];
    });
  }

  #due(data: TurnoverData | null): TemplateResult {
    const { setting } = this;
    const own = turnoverWords(setting.language);
    const due = this.#answer(data, 'due');
    return html`<section class="six">
      <div class="title full">
        <h2>${own.calendar}</h2>
        ${this.#tabs('due', CALENDAR, this.#calendar)}
      </div>
      <alturas-table
        limit="12"
        rows="8"
        .words=${setting.words}
        .refusal=${refusalOf(data?.answers, 'due')}
        .model=${due === null ? null : calendarTable(this, setting, this.#calendar, due)}
      ></alturas-table>
    </section>`;
  }
}
customElements.define('alturas-turnover', Turnover);
