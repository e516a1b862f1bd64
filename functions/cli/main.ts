import { CommanderError } from 'commander';
import { AlturasError } from '../core/errors.ts';
import { createProgram } from './program.ts';
import { terminal } from './terminal.ts';

/**
 * Runs one `alturas` command.
 * @param args the words after `alturas`
 * @returns the exit code: 0, or the code of the error's kind (see functions/core/errors.ts)
 */
export async function run(args: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof AlturasError) {
      if (args.includes('--json')) {
        terminal.json({
          error: { code: error.code, kind: error.kind, message: error.message, ...error.details },
        });
      }
      terminal.error(error.toString());
      return error.exitCode;
    }
    terminal.error(
      'A defect of alturas, not of your data: nothing was published. Please report what follows.',
    );
    terminal.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  }
}
