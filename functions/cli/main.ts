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
  for (const stream of [process.stdout, process.stderr])
    if (!stream.listeners('error').includes(ignoreReaderGone)) stream.on('error', ignoreReaderGone);
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

/** `alturas kpi | head` has seen enough: what is under way ends as it would, without anybody to tell. */
function ignoreReaderGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
