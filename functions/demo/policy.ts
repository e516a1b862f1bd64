import type { GlKey } from './breaks.ts';
import type { Client } from './clients.ts';
import type { Company, Line, Office } from './insurer.ts';
import type { Receipt } from './receipt.ts';
import type { Intermediary } from './staff.ts';
import type { Day } from './timeline.ts';

/** A part of a policy that an intermediary earns, in percent as text, so that 33.34 stays 33.34. */
export interface Share {
  readonly intermediary: Intermediary;
  readonly share: string;
}

export interface Policy {
  readonly company: Company;
  readonly no: string;
  readonly client: Client;
  readonly line: Line;
  readonly office: Office;
  readonly currency: string;
  readonly billing: 'DIRECT' | 'AGENCY';
  readonly coinsurance: 'DIRECT' | 'CEDED' | 'ACCEPTED';
  /** Percent. */
  readonly ourShare: number;
  readonly shares: readonly Share[];
  /** The intermediary with the largest share; null for direct business. */
  readonly main: Intermediary | null;
  readonly channel: string;
  /** Instalments a year. */
  readonly instalments: 1 | 2 | 4 | 6 | 12;
  /** All receipts of a term are issued with the policy; otherwise each some weeks before it falls due. */
  readonly upFront: boolean;
  /** Days from issue, or from the start of its period, to the due day. */
  readonly term: number;
  /** Net premium of a year, in whole units of the currency. */
  premium: number;
  issueDay: Day;
  coverStart: Day;
  coverEnd: Day;
  status: 'IN_FORCE' | 'CANCELLED' | 'EXPIRED';
  endorsements: number;
  /** Its receipts that may still be open. */
  receipts: Receipt[];
  /** Where its amounts stand in the general ledger, by component; made when first asked for. */
  readonly glKeys: (GlKey | undefined)[];
}
