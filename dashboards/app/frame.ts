import type { FrameMessage, HostMessage } from '../embed/messages.ts';
import type { Place } from './place.ts';

/**
 * The inside of an embedding frame. Messages are taken from the parent window alone; the token never stands in an
 * address. Which parents there may be is the server's `frame-ancestors`.
 */
export class Frame {
  readonly #listeners: ((message: HostMessage) => void)[] = [];
  #host = '*';

  constructor() {
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

  tellPlace(place: Place): void {
    this.send({ type: 'alturas:filter', filters: place.filters, asOf: place.asOf, board: place.board });
  }
}
