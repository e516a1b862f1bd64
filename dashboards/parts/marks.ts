import { html, nothing, svg, type TemplateResult } from 'lit';

const WIDTH = 100;

/** Attainment as a bar from 0 with the target as a tick; beyond one and a half it is cut, and shows so. */
export function bullet(attained: number): TemplateResult {
  const most = 1.5;
  const length = (Math.min(attained, most) / most) * WIDTH;
  const tick = WIDTH / most;
  return html`<svg class="mark" viewBox="0 0 ${WIDTH} 14" preserveAspectRatio="none" aria-hidden="true">
    <rect class="fill" x="0" y="4" width=${length} height="6"></rect>
    ${attained > most ? svg`<path class="cut" d="M92 2l-3 10M96 2l-3 10"></path>` : nothing}
    <line class="tick" x1=${tick} x2=${tick} y1="0" y2="14"></line>
  </svg>`;
}

/** A share with its 95 % interval on a line from 0 to 100 %. */
export function interval(low: number, share: number, high: number): TemplateResult {
  return html`<svg class="mark" viewBox="0 0 ${WIDTH} 14" preserveAspectRatio="none" aria-hidden="true">
    <line class="base" x1="0" x2=${WIDTH} y1="7" y2="7"></line>
    <line class="span" x1=${low * WIDTH} x2=${high * WIDTH} y1="7" y2="7"></line>
    <path class="dot" d="M${share * WIDTH} 7h.001"></path>
  </svg>`;
}

/** A place among peers, 0 worst to 1 best; the middle is marked. */
export function strip(percentile: number | null): TemplateResult {
  return html`<svg class="mark strip" viewBox="0 0 ${WIDTH} 14" preserveAspectRatio="none" aria-hidden="true">
    <line class="base" x1="0" x2=${WIDTH} y1="7" y2="7"></line>
    <line class="tick" x1="50" x2="50" y1="3" y2="11"></line>
    ${percentile === null ? nothing : svg`<path class="dot big" d="M${percentile * WIDTH} 7h.001"></path>`}
  </svg>`;
}
