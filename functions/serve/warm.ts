import { addMonths, type BusinessDate, monthEnd, monthStart } from '../core/dates.ts';
import { AlturasError } from '../core/errors.ts';
import type { Desk } from '../query/desk.ts';
import { answer } from '../query/kpi.ts';

const MONTHS = 13;

/**
 * Makes what every board asks for and no publish keeps: figures over twelve months, of the newest day and the month
 * ends before it. One after another, so that whoever asks meanwhile waits for one of them at most.
 * @param goOn false ends it
 */
export async function warm(desk: Desk, goOn: () => boolean): Promise<void> {
  const newest = desk.newestDay();
  const ends = Array.from({ length: MONTHS }, (_, back) =>
    monthEnd(addMonths(monthStart(newest), -1 - back)),
  );
  const { first } = desk.ledger.calendar;
  const days: BusinessDate[] = [newest, ...ends.filter((day) => first !== null && day >= first)];
  const kpis = desk.catalogue.kpis.filter(
    ({ periods }) => periods[0] !== undefined && periods[0] !== 'month',
  );
  for (const asOf of days)
    for (const { id } of kpis) {
      if (!goOn()) return;
      await answer(desk, { kpi: id, asOf, by: ['company'], filters: [] }).catch((error: unknown) => {
        // A day that was delivered and is not built has no such figure yet.
        if (!(error instanceof AlturasError) || error.kind !== 'missing') throw error;
      });
    }
}
