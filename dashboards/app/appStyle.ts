import { css } from 'lit';
import { base, controls, waiting } from '../design/base.ts';
import { troubleStyle } from './trouble.ts';

export const appStyle = [
  base,
  controls,
  waiting,
  troubleStyle,
  css`
    :host {
      max-inline-size: 96rem;
      margin-inline: auto;
      padding-inline: var(--gutter);
    }
    .skip {
      position: absolute;
      inset-block-start: -4rem;
      z-index: 50;
      padding: 0.5rem 0.75rem;
      background: var(--accent);
      color: var(--on-accent);
    }
    .skip:focus {
      inset-block-start: 0.5rem;
    }
    .top {
      display: flex;
      align-items: center;
      gap: 1.75rem;
      min-block-size: 3rem;
      border-block-end: 1px solid var(--hairline);
    }
    .brand {
      display: flex;
      align-items: center;
      gap: 0.5rem;
      font-size: var(--text-lead);
      font-weight: 700;
      letter-spacing: -0.01em;
    }
    .brand .b0 {
      fill: var(--altura-0);
      stroke: var(--altura-edge);
      stroke-width: 0.5;
    }
    .brand .b1 {
      fill: var(--altura-2);
    }
    .brand .b2 {
      fill: var(--altura-4);
    }
    .brand .b3 {
      fill: var(--altura-6);
    }
    nav {
      display: flex;
      gap: 1.25rem;
      align-self: stretch;
    }
    nav a {
      display: flex;
      align-items: center;
      color: var(--soft);
      text-decoration: none;
      white-space: nowrap;
      border-block: 2px solid transparent;
    }
    nav a:hover {
      color: var(--ink);
    }
    nav a[aria-current] {
      color: var(--ink);
      font-weight: 600;
      border-block-end-color: var(--accent);
    }
    .boards {
      display: none;
      min-block-size: 1.875rem;
      border: 1px solid var(--hairline);
      border-radius: var(--radius);
      background: var(--raised);
    }
    .tools {
      display: flex;
      margin-inline-start: auto;
    }
    .tools button {
      font-size: var(--text-small);
    }
    .bar {
      padding-block: 0.625rem;
      border-block-end: 1px solid var(--hairline);
    }
    .notice {
      display: flex;
      gap: 0.5rem;
      align-items: baseline;
      margin-block-start: 0.625rem;
      padding: 0.375rem 0.75rem;
      background: var(--warn-soft);
    }
    .notice .icon {
      color: var(--warn);
    }
    .notice button {
      color: var(--accent);
      text-decoration: underline;
    }
    main {
      min-block-size: 60vh;
      outline: none;
    }
    .place {
      padding-block: 1rem;
      font-size: var(--text-lead);
      line-height: 1.45;
    }
    .expired {
      display: grid;
      justify-items: start;
      gap: 0.5rem;
      max-inline-size: 36rem;
      padding-block: 4rem;
    }
    .expired h2 {
      font-size: var(--text-lead);
    }
    .expired .control {
      margin-block-start: 0.5rem;
      min-block-size: 2.25rem;
      padding-inline: 1rem;
    }
    footer {
      display: flex;
      flex-wrap: wrap;
      gap: 0.125rem 1.25rem;
      margin-block-start: 2rem;
      padding-block: 0.75rem 1.5rem;
      border-block-start: 1px solid var(--hairline);
      color: var(--soft);
      font-size: var(--text-small);
    }
    .toast {
      position: fixed;
      inset: auto 0 1.5rem;
      margin-inline: auto;
      inline-size: fit-content;
      padding: 0.5rem 1rem;
      border-radius: var(--radius);
      background: var(--ink);
      color: var(--paper);
      opacity: 0;
      pointer-events: none;
      transition: opacity var(--quick);
    }
    .toast[data-on] {
      opacity: 1;
    }
    @media (max-width: 68rem) {
      nav {
        display: none;
      }
      .boards {
        display: block;
      }
      .top {
        gap: 0.75rem;
      }
    }
    @media (max-width: 40rem) {
      :host {
        --gutter: 1rem;
      }
      .tools .print,
      .tools .share {
        display: none;
      }
    }
    @media print {
      nav,
      .tools,
      .boards,
      .bar,
      .notice button,
      .toast {
        display: none !important;
      }
      :host {
        padding: 0;
      }
      .top {
        min-block-size: 2rem;
      }
      main > h1.said {
        position: static;
        inline-size: auto;
        block-size: auto;
        clip-path: none;
        margin-block-start: 0.75rem;
        font-size: var(--text-lead);
        white-space: normal;
      }
      main {
        min-block-size: 0;
      }
      footer {
        margin-block-start: 1rem;
        padding-block-end: 0;
        break-inside: avoid;
      }
    }
  `,
];
