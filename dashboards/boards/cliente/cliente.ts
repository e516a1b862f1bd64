import { css, html, nothing, type TemplateResult } from 'lit';
import type { AskAnswer, ClientResponse, ClientsResponse } from '../../../functions/serve/api.ts';
import { answerOf, boardAnswers, Refusal } from '../../app/api.ts';
import { Board } from '../../app/board.ts';
import '../../app/clientSearch.ts';
import { tell } from '../../app/events.ts';
import type { Setting } from '../../app/setting.ts';
import { trouble } from '../../app/trouble.ts';
import { addDays, daysBetween, dayText, monthEndBefore } from '../../format/days.ts';
import { Figures } from '../../format/figures.ts';
import { seal } from '../../parts/seal.ts';
import '../../parts/table.ts';
import { boardStyle } from '../boardStyle.ts';
import { whoTable } from '../pulso/tables.ts';
import { chooseTable } from './choose.ts';
import { clientTables } from './tables.ts';
import { timeline, timelineStyle } from './timeline.ts';
import { type ClientWords, clientWords } from './words.ts';

const LARGEST = 20;

interface ClientData {
  readonly id: string | null;
  readonly found: ClientResponse | null;
  /** Why there is no such client; the list stands in its place. */
  readonly unknown: Refusal | null;
  /** The clients of a code that several companies have. */
  readonly several: ClientsResponse['clients'] | null;
  readonly largest: AskAnswer | null;
}

/** One client: the true state in a few words on any day, then everything that happened, on one axis. */
export class ClientBoard extends Board<ClientData> {
  static override styles = [
    ...boardStyle,
    timelineStyle,
    css`
      .who {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        justify-content: space-between;
        gap: 0.25rem 2rem;
        padding-block: 1rem 0.75rem;
      }
      .who h2 {
        font-size: 1.375rem;
      }
      .state {
        font-size: var(--text-lead);
      }
      dl {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr));
        gap: 0.75rem 1.5rem;
        padding-block: 0.75rem;
        border-block: 1px solid var(--hairline);
      }
      dt {
        color: var(--soft);
      }
      dd {
        font-size: 1.25rem;
        font-weight: 600;
        white-space: nowrap;
      }
      dd.why {
        color: var(--soft);
        font-size: inherit;
        font-weight: inherit;
        white-space: normal;
      }
      .drag {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        align-items: center;
        gap: 0.75rem;
        padding-block: 0.5rem;
      }
      input[type="range"] {
        inline-size: 100%;
        accent-color: var(--accent);
      }
      @media print {
        .drag {
          display: none;
        }
      }
    `,
  ];

