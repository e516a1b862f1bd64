import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deliveredAgain, deliveredOn, Ledger } from './ledgerFixture.ts';
import { writeDeliveries } from './ledgerFixtureFiles.ts';

/** A month end and the day before; then the month end again, and the day after. */
const DELIVERIES = [
  ...deliveredOn('2026-06-29', '2026-06-30'),
  deliveredAgain('2026-06-30', '2026-07-01 12:00'),
  ...deliveredOn('2026-07-01'),
];
/** How many of the deliveries each stage is given. What was there before is offered again. */
export const STAGES = [2, 4] as const;

function smallLedger(): Ledger {
  const ledger = new Ledger(DELIVERIES);
  ledger.rate('USD', 'COP', '2026-06-01', '4000.00');
  const company = ledger.company('UNO');
  company.shares('P2', { A: '60', B: '40' }, '2026-01-01');
  company.assigned('OFFICE', '01', 'CLERK', 'ANA', '2026-01-01');
  for (let at = 1; at <= 40; at += 1) {
    const receipt = company.receipt(`R${at}`, {
      opening: 1_000 + at,
      policy: `P${at % 7}`,
      client: `C${at % 5}`,
      line: at % 2 === 0 ? 'AUTOS' : 'HOGAR',
      currency: at % 9 === 0 ? 'USD' : 'COP',
      issued: '2026-05-10',
      due: `2026-06-${String(1 + (at % 28)).padStart(2, '0')}`,
    });
    if (at % 2 === 0) receipt.paid(10 * at, '2026-06-30', { rate: '4050' });
    if (at % 3 === 0) receipt.paid(at, '2026-06-29', { known: '2026-06-30 again', rate: '4050' });
    if (at % 5 === 0) receipt.paid(7, '2026-07-01', { rate: '4050' });
  }
  company.cash('CASH1', 350, '2026-06-30', { client: 'C9' });
  return ledger;
}

/** Every delivery brings a client without a name, too: a refused row. */
async function refusable(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const file = join(folder, 'clients.csv');
    const columns = (await readFile(file, 'utf8').catch(() => '')).split('\n')[0]?.split(',').length ?? 0;
    if (columns < 2) continue;
    await appendFile(file, `UNO,NOBODY${','.repeat(columns - 2)}\n`);
    const control = join(folder, 'control.json');
    const told = JSON.parse(await readFile(control, 'utf8')) as { files: { name: string; rows: number }[] };
    for (const one of told.files) if (one.name === 'clients.csv') one.rows += 1;
    await writeFile(control, JSON.stringify(told));
  }
}

/**
 * Writes the deliveries of a small ledger that the tests of killed jobs land.
 * @returns their folders in the order of their cut-offs
 */
export async function writeKilledLedger(directory: string): Promise<readonly string[]> {
  const folders = await writeDeliveries(smallLedger(), directory);
  await refusable(folders);
  return folders;
}
