import { css, html, nothing, type TemplateResult } from 'lit';
import type { HealthResponse, RefusedResponse } from '../../../functions/serve/api.ts';
import { Refusal } from '../../app/api.ts';
import { Board } from '../../app/board.ts';
import { tell } from '../../app/events.ts';
import type { Setting } from '../../app/setting.ts';
import { dayText } from '../../format/days.ts';
import { saveAs } from '../../format/save.ts';
import { icon } from '../../parts/icons.ts';
import { phrase } from '../../parts/phrase.ts';
import { seal } from '../../parts/seal.ts';
import '../../parts/table.ts';
import { type TableCell, type TableModel, wordCell } from '../../parts/table.ts';
import { boardStyle } from '../boardStyle.ts';
import { calendar, calendarStyle } from './calendar.ts';
import { deliveredAgain, verdictOf } from './verdict.ts';
import { healthWords } from './words.ts';

interface HealthData {
  readonly health: HealthResponse;
  readonly refused: RefusedResponse | null;
}

/** Whether today's data can be trusted: deliveries, refused rows, laws, builds, restatements. */
export class Health extends Board<HealthData> {
  static override styles = [
    ...boardStyle,
    calendarStyle,
    css`
      .title .control {
        margin-inline-start: auto;
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 1rem;
      }
      .legend span {
        display: inline-flex;
        align-items: center;
        gap: 0.375rem;
      }
      .legend i {
        inline-size: 0.75rem;
        block-size: 0.75rem;
        border: 1px solid var(--hairline);
      }
      .legend .whole {
        background: var(--accent);
        opacity: 0.75;
      }
      .legend .refused {
        background: var(--altura-2);
      }
      .legend .gap {
        border: 1px dashed var(--bad);
      }
      .legend .again {
        border: 2px solid var(--ink);
      }
    `,
  ];

  mainQuestion() {
    return this.setting.question('restated', 'restated_amount');
  }

  async load(setting: Setting, signal: AbortSignal): Promise<HealthData> {
    const { feed = null, day = null } = setting.place.own;
    const [health, refused] = await Promise.all([
      setting.api.health(signal),
      setting.mayTake('refused') ? setting.api.refused({ feed, day, offset: 0 }, signal) : null,
    ]);
    return { health, refused };
  }

