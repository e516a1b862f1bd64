import type { Command } from 'commander';
import type { VerifyFlags } from '../verifying.ts';

/** `verify`: makes the figure of a number receipt again and says whether it is equal. */
export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .description('makes the figure of a number receipt again, and says whether it is equal')
    .argument('<file>', 'a number receipt as the boards or /api/proof give it')
    .option(
      '--key <file>',
      'the public key (JWK) that must have signed it; default: the one of the house on this machine',
    )
    .action(async (name: string, options: VerifyFlags, command: Command) => {
      const { verifyReceipt } = await import('../verifying.ts');
      await verifyReceipt(name, options, command);
    });
}
