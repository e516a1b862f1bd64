import { html, type TemplateResult } from 'lit';

/** A sentence of the dictionary with its `{places}` filled: figures may be links. */
export function phrase(text: string, places: Readonly<Record<string, unknown>>): TemplateResult {
  const parts = text.split(/\{(\w+)\}([.,:;)]*)/);
  return html`${parts.map((part, at) => {
    if (at % 3 !== 1) return at % 3 === 0 ? part : '';
    const told = places[part] ?? '';
    const mark = parts[at + 1];
    // A line may begin after any link: what closes it is held to it.
    return mark && typeof told === 'object'
      ? html`<span class="keep">${told}${mark}</span>`
      : html`${told}${mark}`;
  })}`;
}
