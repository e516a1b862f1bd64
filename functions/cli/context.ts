import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { FEED_NAMES } from '../contracts/feeds.ts';
import { type Config, defaultConfig, readConfig } from '../core/config.ts';
import { AlturasError } from '../core/errors.ts';
import type { Lake } from '../lake/lake.ts';
import { openLake } from '../lake/openLake.ts';
import { lawNames } from '../warehouse/lawNames.ts';

/** The options that every command takes. */
export interface GlobalOptions {
  readonly lake: string;
  readonly config?: string;
  readonly json?: boolean;
}

export interface Context {
  readonly lake: Lake;
  readonly config: Config;
  readonly json: boolean;
}

const DEFAULT_FILE = 'alturas.yml';

/** The configuration of `--config`, of alturas.yml beside the caller, or the defaults. */
export function configOf(options: GlobalOptions): Config {
  const file = options.config ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
  if (file === undefined) return defaultConfig();
  if (!existsSync(file)) {
    throw new AlturasError('usage', 'CONFIG_MISSING', `There is no configuration file ${file}.`, {
      file,
      hint: 'Write one with `alturas config > alturas.yml`, or leave --config out.',
    });
  }
  return readConfig(file, readFileSync(file, 'utf8'), { feeds: FEED_NAMES, laws: lawNames });
}

/** Opens the lake and reads the configuration named by the global options. */
export async function openContext(command: Command): Promise<Context> {
  const options = command.optsWithGlobals<GlobalOptions>();
  return { lake: await openLake(options.lake), config: configOf(options), json: options.json === true };
}

/** Whether `--lake` names a folder that holds nothing yet. */
export function isEmptyFolder(place: string): boolean {
  return !place.includes('://') && !existsSync(join(place, 'deliveries'));
}
