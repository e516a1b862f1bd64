import type { Answer, AnswerRow, Unit } from '../query/answer.ts';
import type { PartUnit } from '../query/partUnit.ts';

/** Four decimals of the published unit (of the percent, for a percent), half to even: the edge is the only place that rounds. */
const FOUR = new Intl.NumberFormat('en-US', {
  minimumFractionDigits: 4,
  maximumFractionDigits: 4,
  roundingMode: 'halfEven',
} as Intl.NumberFormatOptions);
const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A decimal string with its thousands grouped; exact, the digits are never turned into a number. */
export function groupedMoney(text: string): string {
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** A figure as a person reads it on a terminal. */
export function figureText(value: string | number | null, unit: Unit): string {
  if (value === null) return '–';
  switch (unit) {
    case 'money':
      return groupedMoney(String(value));
    case 'ratio':
      return `${FOUR.format(Number(value) * 100)} %`;
    case 'days':
      return `${FOUR.format(Number(value))} d`;
    case 'times':
      return `${FOUR.format(Number(value))} x`;
    case 'count':
      return WHOLE.format(Number(value));
    case 'index':
      return FOUR.format(Number(value));
  }
}

/** A numerator or denominator: exact money when it is one, else a plain number. */
export function partText(value: string | number | null): string {
  if (value === null) return '';
  return typeof value === 'string' ? groupedMoney(value) : FOUR.format(value);
}

/** The head of a column of numerators or denominators: what is no money says what it is. */
export function partHead(part: string, unit: PartUnit | null, currency: string | null): string {
  const money = currency ?? 'money';
  const said = { money: currency ?? '', money_days: `${money} x days`, count: 'count', number: '' };
  return [part, unit === null ? '' : said[unit]].filter(Boolean).join(', ');
}

/** What stands beside a figure: why it is null, and what qualifies it. */
export function remarkText(row: AnswerRow): string {
  const notes = Object.entries(row.notes ?? {}).map(([name, value]) => `${name} ${value}`);
  return [row.reason ?? '', ...notes].filter(Boolean).join('; ');
}

function csvCell(value: string | number | null | undefined): string {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A line of CSV: a cell with a comma, a quote or a line break stands in quotes. */
export function csvLine(cells: readonly (string | number | null | undefined)[]): string {
  return cells.map(csvCell).join(',');
}

/** The rows as CSV under the same names as in the JSON shape; `row_currency` is that of the money, `currency` a dimension. */
export function answerCsv(answer: Answer): string {
  const dimensions = Object.keys(answer.rows[0]?.dimensions ?? {});
  const header = [...dimensions, 'value', 'numerator', 'denominator', 'reason', 'row_currency'];
  const lines = answer.rows.map((row) =>
    csvLine([
      ...dimensions.map((name) => row.dimensions[name]),
      row.value,
      row.numerator,
      row.denominator,
      row.reason,
      row.currency,
    ]),
  );
  return [csvLine(header), ...lines].join('\n');
}
