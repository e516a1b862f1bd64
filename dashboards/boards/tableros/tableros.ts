import { css, html, nothing, type TemplateResult } from 'lit';
import type { AskAnswer, PeersResponse } from '../../../functions/serve/api.ts';
import { answerOf, boardAnswers, Refusal, refusalOf } from '../../app/api.ts';
import { Board } from '../../app/board.ts';
import { tell } from '../../app/events.ts';
import type { Setting } from '../../app/setting.ts';
import { monthEndBefore, monthLong } from '../../format/days.ts';
import { capital } from '../../format/text.ts';
import { icon } from '../../parts/icons.ts';
import { phrase } from '../../parts/phrase.ts';
import { refused } from '../../parts/refused.ts';
import '../../parts/table.ts';
import '../../parts/tile.ts';
import { type TileSpec, tileFigure, tileQuestions, tilesStyle } from '../../parts/tiles.ts';
import { boardStyle } from '../boardStyle.ts';
import { peersPlace } from './peersPlace.ts';
import { type Cards, peersTable, rowOf, scoreTable } from './tables.ts';
import { scoreWords } from './words.ts';

const DIMENSIONS = ['advisor', 'office', 'clerk', 'intermediary', 'line'] as const;
type Dimension = (typeof DIMENSIONS)[number];
const TILES = [
  'collected',
  'collection_rate_gross',
  'overdue_share',
  'par90',
  'recovery_rate',
  'on_time_rate',
  'cancelled_np_rate',
  'gross',
] as const;
const COMPARED = [
  'collection_rate_gross',
  'on_time_rate',
  'recovery_rate',
  'overdue_share',
  'par90',
  'days_to_pay',
] as const;

interface ScoreData {
  readonly by: Dimension;
  readonly member: string | null;
  readonly cards: Cards;
  readonly answers: ReadonlyMap<string, AskAnswer | Refusal>;
  /** By figure, in their order. */
  readonly peers: ReadonlyMap<string, PeersResponse | Refusal>;
}

/** How a person, an office or a line is doing, fairly: everyone in a list, or one on a page to print and discuss. */
export class Scorecards extends Board<ScoreData> {
  static override styles = [
    ...boardStyle,
    tilesStyle,
    css`
      .back {
        display: inline-flex;
        align-items: center;
        gap: 0.25rem;
        margin-block-start: 0.75rem;
        color: var(--accent);
      }
      @media print {
        .back {
          display: none;
        }
      }
    `,
  ];

