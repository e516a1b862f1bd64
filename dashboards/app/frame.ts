import type { Fault, FrameMessage, HostMessage } from '../embed/messages.ts';
import { isDay } from '../format/days.ts';
import { FILTERS, type Opened, type Place, readPlace } from './place.ts';

/**
 * The inside of an embedding frame. Messages are taken from the parent window alone; the token never stands in an
 * address. Which parents there may be is the server's `frame-ancestors`.
 */
export class Frame {
  readonly #listeners: ((message: HostMessage) => void)[] = [];
  #host = '*';
  /** The place as the host set it, or as it was last told. */
  #told = '';
  #opened = '';

  constructor(place: Place) {
    this.know(place);
    window.addEventListener('message', (event: MessageEvent<HostMessage>) => {
      if (event.source !== window.parent || typeof event.data !== 'object' || event.data === null) return;
      if (!String(event.data.type).startsWith('alturas:')) return;
      this.#host = event.origin;
      for (const listener of this.#listeners) listener(event.data);
    });
    new ResizeObserver(() => {
      this.send({ type: 'alturas:height', height: Math.ceil(document.body.getBoundingClientRect().height) });
    }).observe(document.body);
  }

  heard(listener: (message: HostMessage) => void): void {
    this.#listeners.push(listener);
  }

  send(message: FrameMessage): void {
    window.parent.postMessage(message, this.#host);
  }

  fail(code: Fault['code'], message: string): void {
    this.send({ type: 'alturas:error', code, message });
  }

  /** The host knows this place: it is not told of it. */
  know(place: Place): void {
    this.#told = JSON.stringify(filterOf(place));
    this.#opened = JSON.stringify(drillOf(place.opened));
  }

  /** Tells the host what differs from what it set or was told: language, theme and a board's own choices are the reader's. */
  tellPlace(place: Place): void {
    const [told, opened] = [this.#told, this.#opened];
    this.know(place);
    if (this.#told !== told) this.send({ type: 'alturas:filter', ...filterOf(place) });
    const drill = drillOf(place.opened);
    if (drill !== null && this.#opened !== opened) this.send({ type: 'alturas:drill', ...drill });
  }

  /** Where a message of the host leads from a place. What it names that there is not is left out, and told. */
  follow(message: HostMessage, place: Place): Place {
    const there = this.#follow(message, place);
    this.know(there);
    return there;
  }

  #follow(message: HostMessage, place: Place): Place {
    switch (message.type) {
      case 'alturas:filters':
        return { ...place, ...this.#filters(message.filters, place) };
      case 'alturas:theme':
        return { ...place, theme: message.scheme };
      case 'alturas:place': {
        const { asOf, locale } = message;
        return {
          ...place,
          board: readPlace(`?board=${message.board ?? place.board}`).board,
          ...(asOf === null || (asOf !== undefined && isDay(asOf)) ? { asOf } : {}),
          ...(locale === undefined ? {} : { language: locale }),
        };
      }
      default:
        return place;
    }
  }

  /** A member may stand alone; no members are no filter. The company stays where none is named. */
  #filters(given: unknown, place: Place): Pick<Place, 'filters' | 'company' | 'opened'> {
    const filters: Record<string, string[]> = {};
    const isObject = typeof given === 'object' && given !== null;
    if (!isObject) this.fail('FILTER_INVALID', 'Filters are members by column.');
    for (const [column, some] of isObject ? Object.entries(given) : []) {
      const members: unknown[] = Array.isArray(some) ? some : [some];
      if (![...FILTERS, 'company'].includes(column))
        this.fail(
          'FILTER_UNKNOWN',
          `There is no filter "${column}"; there are: company, ${FILTERS.join(', ')}.`,
        );
      else if (!members.every((member) => typeof member === 'string'))
        this.fail('FILTER_INVALID', `The members of "${column}" are not text: ${JSON.stringify(some)}.`);
      else if (column === 'company' && members.length > 1)
        this.fail('FILTER_INVALID', 'A board shows one company at a time.');
      else filters[column] = members;
    }
    const { company: [company = null] = [place.company], ...others } = filters;
    return {
      filters: Object.fromEntries(Object.entries(others).filter(([, members]) => members.length > 0)),
      company,
      opened: company === place.company ? place.opened : null,
    };
  }
}

function filterOf({ filters, company, asOf, board }: Place) {
  return { filters: { ...(company === null ? {} : { company: [company] }), ...filters }, asOf, board };
}

function drillOf(opened: Opened | null) {
  return opened && { kpi: opened.kpi, by: opened.by ?? null, at: opened.at };
}
