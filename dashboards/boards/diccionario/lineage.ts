import { css, html, svg, type TemplateResult } from 'lit';
import type { Setting } from '../../app/setting.ts';
import { dictionaryWords } from './words.ts';

const LAYERS = ['feed', 'ledger', 'position', 'mart', 'law', 'kpi'] as const;
const COLUMN = 176;
const NODE = 150;
const ROW = 26;
const HEAD = 22;
const LETTER = 6.5;

export const lineageStyle = css`
  .lineage {
    overflow-x: auto;
  }
  .lineage text {
    fill: var(--ink);
    font-size: 12px;
  }
  .lineage .layer {
    fill: var(--soft);
  }
  .lineage rect {
    fill: var(--raised);
    stroke: var(--hairline);
  }
  .lineage .edge {
    fill: none;
    stroke: var(--ghost);
    stroke-width: 1;
    opacity: 0.55;
  }
  .lineage a:hover rect,
  .lineage a:focus-visible rect {
    stroke: var(--accent);
    fill: var(--accent-soft);
  }
  .lineage .self rect {
    stroke: var(--accent);
    stroke-width: 1.5;
  }
  .lineage a {
    cursor: pointer;
    text-decoration: none;
  }
`;

/** Everything that `node` is made from, and itself. */
export function upstream(
  lineage: readonly { readonly from: string; readonly to: string }[],
  node: string,
): Set<string> {
  const found = new Set([node]);
  for (const name of found) for (const { from, to } of lineage) if (to === name) found.add(from);
  return found;
}

/** The tables behind a figure, in layers from what was delivered to the figure; every one opens its page. */
export function lineagePicture(setting: Setting, node: string, open: (name: string) => void): TemplateResult {
  const { catalogue } = setting.ground;
  const own = dictionaryWords(setting.language);
  const nodes = upstream(catalogue.lineage, node);
  const kindOf = (name: string): (typeof LAYERS)[number] =>
    name.startsWith('kpi:')
      ? 'kpi'
      : (catalogue.models.find((model) => model.name === name)?.kind ?? 'ledger');
  const layers = LAYERS.map((layer) => ({
    layer,
    names: [...nodes].filter((name) => kindOf(name) === layer).sort(),
  })).filter(({ names }) => names.length > 0);
  const places = new Map<string, readonly [number, number]>();
  const tallest = Math.max(...layers.map(({ names }) => names.length));
  layers.forEach(({ names }, column) => {
    const top = HEAD + ((tallest - names.length) * ROW) / 2;
    names.forEach((name, row) => {
      places.set(name, [column * COLUMN, top + row * ROW]);
    });
  });
  const called = (name: string): string => {
    const id = name.slice('kpi:'.length);
    return name.startsWith('kpi:') ? (setting.kpi(id)?.[setting.language] ?? id) : name;
  };
  const label = (name: string): string => {
    const text = called(name);
    return name !== node && text.length > 23 ? `${text.slice(0, 22)}…` : text;
  };
  // Nothing stands to the right of what is shown: its box is as wide as its name.
  const wide = Math.max(NODE, called(node).length * LETTER + 16);
  const width = (layers.length - 1) * COLUMN + wide + 4;
  const height = HEAD + tallest * ROW + 4;
  return html`<div class="lineage" tabindex="0" role="group" aria-label=${own.lineageSaid(label(node), String(nodes.size - 1))}>
    <svg width=${width} height=${height} viewBox="-1 0 ${width + 2} ${height}">
      ${layers.map(({ layer }, column) => svg`<text class="layer" x=${column * COLUMN} y="12">${own.layers[layer]}</text>`)}
      ${catalogue.lineage
        .filter(({ from, to }) => places.has(from) && places.has(to))
        .map(({ from, to }) => {
          const [x1, y1] = places.get(from) ?? [0, 0];
          const [x2, y2] = places.get(to) ?? [0, 0];
          const [start, end] = [x1 + NODE, x2];
          const bend = x1 === x2 ? start + 18 : (start + end) / 2;
          const [a, b] = [y1 + ROW / 2 - 3, y2 + ROW / 2 - 3];
          return x1 === x2
            ? svg`<path class="edge" d="M${start} ${a}C${bend} ${a} ${bend} ${b} ${start} ${b}"></path>`
            : svg`<path class="edge" d="M${start} ${a}C${bend} ${a} ${bend} ${b} ${end} ${b}"></path>`;
        })}
      ${[...places].map(
        ([name, [x, y]]) =>
          svg`<a
            class=${name === node ? 'self' : ''}
            href="#"
            @click=${(event: Event) => {
              event.preventDefault();
              open(name);
            }}
          ><rect x=${x} y=${y} width=${name === node ? wide : NODE} height=${ROW - 6} rx="2"></rect><text x=${x + 7} y=${y + 14}>${label(name)}</text></a>`,
      )}
    </svg>
  </div>`;
}
