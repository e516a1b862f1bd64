import { css } from 'lit';
import { base, controls, waiting } from '../design/base.ts';
import { troubleStyle } from './trouble.ts';

export const drillStyle = [
  base,
  controls,
  waiting,
  troubleStyle,
  css`
    dialog {
      inset: 0 0 0 auto;
      inline-size: min(52rem, 100vw);
      block-size: 100dvh;
      max-block-size: none;
      max-inline-size: none;
      margin: 0 0 0 auto;
      padding: 1.25rem 1.5rem 2rem;
      border: 0;
      border-inline-start: 1px solid var(--rule);
      background: var(--paper);
      color: var(--ink);
      overflow: auto;
    }
    dialog::backdrop {
      background: var(--shade);
    }
    header {
      display: flex;
      align-items: start;
      justify-content: space-between;
      gap: 1rem;
    }
    h2 {
      font-size: var(--text-lead);
    }
    .value {
      font-size: var(--text-figure);
      font-weight: 600;
      line-height: 1.3;
    }
    .trail {
      display: flex;
      flex-wrap: wrap;
      gap: 0.375rem;
      margin-block: 0.25rem;
    }
    .step {
      display: inline-flex;
      align-items: center;
      gap: 0.25rem;
      padding: 0.125rem 0.25rem 0.125rem 0.625rem;
      border-radius: 1rem;
      background: var(--accent-soft);
    }
    .step button {
      display: inline-flex;
      padding: 0.25rem;
    }
    nav {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 0.375rem;
      margin-block: 0.75rem;
    }
    .sum {
      display: flex;
      gap: 0.5rem;
      align-items: baseline;
      padding: 0.5rem 0;
    }
    .sum .mark {
      font-weight: 700;
    }
    .part {
      margin-block-end: 0.25rem;
      white-space: normal;
      line-height: 1.25;
    }
    .more {
      color: var(--accent);
    }
  `,
];
