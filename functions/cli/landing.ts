import { existsSync, readFileSync } from 'node:fs';
import { type Mapping, readMapping } from '../contracts/mapping.ts';
import type { Config } from '../core/config.ts';
import { AlturasError } from '../core/errors.ts';
import type { Lake } from '../lake/lake.ts';
import { landDeliveries } from '../land/land.ts';
import type { LandingReport } from '../land/report.ts';
import { findingLines } from './findings.ts';
import { Progress, rowsAndSeconds } from './progress.ts';
import { type Refusing, refusedCount, refusedLines, refusedText } from './refused.ts';
import { terminal } from './terminal.ts';

/** Lands deliveries and tells on standard error how far it is. */
export async function landWithProgress(
  lake: Lake,
  config: Config,
  paths: readonly string[],
  options: { readonly mapping?: string },
): Promise<LandingReport> {
  const mapping = options.mapping === undefined ? undefined : mappingOf(options.mapping);
  const progress = new Progress();
  const report = await landDeliveries(lake, paths, {
    config,
    ...(mapping === undefined ? {} : { mapping }),
    progress: ({ phase, done, total, asOf }) => progress.doing(`  ${phase} ${done} of ${total}: ${asOf}`),
  });
  progress.clear();
  return report;
}

function mappingOf(file: string): Mapping {
  if (!existsSync(file))
    throw new AlturasError('usage', 'NO_SUCH_FILE', `There is no file ${file}.`, { file });
  return readMapping(file, readFileSync(file, 'utf8'));
}

/** At most so many findings are told one by one. */
const TOLD = 12;

/** What became of the deliveries, for people. */
export async function printLanding(lake: Lake, report: LandingReport): Promise<void> {
  const parts = [
    `${report.accepted} accepted`,
    ...(report.unchanged > 0 ? [`${report.unchanged} landed before`] : []),
    ...(report.rejected > 0 ? [`${report.rejected} REJECTED`] : []),
  ];
  const ofRejected = report.outcomes.reduce(
    (sum, one) => sum + (one.outcome === 'rejected' && one.rejection ? refusedCount(one.rejection) : 0),
    0,
  );
  const refused = `${report.refused + ofRejected} rows refused and kept in quarantine`;
  const among = ofRejected === 0 ? '' : `, ${ofRejected} of them of deliveries refused whole`;
  terminal.line(
    `Landed: ${parts.join(', ')}; ${rowsAndSeconds(report.rows, report.seconds)}, ${refused}${among}.`,
  );
  const findings = findingLines(report);
  for (const finding of findings.slice(0, TOLD)) terminal.line(finding);
  if (findings.length > TOLD) terminal.line(`  … and ${findings.length - TOLD} more: alturas ls deliveries`);
  const refusing = report.outcomes.flatMap((outcome): Refusing[] => {
    const told = outcome.outcome === 'rejected' ? outcome.rejection : outcome.entry;
    const isNews = outcome.outcome !== 'unchanged' && told !== null;
    return isNews && Object.values(told.feeds).some(({ quarantine }) => quarantine !== null) ? [told] : [];
  });
  if (refusing.length === 0) return;
  const rows = await refusedLines(lake, refusing.slice(0, TOLD), { each: 5, all: 5 * TOLD });
  for (const row of rows) {
    const whole = row.outcome === 'rejected' ? ' (the delivery is refused whole)' : '';
    terminal.line(`  ${row.day} ${row.feed} ${refusedText(row)}${whole}`);
  }
  terminal.line('  All refused rows: alturas ls refused');
}

/** @throws AlturasError `DELIVERY_REJECTED`, with every reason, when any delivery was refused whole */
export function refuseRejected(report: LandingReport): void {
  const rejected = report.outcomes.flatMap((outcome) => (outcome.outcome === 'rejected' ? [outcome] : []));
  const [first] = rejected;
  if (!first) return;
  if (rejected.length === 1) throw first.error;
  throw new AlturasError('rejected', 'DELIVERY_REJECTED', `${rejected.length} deliveries were rejected.`, {
    causes: rejected.map(({ folder, error }) => `${folder}: ${error.message} [${error.code}]`),
    safe: 'Nothing of them is visible; their files and reasons are kept under landing/ and rejected/.',
    hint: 'Land one of them alone to see all its reasons.',
  });
}
