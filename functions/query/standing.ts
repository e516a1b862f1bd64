import { canonicalJson, sha256 } from '../core/canonical.ts';
import type { BusinessDate, LocalTimestamp } from '../core/dates.ts';
import type { PublishedRow } from '../lake/published.ts';
import type { DeliveryMoment } from '../warehouse/days.ts';

/** All that rows made on demand can stand on, besides their day and its knowledge. */
export interface Grounds {
  readonly published: readonly PublishedRow[];
  readonly deliveries: readonly DeliveryMoment[];
  /** Hash of the configuration. */
  readonly config: string;
  /** Hashes of the models. */
  readonly models: readonly string[];
}

const KEY = /^made\/(\d{4}-\d{2}-\d{2})@([^/]+)\/[0-9a-f]{64}\//;

/**
 * Under which keys rows that were made on demand are kept. A key says what its day stands on and nothing later: a
 * publish of a newer day leaves it as it is, a new version of anything before it does not.
 */
export class Standing {
  readonly #grounds: Grounds;
  readonly #prefixes = new Map<string, string>();

  constructor(grounds: Grounds) {
    this.#grounds = grounds;
  }

  /** How the keys begin of what a day, as known at a moment, is made of. */
  prefix(asOf: BusinessDate, knownAt: LocalTimestamp): string {
    const day = `made/${asOf}@${knownAt}/`;
    const known = this.#prefixes.get(day);
    if (known !== undefined) return known;
    const { published, deliveries, config, models } = this.#grounds;
    const grounds = {
      config,
      models,
      published: published
        .filter((row) => row.first_day <= asOf && row.known_from <= knownAt)
        .map(({ table_name: table, path }) => [table, path]),
      deliveries: deliveries.filter(({ cutoff }) => cutoff <= knownAt).map(({ delivery }) => delivery),
    };
    const prefix = `${day}${sha256(canonicalJson(grounds))}/`;
    this.#prefixes.set(day, prefix);
    return prefix;
  }

  /** Whether what is kept under a key is what would be made now. */
  holds(key: string): boolean {
    const [, asOf, knownAt] = KEY.exec(key) ?? [];
    return (
      asOf !== undefined &&
      knownAt !== undefined &&
      key.startsWith(this.prefix(asOf as BusinessDate, knownAt as LocalTimestamp))
    );
  }
}
