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
  .trouble[role="status"] {
    border-color: var(--rule);
    background: var(--sunken);
  }
  .trouble > .icon {
    margin-block-start: 0.2rem;
    color: var(--bad);
  }
  .trouble[role="status"] > .icon {
    color: var(--soft);
  }
  .trouble > div {
    grid-column: 2;
  }
  .trouble .control {
    margin-block-start: 0.5rem;
  }
`;

/** The code of a question that nothing came back for. */
const NO_ANSWER = '0';

/**
 * What happened, what is safe, what to do; the code stands small, for support.
 * @param retry null: the same question would be refused again
 * @param brief in the place of one figure or table (the others stand), and what it is where no heading says so
 */
export function trouble(
  words: Words,
  { problem, code }: Refusal,
  retry: (() => void) | null,
  brief: { readonly what?: string } | null = null,
): TemplateResult {
  return html`<section class="trouble" role=${brief ? 'status' : 'alert'}>
    ${icon('warning')}
    <div><strong>${brief?.what === undefined ? '' : `${brief.what}: `}${problem?.title ?? words.status.failed}</strong></div>
    ${problem ? html`<div>${problem.detail}</div>` : nothing}
    ${brief ? nothing : html`<div>${problem?.safe ?? words.status.failedSafe}</div>`}
    ${problem?.action ? html`<div>${problem.action}</div>` : nothing}
    <div>
      ${retry === null ? nothing : html`<button type="button" class="control" @click=${retry}>${words.status.retry}</button>`}
      <span class="small soft">${code === NO_ANSWER ? words.status.noAnswer : `${words.status.code}: ${code}`}</span>
    </div>
  </section>`;
}
