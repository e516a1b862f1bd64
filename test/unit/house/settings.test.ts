import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultConfig, readConfig } from '../../../functions/core/config.ts';
import { HOME } from '../../../functions/core/home.ts';
import { settingsOf } from '../../../functions/warehouse/relations.ts';

const textsUnder = (folder: string, extension: string): string[] =>
  readdirSync(join(HOME, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension))
    .map((name) => readFileSync(join(HOME, folder, name), 'utf8'));

describe('settings', () => {
  it('that models read by key are keys of the configuration, and have a default', () => {
    const read = textsUnder('sql', '.sql')
      .filter((text) => /\bfrom settings\b/.test(text))
      .flatMap((text) => [...text.matchAll(/\bkey = '([^']+)'/g)].map(([, key]) => key));
    const known = settingsOf(defaultConfig()).map(({ key }) => key);
    expect(read).toContain('attainment_cap');
    expect(known).toEqual(expect.arrayContaining(read));
  });

  it('cap attainment at 1.2 unless the configuration says otherwise', () => {
    const cap = (text: string) =>
      settingsOf(readConfig('alturas.yml', text)).find(({ key }) => key === 'attainment_cap')?.value;
    expect(cap('')).toBe('1.2');
    expect(cap('attainment_cap: 1.5\n')).toBe('1.5');
  });
});
