import { css, html, nothing, type TemplateResult } from 'lit';
import { answerOf, Refusal, refusalOf } from '../../app/api.ts';
import { Board, neverHeld } from '../../app/board.ts';
import { tell } from '../../app/events.ts';
import type { Setting } from '../../app/setting.ts';
import { dayShort, dayText } from '../../format/days.ts';
import { capital } from '../../format/text.ts';
import { bucketsOf, bucketValue } from '../../parts/buckets.ts';
import { phrase } from '../../parts/phrase.ts';
import { seal } from '../../parts/seal.ts';
import '../../parts/table.ts';
import '../../parts/tile.ts';
import { tileFigure, tilesStyle } from '../../parts/tiles.ts';
import { boardStyle } from '../boardStyle.ts';
import { loadPulso, overdueOnly, type PulsoData, TILES, WHERE, whereOf, whereQuestion } from './data.ts';
import { sentence } from './sentence.ts';
import { whereTable, whoTable } from './tables.ts';
import { pulsoWords } from './words.ts';

const BUCKETS_HEIGHT = 300;

/** The executive page: the day in a sentence, eight figures, what changed, where, and who. */
export class Pulso extends Board<PulsoData> {
  static override styles = [
    ...boardStyle,
    tilesStyle,
    css`
      .charts {
        min-block-size: ${BUCKETS_HEIGHT + 62}px;
      }
    `,
  ];

  load(setting: Setting, signal: AbortSignal): Promise<PulsoData> {
    return loadPulso(setting, signal);
  }

  mainQuestion() {
    return whereQuestion(this.setting);
  }

  show(data: PulsoData | null): TemplateResult {
    const { setting } = this;
    const { words } = setting;
    const own = pulsoWords(setting.language);
    const gross = answerOf(data?.answers, 'gross');
    if (data !== null && isEmpty(data)) return this.nothingHere();
    return html`<div class="fresh">
      <div class="lead">
        ${
          data === null
            ? html`<p aria-busy="true"><span class="waiting">${own.sentence('30 jun')} ${own.steady}</span></p>`
            : html`<p>${sentence(this, data)}</p>
                ${gross ? seal(gross.tie_out, words) : nothing}`
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
      <div class="grid charts">${this.#changed(data)}${this.#buckets(data)}</div>
      <div class="grid">${this.#where(data)}${this.#who(data)}</div>
    </div>`;
  }

  #changed(data: PulsoData | null): TemplateResult {
    const { setting } = this;
    const own = pulsoWords(setting.language);
    const told = data?.change ?? null;
    const refusal = told instanceof Refusal ? told : null;
    const response = told instanceof Refusal ? null : told;
    const range = response
      ? own.changedFrom(
          dayShort(response.from, setting.language),
          dayText(response.to, setting.language),
          Number(response.blocks[0]?.total.causes.late ?? 0) !== 0,
        )
      : '';
    return html`<section class="five">
      <div class="title"><h2>${own.changed}</h2><span class="soft">${range}</span></div>
      ${
        data !== null && told === null
          ? html`<p class="note">${setting.words.reasons.DAY_UNKNOWN}</p>`
          : html`<alturas-chart
              height=${BUCKETS_HEIGHT}
              .model=${data !== null && response ? data.charts.waterfall(setting, response) : null}
              .refusal=${refusal}
              .words=${setting.words}
            ></alturas-chart>`
      }
    </section>`;
  }

  #buckets(data: PulsoData | null): TemplateResult {
    const { setting } = this;
    const own = pulsoWords(setting.language);
    const found = answerOf(data?.answers, 'aging');
    const said =
      found === null
        ? ''
        : bucketsOf(setting)
            .map((altura) => [altura, bucketValue(found, altura, -1)] as const)
            .filter(([, value]) => value !== null)
            .map(([altura, value]) => `${setting.bucketName(altura)} ${setting.figures.money(value ?? '0')}`)
            .join(', ');
    return html`<section class="seven">
      <div class="title"><h2>${own.buckets}</h2><span class="soft">${setting.figures.millionsUnit}</span></div>
      <alturas-chart
        height=${BUCKETS_HEIGHT}
        .model=${
          found === null || data === null
            ? null
            : data.charts.stackedBuckets(
                setting,
                found,
                data.days,
                {
                  title: own.buckets,
                  month: own.month,
                  description: own.bucketsSaid(dayText(setting.asOf, setting.language), said),
                },
                {
                  height: BUCKETS_HEIGHT,
                  open: (bucket, day) =>
                    tell(this, 'alturas-open', { kpi: 'aging', as_of: day, at: { bucket } }),
                },
              )
        }
        .refusal=${refusalOf(data?.answers, 'aging')}
        .words=${setting.words}
      ></alturas-chart>
    </section>`;
  }

  #where(data: PulsoData | null): TemplateResult {
    const { setting } = this;
    const own = pulsoWords(setting.language);
    const where = whereOf(setting);
    const answer = answerOf(data?.answers, 'where');
    const model = data !== null && answer ? whereTable(this, data, answer) : null;
    return html`<section class="six paper">
      <div class="title full">
        <h2>${own.where}</h2>
        <div class="tabs" role="group" aria-label=${own.where}>
          ${WHERE.map(
            (dimension) =>
              html`<button
                type="button"
                aria-pressed=${dimension === where ? 'true' : 'false'}
                @click=${() => tell(this, 'alturas-go', { to: { own: { ...setting.place.own, by: dimension } } })}
              >
                ${capital(setting.words.dimensions[dimension])}
              </button>`,
          )}
        </div>
      </div>
      <alturas-table limit="10" rows="11" .model=${model} .refusal=${refusalOf(data?.answers, 'where')} .words=${setting.words}></alturas-table>
    </section>`;
  }

  #who(data: PulsoData | null): TemplateResult {
    const { setting } = this;
    const own = pulsoWords(setting.language);
    const answer = answerOf(data?.answers, 'who');
    const found = answer && overdueOnly(answer);
    const whole = Number(found?.total?.denominator ?? 0);
    const held = (found?.rows ?? []).reduce((sum, { denominator }) => sum + Number(denominator ?? 0), 0);
    return html`<section class="six">
      <div class="title full">
        <h2>${own.who}</h2>
        <span class="soft"
          >${
            found === null || whole === 0
              ? nothing
              : phrase(own.whoSaid(found.rows.length), {
                  part: setting.figures.percent(held / whole, 0),
                })
          }</span
        >
      </div>
      <alturas-table rows="11" .model=${found === null ? null : whoTable(this, setting, found)} .refusal=${refusalOf(data?.answers, 'who')} .words=${setting.words}></alturas-table>
    </section>`;
  }
}
customElements.define('alturas-pulso', Pulso);

/** No balance under these filters, now or in the months before, and nothing that came or went. */
function isEmpty({ answers }: PulsoData): boolean {
  const gross = answerOf(answers, 'gross');
  return answerOf(answers, 'where')?.rows.length === 0 && gross !== null && neverHeld(gross);
}
