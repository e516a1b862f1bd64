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

/**
 * Where each leaf of the configuration is read, as it stands there. A name under a record of the user's own names is
 * written `*`. The file's own version is read by the schema alone.
 */
const READERS: Readonly<Record<string, readonly [file: string, text: string]>> = {
  version: ['functions/core/config.ts', 'version: z.literal(1)'],
  time_zone: ['functions/land/order.ts', 'config.time_zone'],
  buckets: ['functions/core/config.ts', 'const { buckets } = config'],
  'receipt_types.*': ['functions/land/land.ts', 'config.receipt_types'],
  'error_budget.default': ['functions/land/judge.ts', 'config.error_budget.default'],
  'error_budget.feeds.*': ['functions/land/judge.ts', 'config.error_budget.feeds[feed.name]'],
  'calendars.*.weekend': ['sql/marts/attainment.sql', "'calendars.' || c.country || '.weekend'"],
  'calendars.*.holidays': ['sql/marts/attainment.sql', "'calendars.' || c.country || '.holidays'"],
  day_year: ['sql/kpis.yml', 'settings: {day_year: 360}'],
  rotation_average: ['sql/kpis.yml', 'settings: {rotation_average: 13_month_ends}'],
  'allocation_units.default': ['sql/ledger/allocation_unit.sql', "key = 'allocation_units.default'"],
  'allocation_units.currencies.*': [
    'sql/ledger/allocation_unit.sql',
    "starts_with(key, 'allocation_units.currencies.')",
  ],
  floor_early: ['sql/kpis.yml', 'settings: {floor_early: true}'],
  'promises.grace_days': ['functions/serve/clientPromises.ts', 'defaults.grace_days'],
  'promises.threshold': ['functions/serve/clientPromises.ts', 'defaults.threshold'],
  attainment_cap: ['sql/marts/attainment.sql', "key = 'attainment_cap'"],
  post_dated_days: ['sql/laws/post_dated_within_reach.sql', "key = 'post_dated_days'"],
  duplicate_lookback_days: ['functions/land/accept.ts', 'config.duplicate_lookback_days'],
  delivery_gap_days: ['functions/land/order.ts', 'delivery_gap_days'],
  delivery_ahead_days: ['functions/land/order.ts', 'delivery_ahead_days'],
  'laws.*': ['functions/warehouse/laws.ts', 'config.laws[law.name]'],
};

/** A configuration with a name under every record. */
const WHOLE = readConfig(
  'alturas.yml',
  'error_budget: {feeds: {receipts: 0.1}}\nallocation_units: {currencies: {JPY: 100}}\nlaws: {parts_add_up: warning}\n',
);
const NAMED = ['receipt_types', 'calendars', 'error_budget.feeds', 'allocation_units.currencies', 'laws'];

function leaves(value: unknown, path = ''): string[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [path];
  const own = (key: string) => (NAMED.includes(path) ? '*' : key);
  return Object.entries(value).flatMap(([key, child]) =>
    leaves(child, path === '' ? key : `${path}.${own(key)}`),
  );
}

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

  it('of the configuration are each read by something, down to the last leaf', () => {
    expect([...new Set(leaves(WHOLE))].sort()).toEqual(Object.keys(READERS).sort());
    const unread = Object.entries(READERS).filter(
      ([, [file, text]]) => !readFileSync(join(HOME, file), 'utf8').includes(text),
    );
    expect(unread).toEqual([]);
  });

  it('cap attainment at 1.2 unless the configuration says otherwise', () => {
    const cap = (text: string) =>
      settingsOf(readConfig('alturas.yml', text)).find(({ key }) => key === 'attainment_cap')?.value;
    expect(cap('')).toBe('1.2');
    expect(cap('attainment_cap: 1.5\n')).toBe('1.5');
  });
});
