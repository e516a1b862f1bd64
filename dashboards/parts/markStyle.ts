import { css } from 'lit';

export const markStyle = css`
  .mark {
    display: inline-block;
    inline-size: 6.5rem;
    block-size: 0.875rem;
    vertical-align: middle;
    overflow: visible;
  }
  .mark.strip {
    inline-size: 100%;
    min-inline-size: 8rem;
  }
  @media (max-width: 40rem) {
    .mark.strip {
      min-inline-size: 4rem;
    }
  }
  .mark * {
    vector-effect: non-scaling-stroke;
    fill: none;
  }
  .mark .fill {
    fill: var(--ghost);
  }
  .mark .cut {
    stroke: var(--paper);
    stroke-width: 2;
  }
  .mark .tick {
    stroke: var(--ink);
    stroke-width: 1.5;
  }
  .mark .base {
    stroke: var(--hairline);
    stroke-width: 1;
  }
  .mark .span {
    stroke: var(--ghost);
    stroke-width: 4;
  }
  .mark .dot {
    stroke: var(--accent);
    stroke-width: 7;
    stroke-linecap: round;
  }
  .mark .big {
    stroke-width: 10;
  }
  /* Marks are shorter on paper: a dot must not hide its interval. */
  @media print {
    .mark .dot {
      stroke-width: 4;
    }
    .mark .big {
      stroke-width: 7;
    }
  }
`;
