import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { configOf } from '../../../functions/cli/context.ts';
import { defaultConfig, readConfig } from '../../../functions/core/config.ts';
import { HOME } from '../../../functions/core/home.ts';
import { configSetting } from '../../../functions/lambda/environment.ts';
import { lawNames } from '../../../functions/warehouse/lawNames.ts';
import { settingsOf } from '../../../functions/warehouse/relations.ts';

const textsUnder = (folder: string, ...extensions: readonly string[]): string[] =>
  readdirSync(join(HOME, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => extensions.some((extension) => name.endsWith(extension)))
    .map((name) => readFileSync(join(HOME, folder, name), 'utf8'));

describe('a configuration that names what does not exist', () => {
  const TEXT = 'error_budget: {feeds: {reciepts: 0.1}}\nlaws: {parts_ad_up: warning}\n';
  const missing = (read: () => unknown): string => {
    try {
      return String(read());
    } catch (error) {
      return String(error);
    }
  };

  it('is refused at the terminal, with the name that was likely meant', () => {
    const folder = mkdtempSync(join(tmpdir(), 'alturas-settings-'));
    const config = join(folder, 'alturas.yml');
    writeFileSync(config, TEXT);
    const said = missing(() => configOf({ lake: '', config }));
    rmSync(folder, { recursive: true });
    expect(said).toContain(`where:    ${config}, line 1`);
    expect(said).toContain('there is no feed "reciepts"; did you mean "receipts"?');
    expect(said).toContain('there is no law "parts_ad_up"; did you mean "parts_add_up"?');
  });

  it('is refused by a function; the one that holds no laws looks at feeds alone', () => {
    vi.stubEnv('ALTURAS_CONFIG_YAML', TEXT);
    const [build, land] = [missing(() => configSetting(lawNames)), missing(() => configSetting())];
    vi.unstubAllEnvs();
    expect(build).toContain('there is no law "parts_ad_up"');
    expect(land).toContain('there is no feed "reciepts"');
    expect(land).not.toContain('law');
  });
});

/** The file's own version; and which PAR are meant by default, while any bucket bound may be asked for. */
const READ_BY_NOBODY: readonly string[] = ['version', 'par_thresholds'];

describe('settings', () => {
  it('that models read by key are keys of the configuration, and have a default', () => {
    const read = textsUnder('sql', '.sql')
      .filter((text) => /\b(from|join) settings\b/.test(text))
      .flatMap((text) => [...text.matchAll(/\bkey = '([^']+)'( [|][|])?/g)])
      .map(([, key = '', more]) => (more === undefined ? key : new RegExp(`^${key}`)));
    const known = settingsOf(defaultConfig()).map(({ key }) => String(key));
    expect(read).toContain('attainment_cap');
    for (const key of read)
      expect(known).toContainEqual(typeof key === 'string' ? key : expect.stringMatching(key));
  });

  it('of the configuration are each read by something', () => {
    const texts = [
      ...readdirSync(join(HOME, 'functions'), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && name !== join('core', 'config.ts'))
        .map((name) => readFileSync(join(HOME, 'functions', name), 'utf8')),
      ...textsUnder('sql', '.sql', '.yml'),
    ];
    const keys = Object.keys(defaultConfig()).filter((key) => !READ_BY_NOBODY.includes(key));
    const isRead = (key: string) => {
      const read = new RegExp(`(?:[.]|'|settings: [{][^}]*)${key}\\b`);
      return texts.some((text) => read.test(text));
    };
    expect(keys.filter((key) => !isRead(key))).toEqual([]);
  });

  it('cap attainment at 1.2 unless the configuration says otherwise', () => {
    const cap = (text: string) =>
      settingsOf(readConfig('alturas.yml', text)).find(({ key }) => key === 'attainment_cap')?.value;
    expect(cap('')).toBe('1.2');
    expect(cap('attainment_cap: 1.5\n')).toBe('1.5');
  });
});
