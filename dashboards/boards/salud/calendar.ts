import { css, html, nothing, svg, type TemplateResult } from 'lit';
import type { HealthResponse } from '../../../functions/serve/api.ts';
import type { Setting } from '../../app/setting.ts';
import { addDays, dayShort, daysBetween, dayText } from '../../format/days.ts';
import { type HealthWords, healthWords } from './words.ts';

const CELL = 16;
const SIDE = 12;
const NAMES = 132;
/** A day whose name would stand on that of the first of a month is left out. */
const APART = 3;
const HEAD = 20;

export const calendarStyle = css`
  /* What overflows of a right-to-left box is its left: the newest days are seen first. */
  .strip {
    direction: rtl;
    overflow-x: auto;
    padding-block-end: 0.25rem;
  }
  .strip > div {
    direction: ltr;
    display: flex;
    inline-size: max-content;
    min-inline-size: 100%;
  }
  .strip .names {
    background: var(--paper);
    flex: none;
    inset-inline-start: 0;
    position: sticky;
  }
  .strip text {
    fill: var(--soft);
    font-size: 12px;
  }
  .strip .name {
    fill: var(--ink);
  }
  .strip rect {
    fill: none;
    stroke: var(--hairline);
  }
  .strip .whole {
    fill: var(--accent);
    stroke: var(--accent);
    opacity: 0.75;
  }
  .strip .refused {
    fill: var(--altura-2);
    stroke: var(--altura-3);
  }
  .strip .again {
    stroke: var(--ink);
    stroke-width: 2;
  }
  .strip .gap {
    stroke: var(--bad);
    stroke-dasharray: 2 2;
  }
  .strip [role="link"] {
    cursor: pointer;
  }
`;

interface Seen {
  /** Null for who does not see everything. */
  readonly rows: number | null;
  readonly refused: number | null;
  readonly version: number;
}

/** One row per feed and one column per day: whole, with refused rows, delivered again, or nothing. */
export function calendar(
  setting: Setting,
  health: HealthResponse,
  open: (feed: string, day: string) => void,
): TemplateResult {
  const { language, figures } = setting;
  const own: HealthWords = healthWords(language);
  const newest = health.deliveries.reduce((last, { day }) => (day > last ? day : last), '');
  const oldest = health.deliveries.reduce((first, { day }) => (day < first ? day : first), newest);
  const days = Array.from({ length: daysBetween(oldest, newest) + 1 }, (_, at) => addDays(oldest, at));
  const seen = new Map<string, Seen>();
  for (const { day, version, feeds } of [...health.deliveries].reverse())
    for (const [feed, { rows, refused }] of Object.entries(feeds)) {
      const before = seen.get(`${feed} ${day}`);
      seen.set(`${feed} ${day}`, { rows, refused, version: Math.max(version, before?.version ?? 1) });
    }
  const feeds = health.feeds.filter(({ feed }) => days.some((day) => seen.has(`${feed} ${day}`)));
  const gaps = new Set(health.gaps);
  const width = days.length * CELL + 8;
  const height = HEAD + feeds.length * CELL + 4;
  const named = (feed: string): string => own.feeds[feed as keyof typeof own.feeds] ?? feed;
  return html`<div class="strip" tabindex="0" role="group" aria-label=${own.calendar}>
    <div>
      <svg class="names" width=${NAMES} height=${height} viewBox="0 0 ${NAMES} ${height}" aria-hidden="true">
        ${feeds.map(
          (feed, row) =>
            svg`<text class="name" x="0" y=${HEAD + row * CELL + SIDE - 2}>${named(feed.feed)}<title>${feed[language]}</title></text>`,
        )}
      </svg>
      <svg width=${width} height=${height} viewBox="0 0 ${width} ${height}" role="img" aria-label=${own.calendarSaid}>
        ${days.map((day, at) => {
          const last = days.length - 1;
          const text = dayShort(day, language);
          // The newest is what a narrow screen shows: it is told, too.
          if (at === last) return svg`<text x=${at * CELL + SIDE} y="12" text-anchor="end">${text}</text>`;
          const isMonth = day.endsWith('-01') && last - at > APART * 2;
          return isMonth || (at === 0 && Number(day.slice(8)) < 26)
            ? svg`<text x=${at * CELL} y="12">${text}</text>`
            : nothing;
        })}
        ${feeds.map((feed, row) => {
          const y = HEAD + row * CELL;
          return svg`${days.map((day, at) => {
            const found = seen.get(`${feed.feed} ${day}`);
            const name =
              found === undefined
                ? gaps.has(day) && feed.mandatory
                  ? 'gap'
                  : ''
                : (found.refused ?? 0) > 0
                  ? 'refused'
                  : 'whole';
            const title =
              found === undefined
                ? `${named(feed.feed)}, ${dayText(day, language)}: ${gaps.has(day) ? own.key.gap : own.key.none}`
                : found.rows === null || found.refused === null
                  ? `${named(feed.feed)}, ${dayText(day, language)}`
                  : own.cell(
                      named(feed.feed),
                      dayText(day, language),
                      figures.number(found.rows, 0),
                      figures.number(found.refused, 0),
                    );
            return svg`<rect
              class="${name} ${(found?.version ?? 1) > 1 ? 'again' : ''}"
              x=${at * CELL} y=${y} width=${SIDE} height=${SIDE}
              @click=${() => (found?.refused ?? 0) > 0 && open(feed.feed, day)}
            ><title>${title}</title></rect>`;
          })}`;
        })}
      </svg>
    </div>
  </div>`;
}
