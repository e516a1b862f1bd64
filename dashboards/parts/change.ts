import { css, html, type TemplateResult } from 'lit';
import type { Setting } from '../app/setting.ts';
import { changeOf, type Unit, type Value } from '../format/figures.ts';
import { arrow } from './icons.ts';

export const changeStyle = css`
  .change {
    white-space: nowrap;
  }
  .change svg {
    margin-inline-end: 0.125rem;
  }
`;

export type Direction = 'up_is_good' | 'down_is_good' | 'neutral';

/** How a change is written: shares in points, days in days, everything else in percent of what it was. */
export function changeText(setting: Setting, size: number, unit: Unit): string {
  const { figures } = setting;
  if (unit === 'ratio') return figures.points(size);
  if (unit === 'money' || unit === 'count') return figures.percent(Math.abs(size));
  return figures.short(Math.abs(size), unit);
}

/** Arrow, size, and for a screen reader the words: up or down, better or worse. */
export function change(
  setting: Setting,
  now: Value,
  before: Value,
  unit: Unit,
  direction: Direction,
): TemplateResult {
  const { words } = setting;
  const size = changeOf(now, before, unit);
  if (size === null) {
    const fresh = before !== null && Number(before) === 0 && now !== null && Number(now) !== 0;
    return html`<span class="change soft">${fresh ? words.change.fresh : '–'}</span>`;
  }
  const text = changeText(setting, size, unit);
  if (text === changeText(setting, 0, unit))
    return html`<span class="change soft">= ${words.change.same}</span>`;
  const up = size > 0;
  const mood = direction === 'neutral' ? '' : up === (direction === 'up_is_good') ? 'good' : 'bad';
  return html`<span class="change ${mood}"
    >${arrow(up)}<span class="said">${up ? words.change.up : words.change.down} </span>${text}${
      mood === '' ? '' : html`<span class="said">, ${words.change[mood]}</span>`
    }</span
  >`;
}
