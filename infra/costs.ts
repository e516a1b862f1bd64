import { MEASURED } from './measured.ts';
import { PRICES } from './prices.ts';

/** A month of a deployment, as far as cost depends on it. */
export interface Volume {
  /** Receipts in a day's snapshot: open at the cut-off, or touched since the last delivery. */
  readonly receipts: number;
  /** People who sign in, each asking so often on 22 days. */
  readonly people: number;
  readonly questionsADay: number;
}

export const VOLUMES: readonly Volume[] = [
  { receipts: 100_000, people: 20, questionsADay: 300 },
  { receipts: 1_000_000, people: 100, questionsADay: 300 },
  { receipts: 20_000_000, people: 400, questionsADay: 300 },
];

/** How long days are kept as they were delivered; month ends stay for ever under each. */
export interface Retention {
  readonly name: string;
  /** Months of which every day is kept; null: of all. */
  readonly dailyMonths: number | null;
  /** Bytes kept of a closed month, as a share of those of its day files. */
  readonly share: number;
}

export const RETENTIONS: readonly [Retention, ...Retention[]] = [
  {
    name: 'as it is: every day, and day files stay beside the compacted month',
    dailyMonths: null,
    share: 1 + MEASURED.compactedShare,
  },
  {
    name: 'every day, day files of compacted months removed',
    dailyMonths: null,
    share: MEASURED.compactedShare,
  },
  { name: '13 months of days, then month ends alone', dailyMonths: 13, share: MEASURED.compactedShare },
];

export interface CostLine {
  readonly name: string;
  readonly usd: number;
  /** The arithmetic, with its figures. */
  readonly how: string;
}

const DAYS = 30;
const WORKING_DAYS = 22;
const GB = 1e9;
/**
 * Seconds in a function for a second on the machine of the measurements: its processors are slower and files come from
 * S3. An assumption until the first real deployment tells.
 */
const LAMBDA_FACTOR = 2;
/** The sheet is for a lake that is one year old: no month is a year old for long. */
const MONTHS = 12;

/** Memory of the functions in production, in GB (environment.ts). */
export const MEMORY_GB = { land: 4, build: 8, serve: 4 } as const;
const DISK_GB = 9.5;

/** Seconds that a function needs for a day of so many receipts. */
export function seconds(job: 'land' | 'build', receipts: number): number {
  return (MEASURED.secondsPerMillion[job] * LAMBDA_FACTOR * receipts) / 1e6;
}

/** GB of a lake after so many months: files as delivered (half of them cold by then), ledger, marts. */
export function storedGb(receipts: number, months: number, retention: Retention = RETENTIONS[0]) {
  const perDay = (bytesPerReceipt: number) => (bytesPerReceipt * receipts) / GB;
  const days = months * DAYS;
  const recent = retention.dailyMonths === null ? months : Math.min(months, retention.dailyMonths);
  const ends = months - recent;
  const martDays = recent * DAYS + ends;
  return {
    landingHot: perDay(MEASURED.bytesPerReceipt.landing) * Math.min(days, 90),
    landingCold: perDay(MEASURED.bytesPerReceipt.landing) * Math.max(0, days - 90),
    ledger: perDay(MEASURED.bytesPerReceipt.ledger) * days,
    // The open month is not compacted yet.
    marts:
      perDay(MEASURED.bytesPerReceipt.marts) *
      (DAYS + (martDays - Math.min(martDays, DAYS)) * retention.share),
  };
}

