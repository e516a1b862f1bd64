import { Command, Option } from 'commander';
import { addBuildCommands } from './commands/build.ts';
import { addContractCommand } from './commands/contract.ts';
import { addDemoCommands } from './commands/demo.ts';
import { addInspectCommands } from './commands/inspect.ts';
import { addKpiCommands } from './commands/kpi.ts';
import { addLandCommands } from './commands/land.ts';
import { addParityCommand } from './commands/parity.ts';
import { addRestatementCommands } from './commands/restatements.ts';
import { addServeCommand } from './commands/serve.ts';
import { addVerifyCommand } from './commands/verify.ts';
import { terminal } from './terminal.ts';

const EXITS = `
Exit codes:
  0  done             2  wrong usage        3  unreadable input   4  a delivery was rejected
  5  a law is broken  6  somebody was first 7  something is missing 8  not allowed
  1  a defect of alturas

A first walk:
  $ alturas demo                               a fictional insurer, landed and built
  $ alturas kpi                                the figures that can be asked for
  $ alturas kpi overdue_share --as-of 2026-06-30 --by office
  $ alturas receipts overdue --as-of 2026-06-30 --where office=MED
`;

/** Every command with its options; each file under commands/ adds those of one subject. */
export function createProgram(): Command {
  const program = new Command('alturas')
    .description(
      'A premium-receivables warehouse: exact aging, rotation and recovery, tied to the ledger, on two clocks.',
    )
    .version('0.1.0')
    .addOption(
      new Option('--lake <place>', 'the lake: a folder, or s3://bucket/prefix')
        .default('.alturas/lake')
        .env('ALTURAS_LAKE'),
    )
    .addOption(
      new Option('--config <file>', 'configuration file (see `alturas config`)').env('ALTURAS_CONFIG'),
    )
    .option('--json', 'answer with JSON')
    .addHelpText('after', EXITS)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.line(text.replace(/\n$/, '')),
      writeErr: (text) => terminal.note(text.replace(/\n$/, '')),
    })
    .showSuggestionAfterError()
    .showHelpAfterError('(add --help for the options)');
  addDemoCommands(program);
  addLandCommands(program);
  addBuildCommands(program);
  addKpiCommands(program);
  addRestatementCommands(program);
  addContractCommand(program);
  addInspectCommands(program);
  addParityCommand(program);
  addServeCommand(program);
  addVerifyCommand(program);
  return program;
}
