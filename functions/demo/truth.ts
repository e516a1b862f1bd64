import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DelayWindow } from './behaviour.ts';
import { BREAK_HEADER, type BreakLog } from './breaks.ts';
import type { Client } from './clients.ts';
import { row } from './deliveryFiles.ts';
import type { Outbox } from './outbox.ts';
import type { Day, Timeline } from './timeline.ts';

/** What a detector, a reconciliation or a data check should find; never delivered. */
export interface Truth {
  readonly timeline: Timeline;
  readonly labelled: readonly Client[];
  readonly windows: readonly DelayWindow[];
  readonly breaks: BreakLog;
  readonly outbox: Outbox;
}

/** Writes the truth as CSV files into `directory`. */
export async function writeTruth(directory: string, truth: Truth): Promise<void> {
  const { timeline, labelled, windows, breaks, outbox } = truth;
  const text = (day: Day | null) => (day === null ? '' : timeline.text(day));
  await mkdir(directory, { recursive: true });
  const write = (name: string, header: string, rows: readonly string[]) =>
    writeFile(join(directory, name), `${[header, ...rows].join('\n')}\n`);
  await write(
    'payer_regimes.csv',
    'company,client_id,regime,changes_on,ends_on,days,instalments,instalments_since',
    labelled.flatMap(({ company, id, regime }) =>
      regime
        ? [
            row([
              company.company,
              id,
              regime.kind,
              text(regime.changesOn),
              text(regime.endsOn),
              regime.days,
              regime.seen,
              regime.since,
            ]),
          ]
        : [],
    ),
  );
  await write(
    'intermediary_delays.csv',
    'intermediary,from,to,days',
    windows.map((window) => row([window.intermediary, text(window.from), text(window.to), window.days])),
  );
  await write('gl_breaks.csv', BREAK_HEADER, breaks.rows(timeline));
  await write(
    'bad_rows.csv',
    'delivery,feed,receipt_no,column,why',
    outbox.sent.flatMap(({ name, badRows }) =>
      badRows.map(({ receipt, column, why }) => row([name, 'receipts', receipt, column, why])),
    ),
  );
  await write('incidents.csv', 'day,incident,movements_left_out', [
    ...[...outbox.incidents.missing].sort().map((day) => row([text(day), 'MISSING_DAY', ''])),
    ...outbox.sent
      .filter(({ omitted }) => omitted > 0)
      .map(({ day, omitted }) => row([text(day), 'SENT_AGAIN', omitted])),
  ]);
}
