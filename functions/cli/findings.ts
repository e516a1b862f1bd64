import type { DeliveryEntry, Finding } from '../contracts/delivery.ts';
import type { LandingReport } from '../land/report.ts';
import { steerless } from './terminal.ts';

/** A finding of more deliveries than these is told once, of the newest. */
const ALIKE = 3;

/** `NO_DUE_DATE: receipts: 3 receipts …`, on one line. */
export function findingText({ code, feed, message }: Finding): string {
  return steerless(`${code}: ${feed === undefined ? '' : `${feed}: `}${message}`);
}

/** What a delivery's entry says was found, one a line. */
export function findingsText({ findings }: DeliveryEntry): string {
  return findings.map(findingText).join('\n');
}

/**
 * The findings of a landing one by one, and those that come with nearly every delivery once. Two are alike when they
 * say the same of the same column.
 */
export function findingLines({ outcomes }: Pick<LandingReport, 'outcomes'>): string[] {
  const alike = new Map<string, { readonly day: string; readonly lines: string[] }[]>();
  for (const outcome of outcomes) {
    if (outcome.outcome === 'rejected') continue;
    const { as_of: day } = outcome.entry;
    const found = outcome.outcome === 'accepted' ? outcome.entry.findings : outcome.findings;
    const own = new Map<string, string[]>();
    for (const one of found) {
      const kind = `${one.code} ${one.feed} ${one.column} ${one.refers}`;
      own.set(kind, [...(own.get(kind) ?? []), `  ${day} ${findingText(one)}`]);
    }
    for (const [kind, lines] of own) alike.set(kind, [...(alike.get(kind) ?? []), { day, lines }]);
  }
  return [...alike.values()].flatMap((told) => {
    const last = told.at(-1);
    if (told.length <= ALIKE || !last) return told.flatMap(({ lines }) => lines);
    const since = told.map(({ day }) => day).sort()[0];
    const before = `(${told.length - 1} deliveries before had the like, from ${since} on)`;
    return last.lines.map((line, at) => (at === last.lines.length - 1 ? `${line} ${before}` : line));
  });
}
