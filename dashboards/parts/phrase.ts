import { html, type TemplateResult } from 'lit';

/** A sentence of the dictionary with its `{places}` filled: figures may be links. */
export function phrase(text: string, places: Readonly<Record<string, unknown>>): TemplateResult {
  const parts = text.split(/\{(\w+)\}/);
  return html`${parts.map((part, at) => (at % 2 === 0 ? part : (places[part] ?? '')))}`;
}