  #count(value: number): TableCell {
    const { figures } = this.setting;
    return { show: figures.number(value, 0), text: String(value), sort: value };
  }

  #day(value: string | null): TableCell {
    return {
      show: value === null ? '–' : dayText(value, this.setting.language),
      text: value ?? '',
      sort: value,
    };
  }

  show(data: HealthData | null): TemplateResult {
    const { setting } = this;
    const own = healthWords(setting.language);
    return html`<div class="fresh">
      <div class="lead">
        ${
          data === null
            ? html`<p aria-busy="true"><span class="waiting">${own.sentence}</span></p>`
            : html`<p>${this.#sentence(data.health)}</p>
                ${seal(data.health.tie_out, setting.words)}`
        }
      </div>
      <div class="grid">
        <section>
          <div class="title full">
            <h2>${own.calendar}</h2>
            <div class="legend small soft">
              ${(['whole', 'refused', 'again', 'gap', 'none'] as const).map((name) => html`<span><i class=${name}></i>${own.key[name]}</span>`)}
            </div>
          </div>
          ${
            data === null
              ? html`<alturas-table rows="10" .words=${setting.words}></alturas-table>`
              : calendar(setting, data.health, (feed, day) =>
                  tell(this, 'alturas-go', { to: { own: { feed, day } } }),
                )
          }
        </section>
      </div>
      ${data === null ? nothing : this.#rest(data)}
    </div>`;
  }

  #sentence(health: HealthResponse): TemplateResult {
    const { setting } = this;
    const { figures } = setting;
    const own = healthWords(setting.language);
    const { isTrusted, broken, held, waiting } = verdictOf(health);
    const number = (value: number): string => figures.number(value, 0);
    const { days, newest } = setting.ground.days;
    const day = dayText(newest, setting.language);
    const again = deliveredAgain(days[0]?.day ?? newest, health);
    return phrase(own.sentence, {
      verdict: html`<strong>${isTrusted ? own.trust(day) : own.doubt(day)}</strong>`,
      again: again === 0 ? '' : own.again(number(again), again === 1),
      deliveries: number(health.row_count),
      span: number(days.length),
      gaps: number(health.gaps.length),
      refused: number(health.refused.rows),
      laws: broken === 0 ? own.lawsHold(number(health.laws.length)) : own.lawsBroken(number(broken)),
      held: held ? own.held : '',
      waiting: waiting === 0 ? '' : own.waiting(number(waiting), waiting === 1),
    });
  }

  #rest({ health, refused }: HealthData): TemplateResult {
    const { setting } = this;
    const own = healthWords(setting.language);
    const named = (feed: string): string => own.feeds[feed as keyof typeof own.feeds] ?? feed;
    const table = (model: TableModel, limit = 10) =>
      html`<alturas-table limit=${limit} .words=${setting.words} .model=${model}></alturas-table>`;
    const lines = (rows: readonly (readonly TableCell[])[]) =>
      rows.map((cells, at) => ({ key: String(at), cells }));
    const { feed, day } = setting.place.own;
    return html`${
      health.rejected.length === 0
        ? nothing
        : html`<div class="grid">
              <section>
                <div class="title full"><h2 class="bad">${own.rejected}</h2></div>
                <p class="note">${own.rejectedSaid}</p>
                ${table({
                  caption: own.rejected,
                  columns: [
                    { head: own.day },
                    { head: own.reason, wrap: true },
                    { head: own.detail, wrap: true },
                  ],
                  lines: lines(
                    health.rejected.map(({ day, code, message, reasons }) => [
                      this.#day(day),
                      wordCell(own.rejections[code] ?? code),
                      wordCell(reasons.join('; ') || message || '–'),
                    ]),
                  ),
                })}
              </section>
            </div>`
    }${
      refused === null
        ? nothing
        : html`<div class="grid">
              <section>
                <div class="title full">
                  <h2>${own.refused}</h2>
                  <span class="soft">${feed ? `${named(feed)}, ${day ? dayText(day, setting.language) : ''}` : nothing}</span>
                  ${feed ? html`<button type="button" class="bare" aria-label=${setting.words.drill.all} @click=${() => tell(this, 'alturas-go', { to: { own: {} } })}>${icon('close')}</button>` : nothing}
                  ${setting.mayTake('xlsx') && refused.total > 0 ? html`<button type="button" class="control" @click=${this.#download}>${icon('save')} ${own.download}</button>` : nothing}
                </div>
                ${
                  refused.total === 0
                    ? html`<p class="note">${own.refusedNone}</p>`
                    : table({
                        caption: own.refused,
                        columns: [
                          { head: own.feed },
                          { head: own.day },
                          { head: own.reason, wrap: true },
                          { head: own.column },
                          { head: own.value },
                          { head: own.file, wide: true },
                          { head: own.line, end: true },
                          { head: own.asSent, wide: true },
                        ],
                        lines: lines(
                          refused.rows.map((row) => [
                            wordCell(named(row.feed)),
                            this.#day(row.day),
                            wordCell(...reasonOf(row, setting.language)),
                            wordCell(row.column ?? '–'),
                            wordCell(row.value ?? '–'),
                            wordCell(row.file),
                            { show: row.line, text: row.line, sort: Number(row.line) },
                            wordCell(
                              row.raw ?? '–',
                              html`<span title=${row.raw ?? ''}>${(row.raw ?? '–').slice(0, 44)}…</span>`,
                            ),
                          ]),
                        ),
                      })
                }
              </section>
            </div>`
    }
      <div class="grid">
        <section class="seven">
          <div class="title full"><h2>${own.laws}</h2></div>
          ${table(
            {
              caption: own.laws,
              columns: [
                { head: own.law, wrap: true },
                { head: own.severity },
                { head: own.broken, end: true },
              ],
              lines: lines(
                [...health.laws]
                  .sort((a, b) => b.rows - a.rows)
                  .map((law) => {
                    // The first sentence says it; the rest stands behind.
                    const [said = ''] = law[setting.language].split(/[;.](?=\s|$)/);
                    return [
                      wordCell(said, html`<span title=${law[setting.language]}>${said}</span>`),
                      wordCell(own.severities[law.severity]),
                      bad(this.#count(law.rows), law.rows > 0 && law.severity === 'error'),
                    ];
                  }),
              ),
            },
            20,
          )}
        </section>
        <section class="five">
          <div class="title full"><h2>${own.restated}</h2></div>
          <p class="note">${own.restatedSaid(setting.figures.number(health.restatements.movements, 0), setting.figures.number(health.restatements.days_affected, 0))}</p>
          ${table({
            caption: own.restated,
            columns: [
              { head: own.kind },
              { head: own.currency },
              { head: own.movements, end: true },
              { head: own.effect, end: true },
            ],
            lines: lines(
              // The currency has a column of its own: amounts below each other are written alike.
              health.restatements.by_kind.map(({ kind, currency, movements, effect }) => [
                wordCell(own.kinds[kind as keyof typeof own.kinds] ?? kind),
                wordCell(currency),
                this.#count(movements),
                {
                  show: setting.figures.cents(effect),
                  text: setting.figures.paste(effect),
                  sort: Number(effect),
                  among: currency,
                },
              ]),
            ),
          })}
          <div class="title full"><h2>${own.builds}</h2></div>
          ${table({
            caption: own.builds,
            columns: [
              { head: own.build },
              { head: own.from },
              { head: own.to },
              { head: own.models, end: true },
              { head: own.published },
            ],
            lines: lines(
              health.builds.map((build) => [
                wordCell(build.build.slice(0, 10)),
                this.#day(build.first_day),
                this.#day(build.last_day),
                this.#count(build.models),
                bad(
                  wordCell(
                    build.publish !== null
                      ? own.publish(setting.figures.number(build.publish, 0))
                      : build.laws_broken.length === 0
                        ? own.no
                        : own.stopped(setting.figures.number(build.laws_broken.length, 0)),
                  ),
                  build.refused,
                ),
              ]),
            ),
          })}
        </section>
      </div>`;
  }

  readonly #download = async (): Promise<void> => {
    const { setting } = this;
    const { feed, day } = setting.place.own;
    try {
      const file = await setting.api.export({
        format: 'xlsx',
        source: { of: 'refused', ...(feed ? { feed } : {}), ...(day ? { day } : {}) },
      });
      saveAs(file.name, file.bytes);
    } catch (error) {
      tell(this, 'alturas-say', {
        text: error instanceof Refusal ? error.message : setting.words.status.failed,
      });
    }
  };
}
customElements.define('alturas-health', Health);

/** A cell that must be seen. */
function bad(cell: TableCell, isBad: boolean): TableCell {
  return isBad ? { ...cell, show: html`<strong class="bad">${cell.show}</strong>` } : cell;
}

/** Why a row was refused, in the reader's language; the other one stands behind it. */
function reasonOf(
  row: RefusedResponse['rows'][number],
  language: Setting['language'],
): [string, TemplateResult] {
  const [shown, beside] =
    language === 'es' && row.reason_es !== null
      ? [row.reason_es, row.reason]
      : [row.reason, row.reason_es ?? row.reason];
  return [shown, html`<span title=${beside}>${shown}</span>`];
}
