import { css } from 'lit';

export const sparkStyle = css`
  .spark {
    display: block;
    inline-size: 100%;
    block-size: 2rem;
    overflow: visible;
  }
  .spark > * {
    fill: none;
    vector-effect: non-scaling-stroke;
    stroke-linejoin: round;
    stroke-linecap: round;
  }
  .spark .now {
    stroke: var(--accent);
    stroke-width: 1.5;
  }
  .spark .before {
    stroke: var(--ghost);
    stroke-width: 1.25;
  }
  .spark .target {
    stroke: var(--ink);
    stroke-width: 1.5;
    stroke-linecap: butt;
  }
  .spark .end {
    stroke: var(--accent);
    stroke-width: 5;
  }
`;
