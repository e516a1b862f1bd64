import type { Finding } from '../contracts/delivery.ts';
import type { FeedName } from '../contracts/feeds.ts';
import { NO_DUE_DATE } from '../core/config.ts';
import { AlturasError } from '../core/errors.ts';
import { type Cents, cents, moneyText } from '../core/money.ts';
import { UNTOUCHED } from './reasons.ts';
import type { DeliveryWork, FeedWork, LandingContext } from './work.ts';

/**
 * Compares what was found with what the control file states, and what was refused with the error budget.
 * @returns why the delivery is refused whole; null when it is not
 */
export function overBudgetOrControl(work: DeliveryWork, context: LandingContext): AlturasError | null {
  const reasons: { code: string; text: string }[] = [];
  for (const feed of work.feeds.values()) {
    const budget = context.config.error_budget.feeds[feed.name] ?? context.config.error_budget.default;
    for (const file of feed.files) {
      if (file.rows !== file.offer.rows) {
        reasons.push({
          code: 'CONTROL_ROWS_DIFFER',
          text: `${file.offer.name}: the control file states ${file.offer.rows} rows, the file has ${file.rows}`,
        });
      }
    }
    const { converted } = feed;
    if (converted && converted.refused > budget * feed.physicalRows) {
      const share = ((100 * converted.refused) / feed.physicalRows).toFixed(3);
      reasons.push({
        code: 'ERROR_BUDGET',
        text: `${feed.name}: ${converted.refused} of ${feed.physicalRows} rows refused (${share} %), the budget is ${100 * budget} %`,
      });
    }
    reasons.push(...sumReasons(work, feed, budget));
  }
  const [first] = reasons;
  if (!first) return null;
  return new AlturasError('rejected', first.code, `The delivery of ${work.offer.asOf} is refused whole.`, {
    file: work.offer.folder,
    causes: reasons.map((reason) => reason.text),
    safe: UNTOUCHED,
    hint: 'correct the source and deliver the day again; `alturas ls refused` lists every refused row',
  });
}

/**
 * Differences between stated and found sums. Those that unreadable amounts may explain become a finding, as long as
 * they are no greater a share of the stated sum than the budget allows of the rows.
 */
function sumReasons(work: DeliveryWork, feed: FeedWork, budget: number): { code: string; text: string }[] {
  const { converted } = feed;
  const column = feed.feed.controlColumn;
  const unstated = feed.files.filter((file) => file.offer.sums === undefined && file.rows > 0);
  if (column === null) {
    return feed.files
      .filter((file) => Object.keys(file.offer.sums ?? {}).length > 0)
      .map((file) => ({
        code: 'CONTROL_SUMS',
        text: `${file.offer.name}: ${feed.name} has no sums to state`,
      }));
  }
  if (unstated.length > 0) {
    return unstated.map((file) => ({
      code: 'CONTROL_SUMS',
      text: `${file.offer.name}: the control file states no sums of ${column}`,
    }));
  }
  if (!converted) return [];
  const stated = new Map<string, Cents>();
  for (const file of feed.files)
    for (const [currency, sum] of Object.entries(file.offer.sums ?? {}))
      stated.set(currency, (stated.get(currency) ?? 0n) + cents(sum));
  const found = new Map(converted.control.map(({ currency, sum }) => [currency, cents(sum)]));
  const reasons: { code: string; text: string }[] = [];
  for (const currency of [...new Set([...stated.keys(), ...found.keys()])].sort()) {
    const [sum, expected] = [found.get(currency) ?? 0n, stated.get(currency) ?? 0n];
    const difference = sum - expected;
    if (difference === 0n) continue;
    const text = `${feed.name}: the sum of ${column} in ${currency} is ${moneyText(sum)}, the control file states ${moneyText(expected)} (difference ${moneyText(difference)})`;
    if (converted.unreadable === 0) {
      reasons.push({ code: 'CONTROL_SUM_DIFFERS', text });
      continue;
    }
    const rows = `${converted.unreadable} rows without a readable amount`;
    if (Math.abs(Number(difference)) > budget * Math.abs(Number(expected))) {
      const more = `; ${rows} may explain no more than ${100 * budget} % of the stated sum, the budget`;
      reasons.push({ code: 'CONTROL_SUM_DIFFERS', text: text + more });
      continue;
    }
    work.findings.push({
      code: 'CONTROL_UNPROVEN',
      severity: 'warning',
      feed: feed.name,
      message: `${text}; ${rows} may explain it`,
      count: converted.unreadable,
    });
  }
  return reasons;
}

/** What the files of an accepted delivery are worth reporting for. */
export function fileFindings(work: DeliveryWork): Finding[] {
  const findings: Finding[] = [];
  if (work.offer.unlisted.length > 0) {
    findings.push({
      code: 'UNLISTED_FILES',
      severity: 'warning',
      message: `not in the control file, and not landed: ${work.offer.unlisted.join(', ')}`,
      count: work.offer.unlisted.length,
    });
  }
  for (const feed of work.feeds.values()) {
    if (feed.converted && feed.converted.undated > 0)
      findings.push(noDueDate(feed.name, feed.converted.undated));
    if (!feed.converted || feed.converted.refused === 0) continue;
    const amounts = feed.converted.refusedAmounts.map(({ currency, sum }) => `${currency} ${sum}`).join(', ');
    findings.push({
      code: 'ROWS_REFUSED',
      severity: 'warning',
      feed: feed.name,
      message: `${feed.converted.refused} of ${feed.physicalRows} rows refused${amounts === '' ? '' : `, ${amounts}`}`,
      count: feed.converted.refused,
    });
  }
  return findings;
}

/** Such a receipt is in every total, and in an altura of its own: nothing is assumed of it, and nothing hides it. */
function noDueDate(feed: FeedName, count: number): Finding {
  const receipts = count === 1 ? 'receipt with a balance has' : 'receipts with a balance have';
  return {
    code: 'NO_DUE_DATE',
    severity: 'warning',
    feed,
    message: `${count} ${receipts} no due date: counted under ${NO_DUE_DATE}, never as overdue`,
    count,
  };
}
