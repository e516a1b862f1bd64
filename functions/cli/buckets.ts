import { parse, stringify } from 'yaml';
import { type Config, RETIRED_KEYS, withBuckets } from '../core/config.ts';
import { AlturasError } from '../core/errors.ts';
import type { Lake } from '../lake/lake.ts';
import { type GlobalOptions, givenFile, KEPT_FILE, keptFile } from './context.ts';

/**
 * The configuration with the buckets of `--buckets`, which the lake can keep for every later command.
 * @throws AlturasError `BAD_BUCKETS`; `BUCKETS_NOT_KEPT` where later commands would read other ones
 */
export function configWithBuckets(options: GlobalOptions, config: Config, buckets: string): Config {
  const wanted = withBuckets(config, buckets.split(',').map(Number));
  if (isSame(wanted, config)) return config;
  const file = givenFile(options);
  if (file === undefined && keptFile(options.lake) !== null) return wanted;
  const where = file ?? 'the configuration of all who build and serve this lake';
  throw new AlturasError('usage', 'BUCKETS_NOT_KEPT', 'Later commands would not know of these buckets.', {
    ...(file === undefined ? {} : { file }),
    value: buckets,
    expected: config.buckets.join(','),
    safe: 'Nothing was written.',
    hint: `Write buckets: [${wanted.buckets.join(', ')}] into ${where}, and leave --buckets out.`,
  });
}

/** Keeps the buckets in the lake, beside whatever else it keeps; `before` is what was in force without them. */
export async function keepBuckets(lake: Lake, config: Config, before: Config): Promise<void> {
  if (isSame(config, before)) return;
  const stored = await lake.get(KEPT_FILE);
  const kept: unknown = stored ? parse(Buffer.from(stored.body).toString('utf8')) : null;
  const read = Object.entries(kept ?? {}).filter(([key]) => !Object.hasOwn(RETIRED_KEYS, key));
  const { buckets } = config;
  await lake.put(KEPT_FILE, stringify({ version: 1, ...Object.fromEntries(read), buckets }));
}

function isSame(one: Config, other: Config): boolean {
  return one.buckets.join() === other.buckets.join();
}
