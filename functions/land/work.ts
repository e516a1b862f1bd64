import type { DeliveredFeed, DeliveryEntry, Finding } from '../contracts/delivery.ts';
import type { Feed } from '../contracts/feed.ts';
import type { FeedName } from '../contracts/feeds.ts';
import type { FeedMapping, Mapping } from '../contracts/mapping.ts';
import type { Config } from '../core/config.ts';
import type { BusinessDate } from '../core/dates.ts';
import type { AlturasError } from '../core/errors.ts';
import type { Signs } from './checks.ts';
import type { OfferedDelivery, OfferedFile } from './offered.ts';
import type { SourceFile } from './source.ts';

/** What a landing works with, the same for all its deliveries. */
export interface LandingContext {
  readonly config: Config;
  readonly signs: Signs;
  readonly mapping: Mapping | undefined;
  /** The day on which it lands. */
  readonly today: BusinessDate;
  /** Local folder for files on their way into the lake. */
  readonly scratch: string;
}

/** A file whose header fits its contract. Its rows may not be counted yet. */
export interface OpenedFile {
  readonly offer: OfferedFile;
  readonly source: SourceFile;
  /** Null for a CSV, whose lines are counted while it is hashed. */
  readonly counted: { readonly rows: number; readonly regular: boolean } | null;
}

/** The files of one feed of a delivery. */
export interface OpenedFeed {
  readonly name: FeedName;
  readonly feed: Feed;
  readonly mapping: FeedMapping | undefined;
  readonly files: readonly OpenedFile[];
}

/** Local Parquet file of typed rows, written in one pass; nobody has looked yet whether every row was in order. */
export interface Draft {
  readonly path: string;
}

/** A file with what reading it whole told. */
export interface ReadFile {
  readonly offer: OfferedFile;
  readonly source: SourceFile;
  readonly sha256: string;
  readonly rows: number;
}

/** Sums of the control column by currency. */
export type Totals = DeliveredFeed['control'];

/** The typed rows of one feed of one delivery, and what was refused. */
export interface ConvertedFeed {
  /** Local Parquet file with the accepted rows. */
  readonly ledger: string;
  readonly accepted: number;
  readonly refused: number;
  /** Over all physical rows whose amount and currency can be read, as delivered. */
  readonly control: Totals;
  readonly refusedAmounts: Totals;
  /** Physical rows whose amount or currency cannot be read. */
  readonly unreadable: number;
  /** Accepted receipts with a balance and without a due date. */
  readonly undated: number;
  /** Local Parquet file with the refused rows. */
  readonly quarantine: string | null;
  /** Receipts only: local Parquet file with key and currency of every readable row, refused ones included. */
  readonly seen: string | null;
}

/** One feed of one delivery on its way. */
export interface FeedWork {
  readonly name: FeedName;
  readonly feed: Feed;
  readonly mapping: FeedMapping | undefined;
  readonly files: readonly ReadFile[];
  readonly physicalRows: number;
  /** Null when it does not hold every physical row. */
  draft: Draft | null;
  converted: ConvertedFeed | null;
}

/** What a file of companies says, as far as other files depend on it. */
export interface Described {
  readonly companies: readonly string[];
  /** Those of them whose movements are inferred. */
  readonly inferred: readonly string[];
}

/** One delivery on its way. */
export interface DeliveryWork {
  readonly offer: OfferedDelivery;
  readonly delivery: string;
  readonly controlHash: string;
  readonly feeds: ReadonlyMap<FeedName, FeedWork>;
  readonly findings: Finding[];
  /** Why it is refused whole. */
  refusal: AlturasError | null;
  /** It is refused for a date that other deliveries do not make right. */
  staysRefused: boolean;
  /** The companies of its receipts, once it is accepted; null when it brings none. */
  companies: readonly string[] | null;
  /** The companies that it describes, once it is accepted; null when it describes none. */
  described: Described | null;
  /** The latest business date of its movements, once it is accepted; null when it brings none. */
  latestMovement: BusinessDate | null;
  /** Keys of the reference states as of its acceptance. */
  states: DeliveryEntry['states'];
}
