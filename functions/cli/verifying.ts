import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { JWK } from 'jose';
import * as z from 'zod';
import { AlturasError, type ErrorDetails } from '../core/errors.ts';
import { expectedWords, faultsOf } from '../core/schemaFaults.ts';
import { Desk } from '../query/desk.ts';
import { proofBody } from '../serve/api.ts';
import { servingFolder } from '../serve/house.ts';
import { verify } from '../serve/proof.ts';
import { houseKey, isSigned, sameKey } from '../serve/signer.ts';
import { openContext } from './context.ts';
import { terminal } from './terminal.ts';

const file = z.object({
  receipt: proofBody,
  jws: z.string(),
  key: z.record(z.string(), z.unknown()),
});

export interface VerifyFlags {
  /** File of the public key that must have signed. */
  readonly key?: string;
}

/**
 * Makes the figure of a number receipt again, and says whether it is equal.
 * @param name the file of the receipt
 * @throws AlturasError where it was changed, signed by somebody else, or is not equal any more
 */
export async function verifyReceipt(name: string, options: VerifyFlags, command: Command): Promise<void> {
  const context = await openContext(command);
  const { receipt, jws, key } = readReceipt(name);
  const trusted =
    options.key === undefined
      ? await houseKey(servingFolder(context.lake))
      : (readJson(options.key, 'public key', 'BAD_KEY') as JWK);
  if (!(await isSigned(jws, receipt, key as JWK)))
    throw refused('SIGNATURE_BROKEN', 'The number receipt was changed after it was signed.', name);
  if (trusted === null) throw unknownKey(name);
  if (!(await sameKey(trusted, key as JWK)))
    throw refused('SIGNATURE_FOREIGN', 'The number receipt was signed by another key.', name, {
      expected:
        options.key === undefined ? 'the key of the house on this machine' : `the key of ${options.key}`,
      hint: 'Ask whoever gave it for the public key of the house, and name that: --key FILE.',
    });
  const desk = await Desk.open(context.lake, context.config);
  try {
    const verdict = await verify(desk, receipt);
    if (context.json) terminal.json({ ...verdict, signature: 'known' });
    else {
      terminal.line(`${receipt.kpi} as of ${receipt.as_of}, known at ${receipt.known_at}`);
      terminal.line(`then: ${receipt.cell.value ?? receipt.cell.reason}`);
      terminal.line(`now:  ${verdict.now.cell.value ?? verdict.now.cell.reason}`);
      terminal.line(
        `signature: valid, ${options.key === undefined ? 'by this house' : `by the key of ${options.key}`}`,
      );
      for (const { what, before, now } of verdict.differences)
        terminal.line(`differs: ${what}: ${before} -> ${now}`);
      terminal.line(verdict.equal ? 'EQUAL' : 'NOT EQUAL');
    }
    if (!verdict.equal)
      throw refused('NOT_EQUAL', 'The figure made again is not the one of the number receipt.', name);
  } finally {
    await desk.close();
  }
}

function readReceipt(name: string): z.output<typeof file> {
  const read = readJson(name, 'number receipt', 'BAD_RECEIPT');
  const parsed = file.safeParse(read, { error: expectedWords });
  if (parsed.success) return parsed.data;
  throw new AlturasError('input', 'BAD_RECEIPT', 'This file is no number receipt.', {
    file: name,
    expected: RECEIPT,
    causes: faultsOf(parsed.error.issues, read).map(({ path, text }) => `${path.join('.')}: ${text}`),
    hint: FETCH,
  });
}

const RECEIPT = 'a number receipt as the boards or /api/proof give it (JSON)';
const FETCH = 'Save the number receipt again, and verify it as it is.';

/** @throws AlturasError with `code` where there is no such file, or no JSON in it */
function readJson(name: string, what: 'number receipt' | 'public key', code: string): unknown {
  const expected = what === 'public key' ? 'a public key as a JWK (JSON)' : RECEIPT;
  let text: string;
  try {
    text = readFileSync(name, 'utf8');
  } catch (cause) {
    const message = `There is no ${what} "${name}" that can be read.`;
    throw new AlturasError(
      'input',
      code,
      message,
      { file: name, expected, hint: 'Name a file that is there.' },
      cause,
    );
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    const hint = what === 'public key' ? 'Name the file of the key.' : FETCH;
    throw new AlturasError(
      'input',
      code,
      `This file is no ${what}: it is not JSON.`,
      { file: name, expected, hint },
      cause,
    );
  }
}

function refused(code: string, message: string, name: string, more: ErrorDetails = {}): AlturasError {
  return new AlturasError('rejected', code, message, { file: name, safe: 'nothing was changed', ...more });
}

/** Anybody can sign with a key of their own: a signature says something where the key is known otherwise. */
function unknownKey(name: string): AlturasError {
  return new AlturasError(
    'missing',
    'SIGNATURE_UNKNOWN',
    'This machine does not know by whom the number receipt was signed: no house has a key here.',
    {
      file: name,
      expected: 'the public key of the house that gave it',
      safe: 'nothing was changed',
      hint: 'Name the file of that key (a JWK), as the house itself gave it to you: --key FILE.',
    },
  );
}
