import type { Command } from 'commander';
import { businessDate } from '../../core/dates.ts';
import { restatements } from '../../query/restatements.ts';
import { openContext } from '../context.ts';
import { callerOf, type Eyes, withEyes } from '../eyes.ts';
import { groupedMoney } from '../figures.ts';
import { terminal } from '../terminal.ts';

/** `restatements`: what became known later about days already delivered. */
export function addRestatementCommands(program: Command): void {
  withEyes(program.command('restatements'))
    .description(
      'late, reversed, backdated and re-delivered movements, the days they change, and by how much',
    )
    .option('--of <day>', 'only those that change the view of this day')
    .option('--from <day>', 'known from this day on (default: the last 31 days, or since --of)')
    .option('--to <day>', 'known up to this day (default: the newest)')
    .action(async (options: Eyes & { of?: string; from?: string; to?: string }, command: Command) => {
      const { lake, config, json } = await openContext(command);
      const span = {
        ...(options.of === undefined ? {} : { of: businessDate(options.of) }),
        ...(options.from === undefined ? {} : { from: businessDate(options.from) }),
        ...(options.to === undefined ? {} : { to: businessDate(options.to) }),
      };
      const found = await restatements(lake, config, span, callerOf(options));
      if (json) {
        terminal.json(found);
        return;
      }
      if (found.rows.length === 0) {
        terminal.line(`Nothing that became known from ${found.from} to ${found.to} changes an earlier day.`);
        return;
      }
      const text = (cell: unknown): string => (cell === null || cell === undefined ? '' : String(cell));
      terminal.table(
        [
          'known on',
          'company',
          'kind',
          'movement',
          'receipt',
          'intermediary',
          'cause',
          'of',
          'changes',
          'currency',
          'effect',
        ],
        found.rows.map((row) => [
          text(row.as_of),
          text(row.company),
          text(row.kind),
          text(row.movement_id),
          text(row.receipt_no),
          text(row.intermediary),
          text(row.cause),
          text(row.business_date),
          row.affects_from === null ? '' : `${text(row.affects_from)} to ${text(row.affects_to)}`,
          text(row.currency),
          groupedMoney(text(row.effect_document)),
        ]),
        [...Array.from({ length: 10 }, () => 'left' as const), 'right'],
      );
    });
}
