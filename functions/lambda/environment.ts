import { rm } from 'node:fs/promises';
import { FEED_NAMES } from '../contracts/feeds.ts';
import { type Config, defaultConfig, readConfig } from '../core/config.ts';
import { AlturasError } from '../core/errors.ts';
import { cacheFolder } from '../lake/fileCache.ts';

/** A variable of the function's environment. @throws AlturasError `SETTING_MISSING` */
export function setting(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new AlturasError('usage', 'SETTING_MISSING', `The function has no ${name}.`, {
    value: name,
    safe: 'nothing was read or written',
    hint: 'set it in the environment of the function',
  });
}

/** A whole number above zero of the environment, or the default. @throws AlturasError `SETTING_INVALID` */
export function numberSetting(name: string, byDefault: number): number {
  const text = process.env[name];
  if (!text) return byDefault;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new AlturasError('usage', 'SETTING_INVALID', `${name} is not a number.`, {
    value: text,
    expected: 'a whole number above zero',
  });
}

/**
 * The configuration in ALTURAS_CONFIG_YAML, or the defaults.
 * @param laws names of the laws; a function that holds none does not look at theirs
 * @throws AlturasError `CONFIG_INVALID`
 */
export function configSetting(laws?: () => readonly string[]): Config {
  const text = process.env.ALTURAS_CONFIG_YAML;
  if (!text) return defaultConfig();
  return readConfig('ALTURAS_CONFIG_YAML', text, { feeds: FEED_NAMES, ...(laws ? { laws } : {}) });
}

/**
 * Removes what earlier calls left on the function's disk: it outlives them, killed ones too, and is small. No other
 * process uses it.
 * @param folders of the caller's own, beside that of the lakes
 */
export async function emptyDisk(...folders: readonly string[]): Promise<void> {
  for (const folder of [cacheFolder(), ...folders]) await rm(folder, { recursive: true, force: true });
}
