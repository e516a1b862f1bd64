import { css } from 'lit';

/** What every component starts from: text, buttons, focus, and what only a screen reader says. */
export const base = css`
  :host {
    display: block;
    box-sizing: border-box;
    color: var(--ink);
    font: 400 var(--text-body) / 1.45 var(--sans);
    font-variant-numeric: tabular-nums lining-nums;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p,
  figure,
  dl,
  dd {
    margin: 0;
  }
  h2 {
    font-size: var(--text-body);
    font-weight: 650;
    line-height: 1.3;
  }
  button,
  input,
  select {
    font: inherit;
    font-variant-numeric: inherit;
    color: inherit;
  }
  button {
    background: none;
    border: 0;
    border-radius: var(--radius);
    padding: 0;
    text-align: inherit;
    cursor: pointer;
  }
  a {
    color: var(--accent);
    text-decoration-thickness: 1px;
    text-underline-offset: 0.18em;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  .soft {
    color: var(--soft);
  }
  .small {
    font-size: var(--text-small);
  }
  .good {
    color: var(--good);
  }
  .bad {
    color: var(--bad);
  }
  .figure {
    white-space: nowrap;
  }
  .said {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .icon {
    inline-size: 1em;
    block-size: 1em;
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.6;
    stroke-linecap: round;
    stroke-linejoin: round;
    vertical-align: -0.125em;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
`;

/** Quiet buttons of the control bar and of panels. */
export const controls = css`
  .control {
    display: inline-flex;
    align-items: center;
    gap: 0.375rem;
    min-block-size: 1.875rem;
    padding: 0 0.5rem;
    border: 1px solid var(--hairline);
    border-radius: var(--radius);
    background: var(--raised);
    white-space: nowrap;
  }
  .control:hover,
  .bare:hover {
    border-color: var(--rule);
    background: var(--sunken);
  }
  .control[aria-pressed="true"],
  .control[data-on="true"],
  .control[aria-expanded="true"] {
    border-color: var(--accent);
    color: var(--accent);
  }
  .bare {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.25rem;
    min-inline-size: 1.875rem;
    min-block-size: 1.875rem;
    padding: 0 0.25rem;
    color: var(--soft);
  }
  .bare:hover {
    color: var(--ink);
  }
  .main {
    border-color: var(--accent);
    background: var(--accent);
    color: var(--on-accent);
  }
  .main:hover {
    border-color: var(--accent);
    background: var(--accent);
    filter: brightness(1.08);
  }
`;

/** The grey places that figures will take, of their final size. */
export const waiting = css`
  .waiting {
    display: inline-block;
    border-radius: var(--radius);
    background: var(--hairline);
    color: transparent;
    animation: breathe 1.6s ease-in-out infinite;
    user-select: none;
  }
  @keyframes breathe {
    50% {
      opacity: 0.45;
    }
  }
`;
