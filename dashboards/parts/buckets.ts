import type { AskAnswer } from '../../functions/serve/api.ts';
import type { Setting } from '../app/setting.ts';
import type { Value } from '../format/figures.ts';
import type { Inks } from './chart.ts';

const STEPS = 7;
const UNDATED = 'SIN_VENCIMIENTO';

/** The buckets in order, the receipt without due date last. */
export function bucketsOf(setting: Setting): string[] {
  const { buckets } = setting.ground.catalogue;
  return [...buckets].sort((a, b) => a.order - b.order).map(({ altura }) => altura);
}

/** The one ramp: not due is the cool neutral, then the warm steps, spread when there are fewer than seven. */
export function bucketStep(setting: Setting, altura: string): number | 'undated' {
  if (altura === UNDATED) return 'undated';
  const dated = bucketsOf(setting).filter((name) => name !== UNDATED);
  const at = dated.indexOf(altura);
  const late = dated.length - 1;
  if (at <= 0) return 0;
  return late >= STEPS
    ? Math.min(at, STEPS)
    : Math.round(1 + ((at - 1) / Math.max(1, late - 1)) * (STEPS - 1));
}

export function bucketInk(setting: Setting, altura: string, inks: Inks): string {
  const step = bucketStep(setting, altura);
  return step === 'undated' ? inks.undated : (inks.alturas[step] ?? inks.ghost);
}

/** The custom property of a bucket's colour, for marks in the page. */
export function bucketProperty(setting: Setting, altura: string): string {
  const step = bucketStep(setting, altura);
  return step === 'undated' ? 'var(--undated)' : `var(--altura-${step})`;
}

/** Value of a bucket on the day (`at` -1) or on a compared day. */
export function bucketValue(answer: AskAnswer, altura: string, at: number): Value {
  const row = answer.rows.find(({ dimensions }) => dimensions.bucket === altura);
  if (row === undefined) return null;
  return at < 0 ? row.value : (row.compare[at]?.value ?? null);
}
