import { css, html, type TemplateResult } from 'lit';
import type { AskAnswer } from '../../functions/serve/api.ts';
import type { Words } from '../words/words.ts';

export type TieOut = AskAnswer['tie_out'];

export const sealStyle = css`
  .seal {
    display: inline-flex;
    align-items: center;
    gap: 0.3125rem;
    white-space: nowrap;
    color: var(--soft);
    font-size: var(--text-small);
  }
  .seal svg {
    inline-size: 0.625rem;
    block-size: 0.625rem;
    flex: none;
    overflow: visible;
    fill: none;
    stroke: var(--rule);
    stroke-width: 1.5;
  }
  .seal[data-state="tied"] svg {
    fill: var(--good);
    stroke: var(--good);
  }
  .seal[data-state="tied_with_breaks"] svg {
    stroke: var(--good);
  }
  .seal[data-state="tied_with_breaks"] .half {
    fill: var(--good);
  }
  .seal[data-state="not_tied"] svg {
    stroke: var(--bad);
  }
  .seal[data-state="not_tied"] {
    color: var(--bad);
  }
`;

/** Whether the day is tied to the general ledger: a full disc, a half one, a crossed or an empty ring, and the word. */
export function seal(state: TieOut, words: Words): TemplateResult {
  return html`<span class="seal" data-state=${state} title=${words.seals[state]}>
    <svg viewBox="0 0 10 10" aria-hidden="true">
      <circle cx="5" cy="5" r="4"></circle>
      <path class="half" d=${state === 'not_tied' ? 'M2 8L8 2' : state === 'tied_with_breaks' ? 'M5 1a4 4 0 0 1 0 8z' : ''}></path>
    </svg>
    ${words.seals.short[state]}
  </span>`;
}
