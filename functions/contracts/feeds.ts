import * as dimensions from './dimensionFeeds.ts';
import type { Feed } from './feed.ts';
import * as ledger from './ledgerFeeds.ts';
import * as work from './workFeeds.ts';

/** Every feed by its contract name. Order: what others refer to comes first. */
export const FEEDS = {
  companies: dimensions.companies,
  offices: dimensions.offices,
  lines: dimensions.lines,
  people: dimensions.people,
  clients: dimensions.clients,
  intermediaries: dimensions.intermediaries,
  policies: dimensions.policies,
  intermediary_shares: dimensions.intermediaryShares,
  assignments: work.assignments,
  fx_rates: ledger.fxRates,
  holidays: dimensions.holidays,
  receipts: ledger.receipts,
  movements: ledger.movements,
  payments: ledger.payments,
  contacts: work.contacts,
  promises: work.promises,
  plans: work.plans,
  targets: work.targets,
  gl_balances: ledger.glBalances,
  gl_entries: ledger.glEntries,
  provision_exclusions: work.provisionExclusions,
} satisfies Record<string, Feed>;

export type FeedName = keyof typeof FEEDS;

export const FEED_NAMES = Object.keys(FEEDS) as readonly FeedName[];

export function isFeedName(text: string): text is FeedName {
  return Object.hasOwn(FEEDS, text);
}

/** A feed seen without its row type, for code that treats all feeds alike. */
export function feedOf(name: FeedName): Feed {
  return FEEDS[name];
}
