import { css, html, nothing, type TemplateResult } from 'lit';
import { icon } from '../parts/icons.ts';
import type { Words } from '../words/words.ts';
import type { Refusal } from './api.ts';

export const troubleStyle = css`
  .trouble {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 0.125rem 0.75rem;
    max-inline-size: 46rem;
    padding: 0.75rem 1rem;
    margin-block: 1rem;
    border-inline-start: 3px solid var(--bad);
    background: var(--bad-soft);
  }
  .trouble > .icon {
    margin-block-start: 0.2rem;
    color: var(--bad);
  }
  .trouble > div {
    grid-column: 2;
  }
  .trouble .control {
    margin-block-start: 0.5rem;
  }
`;

/** What happened, what is safe, what to do; the code stands small, for support. */
export function trouble(words: Words, refusal: Refusal, retry: () => void): TemplateResult {
  const { problem } = refusal;
  return html`<section class="trouble" role="alert">
    ${icon('warning')}
    <div><strong>${problem?.title ?? words.status.failed}</strong></div>
    ${problem ? html`<div>${problem.detail}</div>` : nothing}
    <div>${problem?.safe ?? words.status.failedSafe}</div>
    ${problem?.action ? html`<div>${problem.action}</div>` : nothing}
    <div>
      <button type="button" class="control" @click=${retry}>${words.status.retry}</button>
      <span class="small soft">${words.status.code}: ${refusal.code}</span>
    </div>
  </section>`;
}
