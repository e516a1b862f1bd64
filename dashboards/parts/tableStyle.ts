import { css } from 'lit';

export const tableStyle = css`
  .frame {
    overflow-x: auto;
    position: relative;
    scrollbar-width: thin;
    /* Where columns go on beyond the edge a shade stands there; at the end paper moves over it. */
    background:
      linear-gradient(to left, var(--paper) 1rem, transparent) right / 2rem 100% no-repeat local,
      linear-gradient(to left, color-mix(in srgb, var(--ink) 18%, transparent), transparent) right / 0.75rem 100% no-repeat scroll;
  }
  :host([tall]) .frame {
    overflow: auto;
    max-block-size: min(70vh, 44rem);
  }
  :host {
    --track: 2.5rem;
  }
  table {
    border-collapse: separate;
    border-spacing: 0;
    inline-size: 100%;
  }
  th,
  td {
    block-size: var(--row);
    padding: 0 0.5rem;
    border-block-end: 1px solid var(--hairline);
    text-align: start;
    font-weight: 400;
    white-space: nowrap;
  }
  th:first-child,
  td:first-child {
    padding-inline-start: 0;
    max-inline-size: 15rem;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  th:last-child,
  td:last-child {
    padding-inline-end: 0;
  }
  tbody th.long {
    min-inline-size: 9rem;
    padding-block: 0.1875rem;
    white-space: normal;
    overflow-wrap: anywhere;
    line-height: 1.2;
  }
  tbody th.wrap,
  td.wrap {
    min-inline-size: 14rem;
    max-inline-size: none;
    padding-block: 0.25rem;
    white-space: normal;
    line-height: 1.3;
  }
  thead th {
    position: sticky;
    inset-block-start: 0;
    z-index: 2;
    background: var(--paper);
    border-block-end-color: var(--rule);
    color: var(--soft);
    font-size: var(--text-small);
    vertical-align: bottom;
  }
  thead button {
    color: inherit;
    font-size: inherit;
    line-height: 1.2;
    padding-block: 0.25rem;
  }
  thead .folds {
    min-inline-size: 4.5rem;
    white-space: normal;
  }
  thead .folds.end button {
    text-align: end;
  }
  thead button:hover {
    color: var(--ink);
  }
  thead th[aria-sort="ascending"] button::after {
    content: " ↑";
  }
  thead th[aria-sort="descending"] button::after {
    content: " ↓";
  }
  .swatch {
    display: inline-block;
    inline-size: 0.5rem;
    block-size: 0.5rem;
    margin-inline-end: 0.25rem;
    background: var(--tint);
  }
  .unit {
    white-space: nowrap;
  }
  .end {
    text-align: end;
  }
  /* Words after figures: a gap, or they read as one. */
  .end:not(.barred) + :not(.end) {
    padding-inline-start: 1.25rem;
  }
  thead .end button {
    text-align: end;
  }
  tbody th:first-child {
    position: sticky;
    inset-inline-start: 0;
    background: var(--paper);
  }
  tr.total th,
  tr.total td {
    font-weight: 650;
    border-block-end-color: var(--rule);
  }
  tr.opens {
    cursor: pointer;
  }
  tr.opens:hover > *,
  tr.opens:focus-visible > * {
    background: var(--accent-soft);
  }
  tr:focus-visible {
    outline-offset: -2px;
  }
  .barred > div {
    display: grid;
    grid-template-columns: minmax(0, 1fr) var(--track);
    align-items: center;
    column-gap: 0.5rem;
  }
  thead .barred {
    padding-inline-end: calc(var(--track) + 1rem);
  }
  .track {
    display: block;
    block-size: 0.625rem;
    position: relative;
  }
  .track > span {
    position: absolute;
    inset-block: 0;
    inset-inline-start: 0;
    inline-size: calc(var(--length, 0) * 100%);
    min-inline-size: 1px;
    background: var(--ghost);
  }
  .track.signed::before {
    content: "";
    position: absolute;
    inset-block: -0.25rem;
    inset-inline-start: 50%;
    border-inline-start: 1px solid var(--rule);
  }
  .track.signed > span {
    inline-size: calc(var(--length, 0) * 50%);
    inset-inline-start: 50%;
  }
  .track.signed > .minus {
    inset-inline: auto 50%;
    background: none;
    box-shadow: inset 0 0 0 1px var(--rule);
  }
  .tint {
    display: block;
    margin-inline: -0.375rem;
    padding-inline: 0.375rem;
    background: color-mix(in srgb, var(--tint, transparent) var(--part, 0%), transparent);
  }
  .tint small {
    display: block;
    /* Soft ink would drown in the deep tints. */
    color: inherit;
    line-height: 1.1;
  }
  .profile {
    display: flex;
    inline-size: clamp(6rem, 12vw, 10.5rem);
    block-size: 0.75rem;
  }
  .profile > span {
    flex: var(--part) 0 0;
    background: var(--tint);
    box-shadow: inset 0 0 0 0.5px var(--paper);
  }
  .empty {
    padding-block: 1.5rem;
  }
  .under {
    display: flex;
    justify-content: space-between;
    min-block-size: 1.875rem;
  }
  .left {
    display: none;
  }
  .more {
    color: var(--accent);
  }
  .spark {
    inline-size: 3.5rem;
    block-size: 1.25rem;
  }
  .spark .end {
    stroke-width: 4;
  }
  @media (max-width: 40rem) {
    /* The strip that they are the key of is left out. */
    .swatch,
    .wide {
      display: none;
    }
    th,
    td {
      padding-inline: 0.375rem;
    }
    th:first-child,
    td:first-child {
      max-inline-size: 9rem;
    }
  }
  @media print {
    thead {
      display: table-header-group;
    }
    thead th,
    tbody th:first-child {
      position: static;
    }
    thead th {
      white-space: normal;
    }
    .tint {
      margin-inline: 0;
      padding-inline: 0.125rem;
    }
    .profile {
      inline-size: 3.5rem;
    }
    .mark {
      inline-size: 3.5rem;
    }
    tr {
      break-inside: avoid;
    }
    td,
    th {
      padding-inline: 0.25rem;
      font-size: var(--text-small);
    }
    .under {
      display: none;
    }
    .left {
      display: block;
      margin-block-start: 0.25rem;
    }
    tbody th.wrap,
    td.wrap {
      min-inline-size: 9rem;
    }
    .frame {
      overflow: visible;
      max-block-size: none;
    }
  }
`;
