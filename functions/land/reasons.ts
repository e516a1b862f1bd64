import type { FeedColumn } from '../contracts/feed.ts';

/** Why a row was refused, by code. Codes are stable; the sentences are for people. */
export const REASONS = {
  EMPTY_LINE: 'the line is empty',
  BAD_ENCODING: 'the line is not valid in the encoding of the file',
  LINE_BREAK: 'the line holds a carriage return or a NUL in its middle',
  LINE_TOO_LONG: 'the line is longer than a row can be',
  BROKEN_QUOTES: 'a quote is opened and not closed on the line, or text follows a closing quote',
  FIELD_COUNT: 'the line has another number of fields than the header',
  MISSING_VALUE: 'a mandatory value is empty',
  BAD_MONEY: 'not an amount: digits, at most two decimals after a point, nothing else',
  BAD_DATE: 'not a calendar day written YYYY-MM-DD',
  BAD_TIMESTAMP: 'not a local timestamp written YYYY-MM-DD HH:MM:SS',
  BAD_NUMBER: 'not a number as the contract writes it',
  BAD_BOOLEAN: 'neither true nor false',
  BAD_VALUE: 'not one of the values that the contract or the mapping knows',
  UNKNOWN_RECEIPT_TYPE: 'no sign rule for this receipt type',
  TOTAL_MISMATCH: 'the components do not add up to the total',
  MOVEMENT_WITHOUT_RECEIPT: 'its receipt is not among the accepted receipts of the same delivery',
  DUPLICATE_KEY: 'another row of the delivery has the same key and comes first',
  DUPLICATE_EVENT: 'an earlier delivery of another day brought the same key',
} as const;

export type RefusalCode = keyof typeof REASONS;

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
