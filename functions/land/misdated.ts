import { isMisdated, MISDATED, type MisdatedCode, type Rejection, rejection } from '../contracts/delivery.ts';
import { type Config, defaultConfig } from '../core/config.ts';
import { inParallel } from '../core/inParallel.ts';
import type { Lake } from '../lake/lake.ts';
import type { OfferedDelivery } from './offered.ts';

/** A rejection for a date too far away, which holds for the same bytes. */
export interface Misdated {
  readonly rejection: Rejection;
  readonly code: MisdatedCode;
  /** How many days the configuration allowed. */
  readonly limit: number;
}

const FOLDER = 'rejected/';
/** Rejections of before do not tell their limit: most configurations leave it as it is. */
const AHEAD = defaultConfig().delivery_ahead_days;

/**
 * The rejections for a date too far away, of days that are offered again. One that the configuration now reaches
 * further than is left out: such a delivery is judged anew, as the user wishes.
 */
export async function misdatedBefore(
  lake: Lake,
  offers: readonly OfferedDelivery[],
  config: Config,
): Promise<Misdated[]> {
  if (offers.length === 0) return [];
  const days = new Set<string>(offers.map(({ asOf }) => asOf));
  const keys: string[] = [];
  for await (const { key } of lake.list(FOLDER)) {
    if (days.has(key.split('/')[1] ?? '')) keys.push(key);
  }
  const found: Misdated[] = [];
  await inParallel(
    keys.map((key) => async () => {
      const stored = await lake.get(key);
      const parsed = stored && rejection.safeParse(JSON.parse(Buffer.from(stored.body).toString('utf8')));
      if (!parsed?.success) return;
      const { code, limit: told } = parsed.data;
      if (!isMisdated(code)) return;
      const limit = told ?? (code === 'DELIVERY_AHEAD' ? AHEAD : undefined);
      if (limit === undefined) return;
      if (config[MISDATED[code]] <= limit) found.push({ rejection: parsed.data, code, limit });
    }),
  );
  return found;
}
