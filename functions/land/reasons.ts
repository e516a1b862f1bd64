import type { FeedColumn } from '../contracts/feed.ts';
import type { RefusalCode } from '../contracts/refusals.ts';

/** What is safe when a delivery is refused whole. */
export const UNTOUCHED =
  'nothing of this delivery is visible; its files lie untouched where they were delivered';

/** The code of a value that is not written as its column asks. */
export function codeOf(column: FeedColumn): RefusalCode {
  switch (column.type) {
    case 'money':
      return 'BAD_MONEY';
    case 'date':
      return 'BAD_DATE';
    case 'timestamp':
      return 'BAD_TIMESTAMP';
    case 'boolean':
      return 'BAD_BOOLEAN';
    case 'text':
      return 'BAD_VALUE';
    default:
      return 'BAD_NUMBER';
  }
}
