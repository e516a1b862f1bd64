import { readFileSync } from 'node:fs';
import { type Cents, cents } from '../../functions/core/money.ts';
import { sharedPath } from './sharedData.ts';

const FOLDER = sharedPath('ibm-ar');

/** Both mirrors of a real register of 2,466 invoices; the second lost the leading zeros of its invoice numbers. */
export const REGISTERS = { whole: `${FOLDER}/pthiagu2.csv`, stripped: `${FOLDER}/rpalaver.csv` };

export const MAPPING = `
company: {company: IBM, name: A register of 2012 and 2013, country: US, currency: USD}
register:
  dates: ['%m/%d/%Y']
  columns: {receipt_no: invoiceNumber, client_id: customerID, issue_date: InvoiceDate, due_date: DueDate, amount: InvoiceAmount, settled_date: SettledDate, disputed: Disputed, line: countryCode}
`;

/** Days since 1970 of `M/D/YYYY`: an own reading of the dates, apart from the product's. */
function dayNumber(text: string): number {
  const [month = 0, day = 0, year = 0] = text.split('/').map(Number);
  return Date.UTC(year, month - 1, day) / 86_400_000;
}

/** Open amount and the part 1 to 30 days past due on a day, straight from the lines of the file. */
export function registerAge(file: string, day: string): { open: Cents; to30: Cents } {
  const asOf = Date.parse(`${day}T00:00:00Z`) / 86_400_000;
  let open = 0n;
  let to30 = 0n;
  for (const line of readFileSync(file, 'utf8').trim().split(/\r?\n/).slice(1)) {
    const cells = line.split(',');
    const [issued = '', due = '', amount = '', , settled = ''] = cells.slice(4);
    if (dayNumber(issued) > asOf || dayNumber(settled) <= asOf) continue;
    const value = cents(amount);
    open += value;
    const late = asOf - dayNumber(due);
    if (late >= 1 && late <= 30) to30 += value;
  }
  return { open, to30 };
}
