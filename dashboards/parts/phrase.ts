import { html, type TemplateResult } from 'lit';

/** A sentence of the dictionary with its `{places}` filled: figures may be links. */
export function phrase(text: string, places: Readonly<Record<string, unknown>>): TemplateResult {
  const parts = text.split(/(\(?)\{(\w+)\}([.,:;)]*)/);
  return html`${parts.map((part, at) => {
    if (at % 4 !== 2) return at % 4 === 0 ? part : '';
    const told = places[part] ?? '';
    const [opening, closing] = [parts[at - 1], parts[at + 1]];
    // A line may begin before or after any link: what opens or closes it is held to it.
    return (opening || closing) && typeof told === 'object'
      ? html`<span class="keep">${opening}${told}${closing}</span>`
      : html`${opening}${told}${closing}`;
  })}`;
}
