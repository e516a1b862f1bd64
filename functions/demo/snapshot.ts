import { RECEIPT_HEADER, type Receipt } from './receipt.ts';
import type { Timeline } from './timeline.ts';

/** The receipts file of a day. */
export interface Snapshot {
  readonly rows: number;
  readonly bytes: Buffer;
}

const HEADER = Buffer.from(`${RECEIPT_HEADER}\n`, 'latin1');

/** How many files may still be on their way to the disk while the next one is made. */
export const SNAPSHOTS_IN_FLIGHT = 4;

/**
 * Makes the receipts file of each day out of the day before's: most receipts do not change, and those that stood
 * next to each other are copied together. (Joining a row at a time cost three times as much as all the rest of
 * the simulation.)
 */
export class SnapshotPress {
  readonly #timeline: Timeline;
  readonly #buffers: Buffer[] = Array.from({ length: SNAPSHOTS_IN_FLIGHT + 2 }, () => Buffer.alloc(0));
  #turn = 0;
  #last: Buffer = Buffer.alloc(0);

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** @param extra complete rows that stand at the end of the file, today only */
  print(receipts: readonly Receipt[], extra: readonly string[]): Snapshot {
    const source = this.#last;
    const page = this.#page(receipts, extra);
    let end = HEADER.copy(page);
    let from = 0;
    let to = 0;
    for (const receipt of receipts) {
      if (receipt.rowLength > 0 && receipt.rowStart === to) {
        to += receipt.rowLength;
        receipt.rowStart += end - from;
        continue;
      }
      end += source.copy(page, end, from, to);
      if (receipt.rowLength > 0) {
        from = receipt.rowStart;
        to = from + receipt.rowLength;
        receipt.rowStart = end;
      } else {
        from = to;
        receipt.rowStart = end;
        receipt.rowLength = page.write(receipt.row(this.#timeline), end, 'latin1') + 1;
        end += receipt.rowLength;
        page[end - 1] = 10;
      }
    }
    end += source.copy(page, end, from, to);
    this.#last = page;
    let length = end;
    for (const row of extra) length += page.write(`${row}\n`, length, 'latin1');
    return { rows: receipts.length + extra.length, bytes: page.subarray(0, length) };
  }

  /** The least recently used buffer, large enough for rows of the longest kind. */
  #page(receipts: readonly Receipt[], extra: readonly string[]): Buffer {
    this.#turn = (this.#turn + 1) % this.#buffers.length;
    const need = (receipts.length + extra.length + 8) * 420;
    let page = this.#buffers[this.#turn] ?? Buffer.alloc(0);
    if (page.length < need) {
      page = Buffer.alloc(need * 2);
      this.#buffers[this.#turn] = page;
    }
    return page;
  }
}
