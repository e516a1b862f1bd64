import { type SVGTemplateResult, svg } from 'lit';

const PATHS = {
  help: 'M6.2 6.1a1.9 1.9 0 1 1 2.7 1.8c-.6.3-.9.6-.9 1.3M8 11.6v.01',
  close: 'M4 4l8 8M12 4l-8 8',
  down: 'M4 6l4 4 4-4',
  right: 'M6 4l4 4-4 4',
  left: 'M10 4L6 8l4 4',
  calendar: 'M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2.2v3M10.5 2.2v3',
  clock: 'M8 4.5V8l2.3 1.6M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z',
  add: 'M8 3.5v9M3.5 8h9',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.5 10.5L14 14',
  save: 'M8 2.5v7.5M5 7.3L8 10l3-2.7M2.8 13h10.4',
  share: 'M9.5 3h3.5v3.5M13 3L7.5 8.5M11 9v4H3V5h4',
  contrast: 'M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  print: 'M4.5 6V2.5h7V6M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7v4h-7z',
  table: 'M2.5 3.5h11v9h-11zM2.5 6.5h11M2.5 9.5h11M6.5 3.5v9',
  chart: 'M2.5 13.5h11M4.5 11V7M8 11V3.5M11.5 11V5.5',
  filter: 'M2.5 4h11M4.5 8h7M6.5 12h3',
  warning: 'M8 2.5l6 11H2zM8 6.5v3M8 11.7v.01',
} as const;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName): SVGTemplateResult {
  return svg`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d=${PATHS[name]}></path></svg>`;
}

/** Up or down as a filled triangle: the word beside it is for those who do not see it. */
export function arrow(up: boolean): SVGTemplateResult {
  return svg`<svg viewBox="0 0 8 8" width="7" height="7" aria-hidden="true" fill="currentColor"><path d=${
    up ? 'M4 .6L8 7.4H0z' : 'M4 7.4L0 .6h8z'
  }></path></svg>`;
}
