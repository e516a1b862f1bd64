import { css, html, svg, type TemplateResult } from 'lit';
import type { ClientResponse } from '../../../functions/serve/api.ts';
import type { Setting } from '../../app/setting.ts';
import { addDays, daysBetween, dayText, monthEndBefore, monthText } from '../../format/days.ts';
import type { Figures } from '../../format/figures.ts';
import { paint } from '../../parts/paint.ts';
import { clientWords } from './words.ts';

type Event = ClientResponse['timeline'][number];
type Lane = 'billing' | 'due' | 'money' | 'contact' | 'promise';

const LANES: readonly Lane[] = ['billing', 'due', 'money', 'contact', 'promise'];
const LANE_OF: Readonly<Record<Event['kind'], Lane>> = {
  issued: 'billing',
  endorsed: 'billing',
  cancelled: 'billing',
  written_off: 'billing',
  transferred: 'billing',
  fx: 'billing',
  opened: 'billing',
  due: 'due',
  plan_due: 'due',
  collected: 'money',
  reversed: 'money',
  payment: 'money',
  contact: 'contact',
  promise: 'promise',
  promise_due: 'promise',
};
const WIDTH = 1000;
const LANE = 26;
const TOP = 6;
const MONTHS_BACK = 13;
const DAYS_AHEAD = 75;
/** What comes next is on the axis, with some room after it, if it comes within about a year. */
const ROOM_DAYS = 15;
const FARTHEST_DAYS = 400;
const MONTHS_A_TICK = 3;

export const timelineStyle = css`
  .timeline {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 0 0.75rem;
  }
  .lanes {
    display: grid;
    grid-auto-rows: ${LANE}px;
    padding-block-start: ${TOP}px;
    align-items: center;
    color: var(--soft);
    font-size: var(--text-small);
  }
  .timeline svg {
    inline-size: 100%;
    overflow: visible;
  }
  .timeline svg * {
    vector-effect: non-scaling-stroke;
  }
  .lane {
    stroke: var(--hairline);
  }
  .month {
    stroke: var(--hairline);
    stroke-dasharray: 2 3;
  }
  .today {
    stroke: var(--accent);
    stroke-width: 1.5;
  }
  .event {
    stroke: var(--ghost);
    stroke-width: 7;
    stroke-linecap: round;
  }
  .event.money {
    stroke: var(--accent);
  }
  .event.due {
    stroke: var(--altura-3);
  }
  .event.promise,
  .event.contact {
    stroke: var(--rule);
  }
  .ticks {
    grid-column: 2;
    position: relative;
    block-size: 1.25rem;
    color: var(--soft);
    font-size: var(--text-small);
  }
  .ticks span {
    position: absolute;
    inset-inline-start: calc(var(--at) * 100%);
    translate: -50%;
    white-space: nowrap;
  }
  @media (max-width: 40rem) {
    .ticks span:nth-child(even) {
      display: none;
    }
  }
`;

/** All that happened to a client on one axis: a lane per kind, the day on show as a line. */
export function timeline(setting: Setting, figures: Figures, events: readonly Event[]): TemplateResult {
  const { language } = setting;
  const own = clientWords(language);
  const from = addDays(monthEndBefore(setting.asOf, MONTHS_BACK), 1);
  const coming = events
    .map(({ day }) => daysBetween(setting.asOf, day))
    .filter((days) => days > 0 && days <= FARTHEST_DAYS);
  const next = coming.length === 0 ? 0 : Math.min(...coming);
  const to = addDays(setting.asOf, Math.max(DAYS_AHEAD, next + ROOM_DAYS));
  const span = daysBetween(from, to);
  const x = (day: string): number => (daysBetween(from, day) / span) * WIDTH;
  const shown = events.filter(({ day }) => day >= from && day <= to);
  const months = Array.from({ length: Math.ceil(span / 28) }, (_, at) =>
    addDays(monthEndBefore(to, at), 1),
  ).filter((day) => day > from && day < to);
  const lanes = LANES.filter(
    (lane) => lane !== 'contact' || shown.some(({ kind }) => LANE_OF[kind] === 'contact'),
  );
  const y = (lane: Lane): number => TOP + (lanes.indexOf(lane) + 0.5) * LANE;
  const exact = (amount: string, currency: string | null): string =>
    currency === null || currency === figures.currency
      ? figures.exact(amount)
      : `${currency} ${figures.cents(amount)}`;
  const bottom = TOP + lanes.length * LANE;
  const ticks = [...months]
    .reverse()
    .filter((day, at) => at % MONTHS_A_TICK === 0 && x(day) > WIDTH * 0.02 && x(day) < WIDTH * 0.97);
  return html`<div class="timeline">
    <div class="lanes" aria-hidden="true">${lanes.map((lane) => html`<span>${own.lanes[lane]}</span>`)}</div>
    <svg
      height=${bottom + 4}
      viewBox="0 0 ${WIDTH} ${bottom + 4}"
      preserveAspectRatio="none"
      role="img"
      aria-label=${own.timelineSaid(setting.figures.number(shown.length, 0))}
    >
      ${months.map((day) => svg`<line class="month" x1=${x(day)} x2=${x(day)} y1="0" y2=${bottom}></line>`)}
      ${lanes.map((lane) => svg`<line class="lane" x1="0" x2=${WIDTH} y1=${y(lane)} y2=${y(lane)}></line>`)}
      <line class="today" x1=${x(setting.asOf)} x2=${x(setting.asOf)} y1="0" y2=${bottom}></line>
      ${shown.map((event) => {
        const lane = LANE_OF[event.kind];
        const part = event.part ? ` (${own.part})` : '';
        const amount = event.amount === null ? part : ` ${exact(event.amount, event.currency)}${part}`;
        const words = `${dayText(event.day, language)}: ${own.events[event.kind]}${amount}${event.receipt ? ` · ${event.receipt}` : ''}`;
        return svg`<path class="event ${lane}" d="M${x(event.day)} ${y(lane)}h.001"><title>${words}</title></path>`;
      })}
    </svg>
    <div class="ticks" aria-hidden="true">
      ${ticks.map((day) => html`<span ${paint({ '--at': String(x(day) / WIDTH) })}>${monthText(day, language)}</span>`)}
    </div>
  </div>`;
}
