import { css } from 'lit';
import { troubleStyle } from '../app/trouble.ts';
import { base, controls, waiting } from '../design/base.ts';
import { changeStyle } from '../parts/change.ts';
import { sealStyle } from '../parts/seal.ts';
import { sparkStyle } from '../parts/sparkStyle.ts';

/** What the boards share: the sentence on top, hairlines between sections, twelve columns. */
export const boardStyle = [
  base,
  controls,
  waiting,
  changeStyle,
  sparkStyle,
  sealStyle,
  troubleStyle,
  css`
    :host([loading]) .fresh {
      opacity: 0.55;
    }
    .fresh {
      transition: opacity var(--quick);
    }
    .lead {
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto;
      gap: 0.5rem 2rem;
      align-items: baseline;
      padding-block: 1rem 1.125rem;
      /* Three lines: the sentence takes its place before it comes. */
      min-block-size: 7.0625rem;
      align-content: start;
    }
    /* Words that do not wait for figures need no place kept. */
    .lead.still {
      min-block-size: 0;
    }
    .lead p {
      /* About 75 letters: a letter is narrower than the figure 0. */
      max-inline-size: 90ch;
      font-size: var(--text-lead);
      line-height: 1.45;
      text-wrap: pretty;
    }
    .link {
      display: inline;
      padding: 0;
      font-weight: 600;
      text-decoration: underline;
      text-decoration-color: var(--rule);
      text-decoration-thickness: 1px;
      text-underline-offset: 0.2em;
    }
    .link:hover {
      color: var(--accent);
      text-decoration-color: currentColor;
    }
    .keep {
      white-space: nowrap;
    }
    .keep .link {
      white-space: normal;
    }
    .grid {
      display: grid;
      grid-template-columns: repeat(12, minmax(0, 1fr));
      gap: 0 2.5rem;
      border-block-start: 1px solid var(--hairline);
    }
    .grid > section {
      grid-column: span 12;
      padding-block: 0.875rem 1rem;
      min-inline-size: 0;
    }
    .grid > .five {
      grid-column: span 5;
    }
    .grid > .six {
      grid-column: span 6;
    }
    .grid > .seven {
      grid-column: span 7;
    }
    .grid > .eight {
      grid-column: span 8;
    }
    .grid > .four {
      grid-column: span 4;
    }
    .title {
      display: flex;
      flex-wrap: wrap;
      align-items: baseline;
      gap: 0.125rem 0.75rem;
      min-block-size: 2rem;
      padding-inline-end: 4rem;
    }
    .title.full {
      padding-inline-end: 0;
    }
    .tabs {
      display: flex;
      flex-wrap: wrap;
      gap: 0 1rem;
    }
    .tabs + .tabs {
      margin-inline-start: auto;
    }
    .tabs button {
      color: var(--soft);
      padding-block: 0.125rem;
      border-radius: 0;
      border-block-end: 2px solid transparent;
    }
    .tabs button:hover {
      color: var(--ink);
    }
    .tabs button[aria-pressed="true"] {
      color: var(--ink);
      font-weight: 600;
      border-block-end-color: var(--accent);
    }
    .key {
      display: inline-flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 0.125rem 0.375rem;
      color: var(--soft);
    }
    .key i {
      inline-size: 0.75rem;
      block-size: 0.75rem;
      margin-inline-start: 0.5rem;
      background: var(--ghost);
    }
    .key .arrived {
      background: var(--accent);
    }
    .key .due {
      background: none;
      border: 1px dashed var(--rule);
    }
    .note {
      max-inline-size: 75ch;
      color: var(--soft);
      font-size: var(--text-small);
    }
    @media (max-width: 68rem) {
      .grid {
        grid-template-columns: minmax(0, 1fr);
      }
      .grid > section {
        grid-column: 1 !important;
      }
    }
    .preparing {
      position: absolute;
      z-index: 1;
      inset-block-start: 1rem;
      inset-inline-end: 0;
      max-inline-size: 24rem;
      color: var(--soft);
      font-size: var(--text-small);
      text-align: end;
    }
    :host {
      position: relative;
    }
    alturas-chart:not(:defined) {
      display: block;
      block-size: 300px;
    }
    /* On paper: the sentence, the tiles and one table. */
    @media print {
      .lead {
        min-block-size: 0;
      }
      .link {
        text-decoration: none;
      }
      .control {
        display: none;
      }
      .note {
        margin-block-start: 0.5rem;
      }
      .fresh:has(.paper) .grid:not(:has(.paper)),
      .fresh:has(.paper) .grid > section:not(.paper),
      .tabs button[aria-pressed="false"],
      .preparing {
        display: none;
      }
    }
    @media (max-width: 40rem) {
      .lead {
        grid-template-columns: minmax(0, 1fr);
        min-block-size: 12.5rem;
      }
      .preparing {
        inset-block-start: 8.5rem;
        inset-inline: 0;
        max-inline-size: none;
        text-align: start;
      }
    }
  `,
];
