import { html, nothing, svg, type TemplateResult } from 'lit';

export interface SparkLine {
  /** One place per month; null is a gap. */
  readonly points: readonly (number | null)[];
  /** The same months a year before, behind in grey. */
  readonly before?: readonly (number | null)[];
  readonly target?: number | null;
}

const WIDTH = 100;
const HEIGHT = 32;
const PAD = 3;

/** Runs of known points as polylines: a gap stays a gap. */
function runs(points: readonly (number | null)[], x: (at: number) => number, y: (value: number) => number) {
  const lines: string[][] = [[]];
  points.forEach((value, at) => {
    if (value === null) lines.push([]);
    else lines.at(-1)?.push(`${x(at).toFixed(2)},${y(value).toFixed(2)}`);
  });
  return lines.filter((line) => line.length > 0).map((line) => line.join(' '));
}

/** A line without axes, for the shape alone; its figures stand beside it. Style it with `.spark` rules (sparkStyle). */
export function spark({ points, before = [], target = null }: SparkLine): TemplateResult {
  const known = [...points, target].filter((value): value is number => value !== null);
  const room = Math.max(...known) - Math.min(...known);
  // This year sets the scale. What lay further off a year before than its whole range is a gap, not a flat line now.
  const near = before.map((value) =>
    value === null || value < Math.min(...known) - room || value > Math.max(...known) + room ? null : value,
  );
  const all = [...known, ...near.filter((value) => value !== null)];
  const low = Math.min(...all);
  const high = Math.max(...all);
  const last = points.findLastIndex((value) => value !== null);
  if (known.length === 0 || last < 0) return html`<svg class="spark" aria-hidden="true"></svg>`;
  const steps = Math.max(points.length, before.length) - 1 || 1;
  const x = (at: number): number => PAD + (at / steps) * (WIDTH - 2 * PAD);
  const y = (value: number): number =>
    high === low ? HEIGHT / 2 : HEIGHT - PAD - ((value - low) / (high - low)) * (HEIGHT - 2 * PAD);
  const end = `M${x(last)},${y(points[last] ?? low)}h.001`;
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
    ${runs(near, x, y).map((line) => svg`<polyline class="before" points=${line}></polyline>`)}
    ${
      target === null
        ? nothing
        : svg`<line class="target" x1=${WIDTH - 14} x2=${WIDTH} y1=${y(target)} y2=${y(target)}></line>`
    }
    ${runs(points, x, y).map((line) => svg`<polyline class="now" points=${line}></polyline>`)}
    <path class="end" d=${end}></path>
  </svg>`;
}
