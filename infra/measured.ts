/**
 * What was measured here, and what is assumed where nothing could be. Machine: 2 cores, 24 GiB, Debian, Node 20.
 * `demo --receipts 2000 --days 60`: 59 deliveries, 115,936 receipt rows, 61 days built; sizes of its folders.
 */
export const MEASURED = {
  /** The speed table of the README: one day of a million open receipts, median of three. */
  secondsPerMillion: { land: 3.0, build: 8.6 },
  peakMbAtAMillion: { land: 494, build: 1182 },
  /** Bytes a receipt and day: the demo's folders, all feeds and tables, over its 115,936 receipt rows. */
  bytesPerReceipt: {
    /** CSV as delivered, not compressed. */
    landing: 26_891_673 / 115_936,
    ledger: 10_749_085 / 115_936,
    ledgerReceipts: 7_670_850 / 115_936,
    /** Day files, mean of 10 to 19 June: 192,324 bytes of 1,932 rows. */
    position: 192_324 / 1_932,
    /** All tables of the same days; those by dimension grow slower than the receipts, so this is an upper bound. */
    marts: 482_069 / 1_932,
  },
  /** May of `position`: one file of 1,186,388 bytes against 31 day files of 192,324. */
  compactedShare: 1_186_388 / (31 * 192_324),
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
  transitionsPerRun: 14,
} as const;
