/**
 * What was measured here, and what is assumed where nothing could be. Machine: 2 cores, 24 GiB, Debian, Node 20.
 * Sizes are those of the folders of `demo --receipts 10000 --days 12`: 12 deliveries, 126,310 receipt rows.
 */
export const MEASURED = {
  /** One day of a million open receipts (`npm run bench -- million`), median of three, in a quiet hour. */
  secondsPerMillion: { land: 3.0, build: 8.6 },
  peakMbAtAMillion: { land: 494, build: 1182 },
  /** Bytes a receipt and day, all feeds and tables over the receipt rows. */
  bytesPerReceipt: {
    /** CSV as delivered, not compressed. */
    landing: 32_450_432 / 126_310,
    ledger: 10_765_701 / 126_310,
    ledgerReceipts: 6_899_005 / 126_310,
    /** Day files, mean of 21 to 29 June, over 10,526 receipts a day. */
    position: 560_829 / 10_526,
    /** All tables of the same days; those by dimension grow slower than the receipts, so this is an upper bound. */
    marts: 1_146_191 / 10_526,
  },
  /** The 12 day files of `position` (6,720,203 bytes) written again as one, in the order of its grain. */
  compactedShare: 2_455_661 / 6_720_203,
  /** Objects that a day writes (10 landed, 10 ledger, 15 marts, index, manifest), and reads about twice as often. */
  requestsPerDay: { writes: 40, reads: 80 },
  /** Models and laws that read the position of a day (`sql/`). */
  positionReads: 9,

  // Assumed, until a deployment tells:
  /** Start of the function and of DuckDB, listing, laws over little. */
  secondsFixed: { land: 5, build: 10 },
  secondsPerQuestion: 0.1,
  readsPerQuestion: 0.2,
  /** Scans of one day's positions that analysts make by Athena in a month. */
  adHocScans: 500,
  /** States of one run with one batch. */
  transitionsPerRun: 15,
} as const;
