import type { FeedColumn } from '../contracts/feed.ts';
import type { FeedMapping } from '../contracts/mapping.ts';
import type { RefusalCode } from '../contracts/refusals.ts';
import { listOf } from './canonicalText.ts';

/** What is safe when a delivery is refused whole. */
export const UNTOUCHED =
  'nothing of this delivery is visible; its files lie untouched where they were delivered';

/** The only dates with a pattern of their own are first days. */
function isMonth({ type, pattern }: FeedColumn): boolean {
  return type === 'date' && pattern !== undefined;
}

/** The code of a value that is not written as its column asks. */
export function codeOf(column: FeedColumn): RefusalCode {
  switch (column.type) {
    case 'money':
      return 'BAD_MONEY';
    case 'date':
      return isMonth(column) ? 'BAD_MONTH' : 'BAD_DATE';
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

/** What a value of a column should look like in its file, in no language: formats, examples, values. */
export function expectedOf(column: FeedColumn, mapping: FeedMapping | undefined): string {
  const formats = (of: 'date_format' | 'timestamp_format', contract: string): string =>
    listOf(mapping?.[of]).join(' | ') || contract;
  switch (column.type) {
    case 'date':
      return isMonth(column)
        ? formats('date_format', 'YYYY-MM-DD').replaceAll('DD', '01').replaceAll('D', '1')
        : formats('date_format', 'YYYY-MM-DD');
    case 'timestamp':
      return formats('timestamp_format', 'YYYY-MM-DD HH:MM:SS');
    case 'boolean':
      return 'true | false | 1 | 0';
    case 'text':
      return column.values?.join(' | ') ?? column.pattern ?? '';
    default:
      return numberExample(column, mapping);
  }
}

const DECIMALS = {
  money: '50',
  rate: '12345678',
  percent: '333333',
  quantity: '250000',
  integer: '',
} as const;

function numberExample({ type, pattern }: FeedColumn, mapping: FeedMapping | undefined): string {
  const { decimal = '.', thousands = '' } = mapping ?? {};
  const digits = DECIMALS[type as keyof typeof DECIMALS];
  const end = digits === '' ? '' : `${decimal}${digits}`;
  const ways = type === 'percent' ? [`33${end}`] : [...new Set([`1${thousands}234${end}`, `1234${end}`])];
  const isUnsigned = type === 'rate' || type === 'percent' || pattern !== undefined;
  return `${ways.join(' | ')}${isUnsigned ? ', >= 0' : ''}`;
}

/** The values that a lookup knows. */
export function lookedUpValues(lookup: Readonly<Record<string, string | null>>): string {
  return Object.keys(lookup).join(' | ');
}

/** What follows the sentence of a reason: what was expected, and the file's own name of the column. */
export function reasonDetail(expected: string, column: string, mapping: FeedMapping | undefined): string {
  const source = mapping?.rename[column];
  return `${expected === '' ? '' : `: ${expected}`}${source === undefined ? '' : ` (${source})`}`;
}
