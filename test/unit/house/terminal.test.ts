import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HOME } from '../../../functions/core/home.ts';

describe('a command whose reader has seen enough', () => {
  it('ends as it would, without a trace', async () => {
    const child = spawn(
      process.execPath,
      [join(HOME, 'functions/cli/alturas.mjs'), 'contract', 'receipts', '--json-schema'],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    // The reader leaves before anything was written: as `| head` does after the first line.
    child.stdout.destroy();
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const [code] = await once(child, 'close');
    expect(said).toBe('');
    expect(code).toBe(0);
  }, 60_000);
});
