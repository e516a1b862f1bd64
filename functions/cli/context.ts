import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { FEED_NAMES } from '../contracts/feeds.ts';
import { type Config, defaultConfig, readConfig, retiredKeys } from '../core/config.ts';
import { AlturasError } from '../core/errors.ts';
import type { Lake } from '../lake/lake.ts';
import { openLake } from '../lake/openLake.ts';
import { lawNames } from '../warehouse/lawNames.ts';
import { terminal } from './terminal.ts';

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

/** The largest number that an option takes: what 31 bits hold. */
const MOST = 2_147_483_647;

const DEFAULT_FILE = 'alturas.yml';

/** What a lake in a folder keeps for the commands that are given no other configuration. */
export const KEPT_FILE = 'alturas.yml';

/** Where a lake keeps its configuration; null for one that is no folder. */
export function keptFile(place: string): string | null {
  return place.includes('://') ? null : join(place, KEPT_FILE);
}

/** The configuration file of `--config`, or alturas.yml beside the caller. */
export function givenFile(options: GlobalOptions): string | undefined {
  return options.config ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
}

/** The configuration of `--config`, of alturas.yml beside the caller or in the lake, or the defaults. */
export function configOf(options: GlobalOptions): Config {
  const kept = keptFile(options.lake);
  const file = givenFile(options) ?? (kept !== null && existsSync(kept) ? kept : undefined);
  if (file === undefined) return defaultConfig();
  if (!existsSync(file)) {
    throw new AlturasError('usage', 'CONFIG_MISSING', `There is no configuration file ${file}.`, {
      file,
      hint: 'Write one with `alturas config > alturas.yml`, or leave --config out.',
    });
  }
  const text = readFileSync(file, 'utf8');
  const config = readConfig(file, text, { feeds: FEED_NAMES, laws: lawNames });
  // What a lake keeps was written by us: nobody is asked to mend it.
  if (file !== kept) for (const line of retiredKeys(file, text)) terminal.note(`  NOTE ${line}`);
  return config;
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

/** Reads the number of an option; `least` is the smallest that it may be. */
export function wholeFrom(least: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < least || number > MOST)
      throw new InvalidArgumentError(`Expected a whole number from ${least} to ${MOST}.`);
    return number;
  };
}
