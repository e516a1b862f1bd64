import { stat } from 'node:fs/promises';
import { type DeliveryEntry, isMisdated, lakeKeys, MISDATED, type Rejection } from '../contracts/delivery.ts';
import type { FeedName } from '../contracts/feeds.ts';
import type { Config } from '../core/config.ts';
import type { AlturasError } from '../core/errors.ts';
import type { Lake } from '../lake/lake.ts';
import { hashFile } from './scan.ts';
import type { DeliveryWork, FeedWork } from './work.ts';

/**
 * Keeps a delivered file as it is. Its key carries the hash of the delivery's bytes, so a file of that key and size is
 * this one: a landing that was cut short goes on where it ended.
 */
export async function keepCopy(lake: Lake, key: string, path: string): Promise<void> {
  const [kept, { size }] = await Promise.all([lake.head(key), stat(path)]);
  if (kept?.size !== size) await lake.putFile(key, path);
}

/** Stores the typed and the refused rows of an accepted delivery. @returns what its entry says of its feeds. */
export async function storeFeeds(lake: Lake, work: DeliveryWork): Promise<DeliveryEntry['feeds']> {
  const stored: DeliveryEntry['feeds'] = {};
  for (const feed of work.feeds.values()) {
    const { converted } = feed;
    if (!converted) throw new TypeError(`${feed.name} was not converted`);
    const ledger = lakeKeys.ledger(feed.name, work.offer.asOf, work.delivery);
    const ledgerSha256 = await hashFile(converted.ledger);
    await lake.putFile(ledger, converted.ledger, { move: true });
    stored[feed.name] = {
      files: feed.files.map((file) => ({
        name: file.offer.name,
        sha256: file.sha256,
        bytes: file.offer.bytes,
      })),
      physical_rows: feed.physicalRows,
      accepted: converted.accepted,
      refused: converted.refused,
      control: converted.control,
      refused_amounts: converted.refusedAmounts,
      ...(feed.name === 'receipts' && work.companies !== null ? { companies: [...work.companies] } : {}),
      ...(feed.name === 'companies' && work.described !== null
        ? { companies: [...work.described.companies], inferred: [...work.described.inferred] }
        : {}),
      ...(feed.name === 'movements' && work.latestMovement !== null ? { latest: work.latestMovement } : {}),
      ledger,
      ledger_sha256: ledgerSha256,
      quarantine: await storeQuarantine(lake, work, feed),
    };
  }
  return stored;
}

async function storeQuarantine(lake: Lake, work: DeliveryWork, feed: FeedWork): Promise<string | null> {
  const path = feed.converted?.quarantine ?? null;
  if (path === null) return null;
  const key = lakeKeys.quarantine(feed.name, work.offer.asOf, work.delivery);
  await lake.putFile(key, path);
  return key;
}

/** Keeps why a delivery was refused whole, with its refused rows. */
export async function storeRejection(
  lake: Lake,
  work: DeliveryWork,
  error: AlturasError,
  { now, config }: { readonly now: string; readonly config: Config },
): Promise<Rejection> {
  const feeds: Rejection['feeds'] = {};
  for (const feed of work.feeds.values()) {
    if (!feed.converted) continue;
    feeds[feed.name] = {
      physical_rows: feed.physicalRows,
      accepted: feed.converted.accepted,
      refused: feed.converted.refused,
      quarantine: await storeQuarantine(lake, work, feed),
    };
  }
  const rejection: Rejection = {
    delivery: work.delivery,
    as_of: work.offer.asOf,
    cutoff_at: work.offer.cutoffAt,
    rejected_at: now,
    code: error.code,
    message: error.message,
    reasons: [...(error.details.causes ?? [])],
    ...(work.staysRefused && isMisdated(error.code) ? { limit: config[MISDATED[error.code]] } : {}),
    feeds,
  };
  await lake.put(
    lakeKeys.rejected(work.offer.asOf, work.delivery),
    `${JSON.stringify(rejection, null, 1)}\n`,
  );
  return rejection;
}

/** Local paths of the newest state of every reference feed. */
export async function localStates(
  lake: Lake,
  states: DeliveryEntry['states'],
): Promise<Map<FeedName, string>> {
  const entries = Object.entries(states) as [FeedName, string][];
  const paths = await lake.localPaths(entries.map(([, key]) => key));
  return new Map(entries.map(([feed], at) => [feed, paths[at] ?? '']));
}
