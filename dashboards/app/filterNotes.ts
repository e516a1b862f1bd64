import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../parts/icons.ts';
import type { Language } from '../words/words.ts';
import type { Told } from './api.ts';
import { tell } from './events.ts';
import { FILTERS, type FilterColumn, type Place, writePlace } from './place.ts';
import type { Setting } from './setting.ts';

const es = {
  label: 'Filtros que no dejan ver nada',
  quoted: (filter: string) => `«${filter}»`,
  nor: ' ni ',
  unknown: (filters: string) => `En la cartera que usted ve no hay ${filters}.`,
  rest: 'Lo demás que eligió sí cuenta.',
  and: ' y ',
  contradicted: (filters: string) => `Nada de lo que aquí se muestra cumple ${filters}.`,
  remove: 'Quitar filtro',
};
const en: typeof es = {
  label: 'Filters that leave nothing',
  quoted: (filter) => `“${filter}”`,
  nor: ' or ',
  unknown: (filters) => `In the portfolio that you see there is no ${filters}.`,
  rest: 'The rest of what you chose counts.',
  and: ' and ',
  contradicted: (filters) => `Nothing of what is shown here passes ${filters}.`,
  remove: 'Remove filter',
};
const WORDS: Readonly<Record<Language, typeof es>> = { es, en };

type Chips = readonly (readonly [FilterColumn, readonly string[]])[];

/** What the answers that boards ask for anyway tell of the filters in force. */
export class FilterNotes {
  /** Members of which the newest answer that was asked with them says that there are none. */
  readonly #unknown = new Set<string>();
  /** Columns in which a filter and what a board asks by itself have nothing in common, at one place. */
  #contradicted = { at: '', columns: new Set<string>() };

  /** @param place where the answer was asked */
  hear({ answers = [], ...alone }: Told, place: Place): void {
    const at = writePlace(place);
    if (this.#contradicted.at !== at) this.#contradicted = { at, columns: new Set() };
    for (const told of [alone, ...answers.map(({ answer }) => answer)]) {
      for (const { column, members } of told?.filters ?? [])
        for (const member of members) this.#unknown.delete(key(column, member));
      for (const { code, column, members } of told?.filter_notes ?? [])
        if (code === 'CONTRADICTORY_FILTERS') this.#contradicted.columns.add(column);
        else for (const member of members) this.#unknown.add(key(column, member));
    }
  }

  /** Under the control bar: the chips that leave nothing, and the way without them. */
  notice(from: EventTarget, setting: Setting): TemplateResult | typeof nothing {
    const { place, language } = setting;
    const chips = FILTERS.map((column) => [column, place.filters[column] ?? []] as const);
    const unknown = chips
      .map(
        ([column, members]) =>
          [column, members.filter((one) => this.#unknown.has(key(column, one)))] as const,
      )
      .filter(([, members]) => members.length > 0);
    const isHere = this.#contradicted.at === writePlace(place);
    const contradicted = chips.filter(
      ([column, members]) =>
        isHere &&
        members.length > 0 &&
        this.#contradicted.columns.has(column) &&
        !unknown.some(([other]) => other === column),
    );
    if (unknown.length + contradicted.length === 0) return nothing;
    const own = WORDS[language];
    const isRest = unknown.every(
      ([column, members]) => members.length < (place.filters[column]?.length ?? 0),
    );
    const told = [
      ...(unknown.length === 0 ? [] : [own.unknown(quoted(setting, unknown).join(own.nor))]),
      ...(unknown.length > 0 && isRest ? [own.rest] : []),
      ...(contradicted.length === 0 ? [] : [own.contradicted(quoted(setting, contradicted).join(own.and))]),
    ];
    return html`<aside class="notice" aria-label=${own.label}>
      ${icon('filter')}
      <span
        >${told.join(' ')}
        <button
          type="button"
          @click=${() => tell(from, 'alturas-go', { to: { filters: without(place, [...unknown, ...contradicted]) } })}
        >
          ${own.remove}
        </button></span
      >
    </aside>`;
  }
}

function key(column: string, member: string | null): string {
  return JSON.stringify([column, member]);
}

/** Dimensions and members in words. */
function quoted(setting: Setting, chips: Chips): string[] {
  return chips.map(([column, members]) => {
    const names = members.map((member) => setting.label(column, member)).join(', ');
    return WORDS[setting.language].quoted(`${setting.words.dimensions[column]}: ${names}`);
  });
}

function without({ filters }: Place, chips: Chips): Place['filters'] {
  const gone = new Map(chips);
  return Object.fromEntries(
    FILTERS.flatMap((column) => {
      const left = (filters[column] ?? []).filter((member) => !gone.get(column)?.includes(member));
      return left.length === 0 ? [] : [[column, left]];
    }),
  );
}
