import { CommanderError } from 'commander';
import { AlturasError, EXIT_CODES } from '../core/errors.ts';
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
  const fail = (error: object): void => terminal.flush(args.includes('--json') ? error : undefined);
  try {
    await createProgram().parseAsync([...args], { from: 'user' });
    terminal.flush();
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      fail(wrongUsage(error));
      return EXIT_CODES.usage;
    }
    if (error instanceof AlturasError) {
      fail(error);
      terminal.error(error.toString());
      return error.exitCode;
    }
    fail({ code: 'DEFECT', kind: 'internal', message: String(error) });
    terminal.error(
      'A defect of alturas, not of your data: nothing was published. Please report what follows.',
    );
    terminal.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  }
}

/** What the parser of the command line says, in the shape of our own errors: `commander.unknownOption` is `UNKNOWN_OPTION`. */
function wrongUsage({ code, message }: CommanderError): object {
  if (code === 'commander.help')
    return { code: 'NO_COMMAND', kind: 'usage', message: 'No command was named.' };
  return {
    code: code
      .replace('commander.', '')
      .replace(/[A-Z]/g, (letter) => `_${letter}`)
      .toUpperCase(),
    kind: 'usage',
    message: message.replace(/^error: /, ''),
  };
}

/** `alturas kpi | head` has seen enough: what is under way ends as it would, without anybody to tell. */
function ignoreReaderGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