  get #id(): string | null {
    return this.setting.place.own.client || null;
  }

  mainQuestion() {
    const question = this.setting.question('client', 'gross', { by: ['client'] });
    const [company, client] = this.#id?.split('~') ?? [];
    if (company === undefined || client === undefined || this.data?.unknown) return question;
    // The client's whole page stands on its own company, wherever the reader came from.
    const filters = Object.entries({ company, client }).map(([column, member]) => ({
      column,
      members: [member],
    }));
    return { ...question, filters };
  }

  async load(setting: Setting, signal: AbortSignal): Promise<ClientData> {
    const id = this.#id;
    let unknown: Refusal | null = null;
    if (id !== null && !id.includes('~')) {
      const { clients } = await setting.api.clients({ client: id }, setting.look, signal);
      const [one, ...others] = clients;
      const none = { id, found: null, unknown, largest: null };
      if (others.length > 0) return { ...none, several: clients };
      if (one && !signal.aborted) {
        // The only one of its code: its address is written out, and that is loaded.
        tell(this, 'alturas-go', { to: { own: { ...setting.place.own, client: one.id } }, replace: true });
        return { ...none, several: null };
      }
    }
    if (id !== null) {
      const found = await setting.api.client(id, setting.look, signal).catch((error: unknown) => {
        if (error instanceof Refusal && error.code === 'UNKNOWN_CLIENT') return error;
        throw error;
      });
      if (!(found instanceof Refusal)) return { id, found, unknown, several: null, largest: null };
      unknown = found;
    }
    const asked = await setting.api.ask(
      [
        setting.question('largest', 'wadpd', {
          by: ['client'],
          sort: '-denominator',
          limit: LARGEST,
          compare: [monthEndBefore(setting.asOf, 1)],
        }),
      ],
      signal,
    );
    return { id, found: null, unknown, several: null, largest: answerOf(boardAnswers(asked), 'largest') };
  }

  show(data: ClientData | null): TemplateResult {
    const own = clientWords(this.setting.language);
    const shown = data?.id === this.#id ? data : null;
    return html`<div class="fresh">
      ${
        this.#id === null || shown?.unknown
          ? this.#none(shown, own)
          : shown?.several
            ? this.#several(this.#id, shown.several, own)
            : shown?.found
              ? this.#page(shown.found, own)
              : this.#waiting(own)
      }
    </div>`;
  }

  #several(code: string, clients: ClientsResponse['clients'], own: ClientWords): TemplateResult {
    const { setting } = this;
    return html`<div class="lead still"><p>${own.several(code)}</p></div>
      <div class="grid">
        <section class="eight">
          <alturas-table
            rows=${clients.length}
            .words=${setting.words}
            .model=${chooseTable(this, setting, clients)}
          ></alturas-table>
        </section>
      </div>`;
  }

  #none(data: ClientData | null, own: ClientWords): TemplateResult {
    const { setting } = this;
    const largest = data?.largest ?? null;
    const unknown = data?.unknown ?? null;
    return html`${
      unknown === null
        ? html`<div class="lead still"><p>${own.none}</p></div>`
        : trouble(setting.words, unknown, null, {})
    }
      <div class="grid">
        <section class="eight">
          <div class="title full"><h2>${own.largest}</h2></div>
          <alturas-table
            rows=${LARGEST + 1}
            .words=${setting.words}
            .model=${largest === null ? null : whoTable(this, setting, largest)}
          ></alturas-table>
        </section>
      </div>`;
  }

  #waiting(own: ClientWords): TemplateResult {
    return html`<div class="who" aria-busy="true">
        <div>
          <h2><span class="waiting">Instituto de Vivienda de San Roque</span></h2>
          <p class="state"><span class="waiting">${own.late('31–60')}</span></p>
        </div>
      </div>
      <dl>${Object.values(own.figures).map((name) => html`<div><dt>${name}</dt><dd><span class="waiting">$ 00.000</span></dd></div>`)}</dl>
      <div class="grid"><section><alturas-table rows="12" .words=${this.setting.words}></alturas-table></section></div>`;
  }

  #page(found: ClientResponse, own: ClientWords): TemplateResult {
    const { setting } = this;
    const { client, state } = found;
    const figures = new Figures(setting.language, state.currency);
    const words = [
      Number(state.gross) <= 0
        ? own.clear
        : Number(state.overdue) > 0
          ? own.late(setting.bucketName(state.worst_altura ?? ''))
          : own.current,
      ...(state.promise === 'none' ? [] : [own.promise[state.promise]]),
      ...(Number(state.disputed) > 0 ? [own.disputed] : []),
    ].join(', ');
    const days = (value: number): string => `${figures.number(Math.abs(value), 0)} d`;
    const facts: [name: string, value: string, isReason?: boolean][] = [
      [own.figures.gross, figures.money(state.gross)],
      [own.figures.overdue, figures.money(state.overdue)],
      [own.figures.worst, state.worst_dpd === null || state.worst_dpd <= 0 ? '–' : days(state.worst_dpd)],
      [own.figures.next, state.next_due === null ? '–' : dayText(state.next_due, setting.language)],
      [
        own.figures.pays,
        state.days_to_pay === null
          ? setting.reason(state.days_to_pay_reason)
          : (state.days_to_pay <= 0 ? own.early : own.lateBy)(days(state.days_to_pay)),
        state.days_to_pay === null,
      ],
      [own.figures.policies, figures.number(state.policies, 0)],
      ...(Number(state.unapplied) === 0
        ? []
        : [[own.figures.unapplied, figures.money(state.unapplied)] as [string, string]]),
      ...(Number(state.disputed) === 0
        ? []
        : [[own.figures.disputed, figures.money(state.disputed)] as [string, string]]),
    ];
    const may = client.may_contact.map((channel) => setting.label('channel', channel.toUpperCase()));
    return html`<div class="who">
        <div>
          <h2>${client.name}</h2>
          <p class="state">${words}</p>
        </div>
        <div class="soft">
          <p>${[client.id_type, client.id_number].filter(Boolean).join(' ')} · ${client.client} · ${client.company}</p>
          <p>${may.length === 0 ? own.noContact : `${own.contact}: ${may.join(', ')}`}</p>
          <p>${[client.phone, client.email].filter(Boolean).join(' · ')}</p>
        </div>
        ${seal(found.tie_out, setting.words)}
      </div>
      <dl>${facts.map(([name, value, isReason]) => html`<div><dt>${name}</dt><dd class=${isReason ? 'why' : ''}>${value}</dd></div>`)}</dl>
      ${this.#drag(own)}
      <div class="grid">
        <section>
          <div class="title full"><h2>${own.timeline}</h2></div>
          ${timeline(setting, figures, found.timeline)}
        </section>
      </div>
      ${clientTables(setting, figures, found).map(
        ({ title, note, model }) =>
          html`<div class="grid">
            <section>
              <div class="title full">
                <h2>${title}</h2>
                ${note === undefined ? nothing : html`<span class="small soft">${note}</span>`}
              </div>
              <alturas-table limit="12" .words=${setting.words} .model=${model}></alturas-table>
            </section>
          </div>`,
      )}
      ${nothing}`;
  }

  #drag(own: ClientWords): TemplateResult {
    const { setting } = this;
    const { first, newest } = setting.ground.days;
    const go = (event: Event): void => {
      const day = addDays(first, Number((event.target as HTMLInputElement).value));
      tell(this, 'alturas-go', { to: { asOf: day === newest ? null : day } });
    };
    const say = (event: Event): void => {
      const input = event.target as HTMLInputElement;
      const label = this.renderRoot.querySelector('.dragged');
      if (label) label.textContent = dayText(addDays(first, Number(input.value)), setting.language);
    };
    return html`<label class="drag"
      ><span class="small soft">${own.asOf}</span
      ><input
        type="range"
        min="0"
        max=${daysBetween(first, newest)}
        .value=${String(daysBetween(first, setting.asOf))}
        aria-valuetext=${dayText(setting.asOf, setting.language)}
        @input=${say}
        @change=${go}
      /><span class="dragged">${dayText(setting.asOf, setting.language)}</span></label
    >`;
  }
}
customElements.define('alturas-client', ClientBoard);
