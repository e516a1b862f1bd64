import { css, html, nothing, type TemplateResult } from 'lit';
import type { CatalogueKpi, Setting } from '../app/setting.ts';
import { dayText, isDay } from '../format/days.ts';
import type { Value } from '../format/figures.ts';

export const exampleStyle = css`
  .rows {
    overflow-x: auto;
    margin-block: 0.375rem 0.75rem;
  }
  .rows table {
    border-collapse: collapse;
    font-size: var(--text-small);
  }
  .rows th,
  .rows td {
    padding: 0.125rem 0.875rem 0.125rem 0;
    text-align: start;
    font-weight: 400;
    white-space: nowrap;
    border-block-end: 1px solid var(--hairline);
  }
  .rows th {
    color: var(--soft);
  }
  .rows .end {
    text-align: end;
  }
  .worked + .worked {
    margin-block-start: 1.25rem;
  }
  .result {
    font-weight: 600;
  }
`;

type Example = CatalogueKpi['examples'][number];

/** A worked example: the rows given, and the figures that must come out. The same rows run as a test. */
export function example(
  setting: Setting,
  kpi: CatalogueKpi,
  { es, en, given, expect }: Example,
): TemplateResult {
  const { words, figures, language } = setting;
  const shown = (value: unknown): string =>
    typeof value === 'number'
      ? figures.number(value, Number.isInteger(value) ? 0 : 2)
      : value === null
        ? '–'
        : typeof value === 'string' && isDay(value)
          ? dayText(value, language)
          : String(value);
  const result = (value: Value): string =>
    kpi.unit === 'money' && value !== null
      ? figures.number(value, 2)
      : kpi.unit === 'ratio' && value !== null
        ? figures.percent(value, 2)
        : figures.short(value, kpi.unit);
  return html`<p>${language === 'en' ? en : es}</p>
    ${Object.entries(given).map(([model, rows]) => {
      const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
      const figured = new Set(
        columns.filter((column) => rows.some((row) => typeof row[column] === 'number')),
      );
      const meanings = setting.ground.catalogue.models.find(({ name }) => name === model)?.columns ?? [];
      const meaning = (column: string): string =>
        meanings.find(({ name }) => name === column)?.[language] ?? '';
      const side = (column: string): string => (figured.has(column) ? 'end' : '');
      return html`<div class="rows" tabindex="0" role="group" aria-label=${model}>
        <table>
          <caption class="said">
            ${model}
          </caption>
          <thead>
            <tr>
              ${columns.map((column) => html`<th scope="col" class=${side(column)} title=${meaning(column)}>${column}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              (row) =>
                html`<tr>
                  ${columns.map((column) => html`<td class=${side(column)}>${shown(row[column] ?? null)}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`;
    })}
    ${expect.map(
      ({ at, value, reason }) =>
        html`<p>
          ${Object.keys(at).length === 0 ? words.definition.expect : Object.values(at).join(' · ')}:
          <span class="result">${value === null || value === undefined ? setting.reason(reason ?? null) : result(value)}</span>
        </p>`,
    )}
    ${expect.length === 0 ? nothing : ''}`;
}
