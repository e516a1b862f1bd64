import {
  athenaDayUsd,
  lambdaDayUsd,
  MEMORY_GB,
  monthlyCost,
  positionBytes,
  RETENTIONS,
  seconds,
  storedGb,
  totalOf,
  VOLUMES,
} from './costs.ts';
import { MEASURED } from './measured.ts';
import { PRICES } from './prices.ts';

const usd = (value: number): string => value.toFixed(2);
const big = (value: number): string => value.toLocaleString('en-US');
const gb = (bytes: number): string => (bytes / 1e9).toFixed(bytes < 1e9 ? 2 : 1);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n').concat('\n');
}

/** The lines of a month at every volume, and how the largest is reckoned. */
export function costTable(): string {
  const sheets = VOLUMES.map(monthlyCost);
  const [first = []] = sheets;
  const last = sheets.at(-1) ?? [];
  const rows = first.map(({ name }, at) => [
    name,
    ...sheets.map((lines) => usd(lines[at]?.usd ?? 0)),
    last[at]?.how ?? '',
  ]);
  return table(
    [
      'USD a month',
      ...VOLUMES.map(({ receipts }) => big(receipts)),
      `arithmetic of ${big(VOLUMES.at(-1)?.receipts ?? 0)}`,
    ],
    [...rows, ['**total**', ...sheets.map((lines) => `**${usd(totalOf(lines))}**`), '']],
  );
}

/** Marts after three years under each retention: GB, and what they cost a month. */
export function retentionTable(): string {
  return table(
    ['marts after 36 months', ...VOLUMES.map(({ receipts }) => `${big(receipts)}: GB, USD a month`)],
    RETENTIONS.map((retention) => [
      retention.name,
      ...VOLUMES.map(({ receipts }) => {
        const { marts } = storedGb(receipts, 36, retention);
        return `${marts.toFixed(1)}, ${usd(marts * PRICES.s3Standard.usd)}`;
      }),
    ]),
  );
}

/** Receipts a day against the limits of one function, and of one build by it or by Athena. */
export function limitTable(): string {
  const row = (name: string, of: (receipts: number) => string) => [
    name,
    ...[1_000_000, 10_000_000, 20_000_000, 100_000_000].map(of),
  ];
  return table(
    ['one day of receipts', '1,000,000', '10x', '20x', '100x'],
    [
      row('land, s (limit 900)', (receipts) => seconds('land', receipts).toFixed(0)),
      row('files of the delivery twice on the disk, GB (limit 10)', (receipts) =>
        gb(2 * MEASURED.bytesPerReceipt.landing * receipts),
      ),
      row('build, s (limit 900)', (receipts) => seconds('build', receipts).toFixed(0)),
      row('day read and written on the disk, GB (limit 10)', (receipts) =>
        gb(
          (MEASURED.bytesPerReceipt.ledgerReceipts + MEASURED.bytesPerReceipt.position) * receipts +
            positionBytes(receipts),
        ),
      ),
      row('build by the function, USD', (receipts) => lambdaDayUsd(receipts).toFixed(3)),
      row('build by Athena, USD', (receipts) => athenaDayUsd(receipts).toFixed(3)),
      row(`serve: positions of the day, GB (memory ${MEMORY_GB.serve})`, (receipts) =>
        gb(positionBytes(receipts)),
      ),
    ],
  );
}