/** What a month costs, line by line, in USD before tax; free tiers of new accounts are left out. */
export function monthlyCost(volume: Volume): CostLine[] {
  const { receipts, people } = volume;
  const questions = people * volume.questionsADay * WORKING_DAYS;
  const lines: CostLine[] = [];
  const add = (name: string, usd: number, how: string) => lines.push({ name, usd, how });
  const n = (value: number, digits = 1) => value.toFixed(digits);

  for (const job of ['land', 'build'] as const) {
    const took = seconds(job, receipts) + MEASURED.secondsFixed[job];
    const gbSeconds = took * MEMORY_GB[job] * DAYS;
    add(
      `Lambda ${job}`,
      gbSeconds * PRICES.lambdaX86.usd + took * DISK_GB * DAYS * PRICES.lambdaDisk.usd,
      `${n(took)} s x ${MEMORY_GB[job]} GB x ${DAYS} days`,
    );
  }
  const answering = MEASURED.secondsPerQuestion * LAMBDA_FACTOR * questions;
  add(
    'Lambda serve',
    answering * MEMORY_GB.serve * PRICES.lambdaX86.usd + (questions / 1e6) * PRICES.lambdaCalls.usd,
    `${n(questions / 1e6, 2)} million questions x ${n(MEASURED.secondsPerQuestion * LAMBDA_FACTOR, 2)} s x ${MEMORY_GB.serve} GB`,
  );
  const stored = storedGb(receipts, MONTHS);
  add(
    'S3 storage, month 12',
    (stored.landingHot + stored.ledger + stored.marts) * PRICES.s3Standard.usd +
      stored.landingCold * PRICES.s3Cold.usd,
    `${n(stored.landingHot)} GB landing + ${n(stored.ledger)} ledger + ${n(stored.marts)} marts, ${n(stored.landingCold)} GB cold`,
  );
  const { writes, reads } = MEASURED.requestsPerDay;
  add(
    'S3 requests',
    ((writes * DAYS) / 1e3) * PRICES.s3Writes.usd +
      ((reads * DAYS + questions * MEASURED.readsPerQuestion) / 1e3) * PRICES.s3Reads.usd,
    `${writes} writes, ${reads} reads a day, ${MEASURED.readsPerQuestion} reads a question`,
  );
  const scannedTb = (MEASURED.adHocScans * positionBytes(receipts)) / 1e12;
  add(
    'Athena, ad hoc',
    scannedTb * PRICES.athena.usd,
    `${MEASURED.adHocScans} scans of a day's position, ${n(scannedTb, 3)} TB`,
  );
  const transitions = MEASURED.transitionsPerRun * 2 * DAYS;
  add(
    'Step Functions',
    (transitions / 1e3) * PRICES.transitions.usd,
    `${MEASURED.transitionsPerRun} transitions x 2 runs a day`,
  );
  add(
    'HTTP API, CloudFront, WAF',
    (questions / 1e6) * (PRICES.httpApi.usd + PRICES.firewallRequests.usd) +
      PRICES.firewall.usd +
      4 * PRICES.firewallRules.usd,
    `${n(questions / 1e6, 2)} million requests, one ACL of 4 rules; CloudFront within 10 million and 1 TB`,
  );
  add('Cognito', people * PRICES.people.usd, `${people} people`);
  add(
    'KMS',
    2 * PRICES.kmsKey.usd + ((writes + reads) * DAYS * PRICES.kmsCalls.usd) / 1e5,
    '2 keys; bucket keys: a call for ten objects at most',
  );
  const logGb = (questions * 2_000) / GB + 1;
  add(
    'CloudWatch, X-Ray, secret',
    logGb * PRICES.logs.usd +
      20 * PRICES.alarms.usd +
      PRICES.dashboard.usd +
      12 * PRICES.metrics.usd +
      (questions / 1e6) * PRICES.traces.usd +
      PRICES.secret.usd,
    `${n(logGb)} GB of logs, 20 alarm metrics, 12 metrics, a dashboard, every request traced`,
  );
  return lines;
}

export function totalOf(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0);
}

/** Bytes of the positions of one day. */
export function positionBytes(receipts: number): number {
  return MEASURED.bytesPerReceipt.position * receipts;
}

/** What one day costs when Athena builds it: every read of a position or of the day's ledger is scanned and paid. */
export function athenaDayUsd(receipts: number): number {
  const bytes =
    receipts *
    (MEASURED.bytesPerReceipt.ledgerReceipts + MEASURED.positionReads * MEASURED.bytesPerReceipt.position);
  return (bytes / 1e12) * PRICES.athena.usd;
}

/** What the same day costs in the function. */
export function lambdaDayUsd(receipts: number): number {
  return seconds('build', receipts) * MEMORY_GB.build * PRICES.lambdaX86.usd;
}
