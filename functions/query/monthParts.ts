/**
 * Amounts of `month_total` in the currency of their documents, which are known without a rate. By measure in
 * functional currency, what says that a row has a part in it that nobody can tell. Movements that cancel each other
 * out in their own currency are none. What is not here, nothing in a row tells from what is only 0.
 */
export const MONTH_PARTS: Readonly<Record<string, string>> = {
  written: 'written_document <> 0 or receipts_issued <> 0 or written is null',
  written_net: 'written_document <> 0 or receipts_issued <> 0 or written_net is null',
  sales: 'written_document <> 0 or sales_document <> 0 or receipts_issued <> 0 or sales is null',
  sales_net: 'written_document <> 0 or sales_document <> 0 or receipts_issued <> 0 or sales_net is null',
  cancelled_np: 'sales_document <> written_document or policies_cancelled_np <> 0 or cancelled_np is null',
  cancelled_np_net:
    'sales_document <> written_document or policies_cancelled_np <> 0 or cancelled_np_net is null',
  cancelled_other:
    'sales_document <> written_document or policies_cancelled_np <> 0 or cancelled_other is null',
  collected: 'collected_document <> 0 or collected is null',
  collected_net: 'collected_document <> 0 or collected_net is null',
  cash: 'collected_document <> 0 or cash is null',
};

/** What a column of a long mart is made of: what is open on the day, and measures of the month to date. */
export interface MadeOf {
  readonly open: boolean;
  readonly month: readonly string[];
}

/** Those columns, and KPIs by which rows are told apart, that are made of the month; the others of what is open alone. */
export const LONG_PARTS: Readonly<Record<string, MadeOf>> = {
  collected: { open: false, month: ['collected'] },
  countback_days: { open: true, month: ['sales'] },
  true_dso_days: { open: true, month: ['sales'] },
  written: { open: false, month: ['written'] },
  sales: { open: false, month: ['sales'] },
  collection_rate_gross: { open: true, month: ['sales', 'collected'] },
  collection_rate_net: { open: true, month: ['sales', 'collected'] },
  recovery_rate: { open: true, month: ['collected'] },
  on_time_rate: { open: true, month: ['sales', 'collected'] },
  cei: { open: true, month: ['sales'] },
  dso: { open: true, month: ['sales'] },
};

export const OPEN_ONLY: MadeOf = { open: true, month: [] };

/** A condition on rows of `month_total` that have a part in any of some measures; null where it cannot be told. */
export function partOfMonth(measures: readonly string[]): string | null {
  const parts = [...new Set(measures)].map((measure) => MONTH_PARTS[measure]);
  return parts.some((part) => part === undefined) ? null : parts.map((part) => `(${part})`).join(' or ');
}
