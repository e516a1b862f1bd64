import type { OfferedDelivery } from './offered.ts';

/** A group's files fit into a session's memory several times over. */
const GROUP_BYTES = 48 * 1024 * 1024;
const GROUP_SIZE = 48;

/** Collects deliveries that are drafted together: a statement for many small files costs little more than for one. */
export class Groups {
  readonly #alone: boolean;
  #group: OfferedDelivery[] = [];
  #bytes = 0;

  /** @param alone every delivery is a group of its own */
  constructor(alone: boolean) {
    this.#alone = alone;
  }

  /** @returns the groups that are complete with this delivery */
  add(offer: OfferedDelivery): OfferedDelivery[][] {
    const bytes = offer.files.reduce((sum, file) => sum + file.bytes, 0);
    const full = this.#alone || this.#group.length >= GROUP_SIZE || this.#bytes + bytes > GROUP_BYTES;
    const complete = full ? this.rest() : [];
    this.#group.push(offer);
    this.#bytes += bytes;
    return complete;
  }

  /** @returns what is left, as a group */
  rest(): OfferedDelivery[][] {
    const group = this.#group;
    this.#group = [];
    this.#bytes = 0;
    return group.length === 0 ? [] : [group];
  }
}
