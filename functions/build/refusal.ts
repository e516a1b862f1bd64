import { AlturasError } from '../core/errors.ts';
import type { BuildReport } from '../warehouse/report.ts';

/** @throws AlturasError `LAW_BROKEN` when the build was refused */
export function refuseBroken(report: BuildReport): void {
  if (report.status !== 'refused') return;
  const laws = report.broken.filter(({ severity }) => severity === 'error');
  throw new AlturasError(
    'law',
    'LAW_BROKEN',
    `${laws.length} laws are broken, so nothing of this build is visible.`,
    {
      causes: laws.map(
        (law) =>
          `${law.law}: ${law.rows} rows; the first: ${JSON.stringify(law.sample[0])}; all: ${law.evidence}`,
      ),
      safe: 'What was published before stays as it is.',
      hint: 'Look at the evidence, correct the delivery or the model, and build again.',
    },
  );
}