  get #by(): Dimension {
    return DIMENSIONS.find((dimension) => dimension === this.setting.place.own.by) ?? 'advisor';
  }

  mainQuestion() {
    // Without targets there are collections all the same.
    const isAimless = this.data?.cards.attainment?.total?.reason === 'FEED_ABSENT';
    return this.setting.question('list', isAimless ? 'collected' : 'attainment', { by: [this.#by] });
  }

  async load(setting: Setting, signal: AbortSignal): Promise<ScoreData> {
    const by = this.#by;
    const member = setting.place.own.member ?? null;
    const list = [
      setting.question('by collected', 'collected', { by: [by] }),
      setting.question('by attainment', 'attainment', { by: [by] }),
      setting.question('by onTime', 'on_time_low', { by: [by] }),
      setting.question('by place', 'on_time_place', { by: [by] }),
      setting.question('by own', 'overdue_own', { by: [by] }),
      setting.question('by inherited', 'overdue_own', { by: [by], basis: 'inherited' }),
      setting.question('by share', 'overdue_share', { by: [by], compare: [monthEndBefore(setting.asOf, 1)] }),
    ];
    const tiles = member === null ? [] : tileQuestions(setting, this.#tiles(by, member));
    const [asked, ...peers] = await Promise.all([
      setting.api.ask([...list, ...tiles], signal),
      ...(member === null || !setting.mayTake('peers')
        ? []
        : COMPARED.map((kpi) =>
            setting.api
              .peers({ kpi, dimension: by, member, ...peersPlace(setting) }, signal)
              .catch((error: unknown) => {
                if (error instanceof Refusal && error.status !== 401) return error;
                throw error;
              })
              .then((found) => [kpi, found] as const),
          )),
    ]);
    const answers = boardAnswers(asked);
    const found = (id: string): AskAnswer | null => answerOf(answers, `by ${id}`);
    return {
      by,
      member,
      answers,
      cards: {
        collected: found('collected'),
        attainment: found('attainment'),
        onTime: found('onTime'),
        place: found('place'),
        own: found('own'),
        inherited: found('inherited'),
        share: found('share'),
      },
      peers: new Map(peers),
    };
  }

  #tiles(by: string, member: string): TileSpec[] {
    return TILES.map((kpi) => ({ id: kpi, kpi, at: { [by]: member } }));
  }

  show(data: ScoreData | null): TemplateResult {
    const { setting } = this;
    const member = setting.place.own.member ?? null;
    return html`<div class="fresh">
      ${member === null ? this.#list(data?.member === null ? data : null) : this.#page(data?.member === member ? data : null, member)}
    </div>`;
  }

  #list(data: ScoreData | null): TemplateResult {
    const { setting } = this;
    const { words } = setting;
    const own = scoreWords(setting.language);
    const partial = setting.partial('attainment');
    const cards = data === null ? [] : Object.values(data.cards);
    if (cards.length > 0 && cards.every((answer) => answer?.rows.length === 0)) return this.nothingHere();
    return html`<div class="lead">
        ${
          data === null
            ? html`<p aria-busy="true"><span class="waiting">${own.sentence('junio', own.plural[this.#by], false, false)}</span></p>`
            : html`<p>${this.#sentence(data)}</p>`
        }
      </div>
      ${this.#refused(data)}
      <div class="grid">
        <section>
          <div class="title full">
            <h2>${own.list}</h2>
            <div class="tabs" role="group" aria-label=${own.list}>
              ${DIMENSIONS.map(
                (dimension) =>
                  html`<button
                    type="button"
                    aria-pressed=${dimension === this.#by ? 'true' : 'false'}
                    @click=${() => tell(this, 'alturas-go', { to: { own: { by: dimension } } })}
                  >
                    ${capital(words.dimensions[dimension])}
                  </button>`,
              )}
            </div>
            ${partial === null ? nothing : html`<span class="small soft">${own.partialTarget(partial)}</span>`}
          </div>
          <alturas-table
            rows="16"
            .words=${words}
            .model=${data === null ? null : scoreTable(this, setting, data.by, data.cards)}
          ></alturas-table>
          <p class="note">${own.fair}</p>
        </section>
      </div>`;
  }

  /** What columns were refused for, each cause once: the others stand. */
  #refused(data: ScoreData | null): TemplateResult[] {
    const own = scoreWords(this.setting.language);
    const causes = new Map<string, { readonly refusal: Refusal; readonly columns: string[] }>();
    for (const id of ['collected', 'attainment', 'onTime', 'place', 'own', 'inherited', 'share'] as const) {
      const refusal = refusalOf(data?.answers, `by ${id}`);
      if (refusal === null) continue;
      const cause = causes.get(refusal.code) ?? { refusal, columns: [] };
      cause.columns.push(own[id]);
      causes.set(refusal.code, cause);
    }
    return [...causes.values()].map(({ refusal, columns }) =>
      refused(this, this.setting.words, refusal, columns.join(', ')),
    );
  }

  #sentence(data: ScoreData): TemplateResult {
    const { setting } = this;
    const { figures } = setting;
    const own = scoreWords(setting.language);
    const month = monthLong(setting.asOf, setting.language);
    const { attainment, onTime } = data.cards;
    // What was refused is not missing.
    if (attainment === null || onTime === null) return html`${setting.words.status.failed}`;
    const rows = attainment.rows.filter(({ value }) => value !== null);
    const [best] = [...onTime.rows]
      .filter(({ value, dimensions }) => value !== null && dimensions[data.by] !== null)
      .sort((a, b) => Number(b.value) - Number(a.value));
    if (rows.length === 0 || !best) return html`${own.sentenceNoTarget(month)}`;
    const member = best.dimensions[data.by] ?? '';
    const running = setting.partial('attainment') !== null;
    const met = rows.filter(({ value }) => Number(value) >= 1).length;
    return phrase(own.sentence(month, own.plural[data.by], running, met === 1), {
      met: figures.number(met, 0),
      all: figures.number(rows.length, 0),
      best: html`<button
        type="button"
        class="link"
        @click=${() => tell(this, 'alturas-go', { to: { own: { by: data.by, member } } })}
      >
        ${setting.label(data.by, member, onTime.labels)}</button
      >`,
      low: figures.percent(best.value ?? 0, 0),
      n: figures.number(best.notes?.n ?? 0, 0),
    });
  }

  #page(data: ScoreData | null, member: string): TemplateResult {
    const { setting } = this;
    const own = scoreWords(setting.language);
    const by = this.#by;
    const partial = setting.partial('collection_rate_gross');
    const chips = Object.keys(setting.place.filters).map(
      (column) => setting.words.dimensions[column as keyof typeof setting.words.dimensions],
    );
    const back = html`<button
      type="button"
      class="back"
      @click=${() => tell(this, 'alturas-go', { to: { own: { by } } })}
    >
      ${icon('left')} ${own.back(own.plural[by])}
    </button>`;
    if (data !== null && !this.#isKnown(data, member))
      return html`${back}<div class="lead"><p>${own.unknown(member, own.plural[by])}</p></div>`;
    return html`${back}
      <div class="lead">
        ${
          data === null
            ? html`<p aria-busy="true"><span class="waiting">${own.member(null)}</span></p>`
            : html`<p>${this.#memberSentence(data, member)}</p>`
        }
      </div>
      <div class="tiles">
        ${this.#tiles(by, member).map((tile) => {
          const label = own.tiles[tile.kpi as (typeof TILES)[number]];
          return html`<alturas-tile
            .setting=${setting}
            .label=${label}
            .figure=${data === null ? null : tileFigure(setting, { ...tile, label }, data.answers)}
          ></alturas-tile>`;
        })}
      </div>
      ${
        setting.mayTake('peers')
          ? html`<div class="grid">
              <section>
                <div class="title full">
                  <h2>${own.peers}</h2>
                  ${partial === null ? nothing : html`<span class="small soft">${partial}</span>`}
                </div>
                <alturas-table
                  rows=${COMPARED.length}
                  .words=${setting.words}
                  .model=${data === null ? null : peersTable(setting, data.peers)}
                ></alturas-table>
                <p class="note">${own.peersNote}${own.counted}${chips.length === 0 ? '' : own.peersWhole(chips)}</p>
              </section>
            </div>`
          : nothing
      }`;
  }

  #isKnown({ by, cards }: ScoreData, member: string): boolean {
    const listed = this.setting.ground.members.dimensions[by] ?? [];
    return (
      listed.some((entry) => entry.member === member) ||
      Object.values(cards).some((answer) => rowOf(answer, by, member) !== null)
    );
  }

  #memberSentence(data: ScoreData, member: string): TemplateResult {
    const { setting } = this;
    const { figures } = setting;
    const own = scoreWords(setting.language);
    const attained = rowOf(data.cards.attainment, data.by, member);
    const placed = rowOf(data.cards.place, data.by, member);
    const money = (value: string | number | null | undefined): string =>
      value === null || value === undefined ? '–' : figures.money(value);
    const overdue = (value: string | number | null | undefined, basis?: string): TemplateResult =>
      html`<button
        type="button"
        class="link"
        @click=${() => tell(this, 'alturas-open', { kpi: 'overdue_own', ...(basis === undefined ? {} : { basis }), at: { [data.by]: member } })}
      >
        ${money(value)}</button
      >`;
    const start = phrase(own.member(setting.partial('collected')), {
      name: html`<strong>${setting.label(data.by, member, data.cards.share?.labels)}</strong>`,
      collected: html`<button
        type="button"
        class="link"
        @click=${() => tell(this, 'alturas-open', { kpi: 'collected', at: { [data.by]: member } })}
      >
        ${money(rowOf(data.cards.collected, data.by, member)?.value)}</button
      >`,
      target:
        attained?.value === null || attained === null
          ? ''
          : phrase(own.memberTarget, { share: figures.attained(attained.value) }),
      own: overdue(rowOf(data.cards.own, data.by, member)?.value),
      inherited: overdue(rowOf(data.cards.inherited, data.by, member)?.value, 'inherited'),
    });
    if (placed === null || placed.value === null) return start;
    const onTime = rowOf(data.cards.onTime, data.by, member);
    return html`${start}${phrase(own.memberPlace, {
      n: figures.number(onTime?.notes?.n ?? 0, 0),
      share: figures.percent(onTime?.notes?.share ?? 0, 0),
      low: figures.percent(onTime?.value ?? 0, 0),
      high: figures.percent(onTime?.notes?.high ?? 1, 0),
      place: figures.number(placed.value, 0),
      peers: figures.number(placed.notes?.peers ?? 0, 0),
    })}`;
  }
}
customElements.define('alturas-scorecards', Scorecards);
