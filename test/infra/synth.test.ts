import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { LARGEST_BYTES } from '../../infra/artefacts.ts';
import { ROOT } from './deployed.ts';

/** Without a network where this machine lets us take it away: a synth that needs one fails then. */
const isolated = spawnSync('unshare', ['-rn', 'true']).status === 0;
const out = mkdtempSync(path.join(tmpdir(), 'alturas-synth-'));

function cdk(...args: string[]) {
  const command = ['npx', 'cdk', ...args];
  const [first = 'npx', ...rest] = isolated ? ['unshare', '-rn', ...command] : command;
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')),
  );
  return spawnSync(first, rest, { cwd: ROOT, encoding: 'utf8', env: { ...environment, CI: 'true' } });
}

function bytesOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => statSync(path.join(folder, file)))
    .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}

describe('cdk synth, with the real bundles and boards, without account or network', () => {
  let ran: ReturnType<typeof cdk>;
  beforeAll(() => {
    ran = cdk(
      'synth',
      '--quiet',
      '--output',
      out,
      '-c',
      `architecture=${process.arch === 'arm64' ? 'arm64' : 'x86_64'}`,
    );
  });

  it('gives seven stacks', () => {
    expect(ran.status, `${ran.stdout}\n${ran.stderr}`).toBe(0);
    const templates = readdirSync(out).filter((file) => file.endsWith('.template.json'));
    expect(templates.sort()).toEqual(
      ['catalogue', 'edge', 'lake', 'observability', 'operations', 'pipeline', 'serve'].map(
        (name) => `alturas-dev-${name}.template.json`,
      ),
    );
    for (const template of templates) {
      const text = readFileSync(path.join(out, template), 'utf8');
      // CloudFormation's limit for a template, and ours to notice in time.
      expect(text.length, template).toBeLessThan(900_000);
    }
  });

  it('takes bundles that a Lambda function can hold', () => {
    const bundles = readdirSync(out)
      .filter((file) => file.startsWith('asset.') && statSync(path.join(out, file)).isDirectory())
      .map((file) => path.join(out, file))
      .filter((folder) => readdirSync(folder).includes('functions'));
    expect(bundles).toHaveLength(3);
    for (const bundle of bundles) {
      expect(bytesOf(bundle)).toBeGreaterThan(50_000_000);
      expect(bytesOf(bundle)).toBeLessThan(LARGEST_BYTES);
    }
  });
});
