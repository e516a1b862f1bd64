import type { BusinessDate } from '../../functions/core/dates.ts';
import type { AssignmentFacts, CompanyFacts, LedgerPlan, ReceiptFacts } from '../support/ledgerFixture.ts';

/** Whose hands a receipt is in, role by role; null is nobody. */
export interface Holders {
  readonly office: string | null;
  readonly advisor: string | null;
  readonly clerk: string | null;
  readonly intermediary: string | null;
  readonly officeSince: BusinessDate | null;
  readonly advisorSince: BusinessDate | null;
  readonly clerkSince: BusinessDate | null;
}

/** An intermediary of a policy and its weight, in millionths of a percent. */
export interface Part {
  readonly intermediary: string;
  readonly weight: bigint;
}

interface Valid {
  readonly validFrom: BusinessDate;
  readonly validTo: BusinessDate | null;
  readonly from: number;
}

/** The rows valid on a day, in their newest version known by delivery `at`. */
function validOn<T extends Valid>(
  rows: readonly T[],
  key: (row: T) => string,
  day: BusinessDate,
  at: number,
): T[] {
  const newest = new Map<string, T>();
  for (const row of rows) if (row.from <= at) newest.set(key(row), row);
  return [...newest.values()].filter(
    (row) => row.validFrom <= day && (row.validTo === null || day < row.validTo),
  );
}

/** The intermediaries of a policy on a day: the largest share first, then by name. */
export function partsOf(company: CompanyFacts, policy: string, day: BusinessDate, at: number): Part[] {
  return validOn(
    company.shares.filter((share) => share.policy === policy),
    (share) => `${share.intermediary}|${share.validFrom}`,
    day,
    at,
  )
    .map(({ intermediary, share }) => {
      const [whole = '0', fraction = ''] = share.split('.');
      return { intermediary, weight: BigInt(whole + fraction.padEnd(6, '0')) };
    })
    .sort((a, b) =>
      a.weight === b.weight ? (a.intermediary < b.intermediary ? -1 : 1) : a.weight > b.weight ? -1 : 1,
    );
}

const SCOPES: readonly AssignmentFacts['scope'][] = ['RECEIPT', 'POLICY', 'CLIENT', 'INTERMEDIARY', 'OFFICE'];

/** Who holds a receipt on a day, by what delivery `at` knew. */
export function holdersOf(
  company: CompanyFacts,
  receipt: Pick<ReceiptFacts, 'receiptNo' | 'policy' | 'client' | 'office'>,
  day: BusinessDate,
  at: number,
): Holders {
  const intermediary = partsOf(company, receipt.policy, day, at)[0]?.intermediary ?? null;
  const ids: Record<AssignmentFacts['scope'], string | null> = {
    RECEIPT: receipt.receiptNo,
    POLICY: receipt.policy,
    CLIENT: receipt.client,
    INTERMEDIARY: intermediary,
    OFFICE: receipt.office,
  };
  const valid = validOn(
    company.assignments,
    (row) => `${row.scope}|${row.scopeId}|${row.role}|${row.validFrom}`,
    day,
    at,
  );
  const winner = (role: AssignmentFacts['role']) => {
    for (const scope of SCOPES) {
      const found = valid.find(
        (row) => row.role === role && row.scope === scope && row.scopeId === ids[scope],
      );
      if (found) return found;
    }
    return null;
  };
  const [office, advisor, clerk] = [winner('OFFICE'), winner('ADVISOR'), winner('CLERK')];
  return {
    office: office?.person ?? receipt.office,
    advisor: advisor?.person ?? null,
    clerk: clerk?.person ?? null,
    intermediary,
    officeSince: office?.validFrom ?? null,
    advisorSince: advisor?.validFrom ?? null,
    clerkSince: clerk?.validFrom ?? null,
  };
}

/** Who answered for a receipt on the day it was issued, by what delivery `at` knew, whoever holds it now. */
export function originOf(
  company: CompanyFacts,
  receipt: Parameters<typeof holdersOf>[1] & Pick<ReceiptFacts, 'issueDate'>,
  at: number,
): Pick<Holders, 'office' | 'advisor' | 'clerk'> {
  return holdersOf(company, receipt, receipt.issueDate, at);
}

/** Units of functional currency for one unit, in 10^-8: the last rate on or before the day; null when none is known. */
export function rateOf(
  plan: LedgerPlan,
  currency: string,
  functional: string,
  day: BusinessDate,
  at: number,
): bigint | null {
  if (currency === functional) return 100_000_000n;
  const newest = new Map<string, string>();
  for (const rate of plan.rates) {
    if (rate.currency === currency && rate.to === functional && rate.date <= day && rate.from <= at) {
      newest.set(rate.date, rate.rate);
    }
  }
  const last = [...newest.keys()].sort().at(-1);
  return last === undefined ? null : rateUnits(newest.get(last) ?? '');
}

export function rateUnits(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(8, '0'));
}

/** Cents times a rate in 10^-8, rounded half away from zero. */
export function converted(amount: bigint, rate: bigint): bigint {
  const scaled = (amount < 0n ? -amount : amount) * rate;
  const rounded = (scaled + 50_000_000n) / 100_000_000n;
  return amount < 0n ? -rounded : rounded;
}
