import { html } from 'lit';
import type { AskAnswer } from '../../../functions/serve/api.ts';
import type { Setting } from '../../app/setting.ts';
import { dayShort } from '../../format/days.ts';
import { bucketProperty, bucketsOf } from '../../parts/buckets.ts';
import { paint } from '../../parts/paint.ts';
import { type TableModel, wordCell } from '../../parts/table.ts';
import { bucketWords } from './words.ts';

const STATES = ['PAID', 'CANCELLED', 'WRITTEN_OFF', 'ADJUSTED', 'CREDIT'] as const;
const STRONGEST = 45;
/** Less is shown as 0,0 %. */
const LEAST = 0.0005;
const SEPARATOR = ' > ';

interface Roll {
  readonly part: number;
  /** Over the closings before, from summed parts and summed openings; null without any. */
  readonly mean: number | null;
}

/** Every pair of bucket and state: its part this month, and the mean of the months before. */
function rollsOf(answer: AskAnswer): {
  readonly rolls: Map<string, Roll>;
  readonly openings: Map<string, number>;
  readonly months: number;
} {
  const months = answer.compare.flatMap(({ reason }, at) => (reason === null ? [at] : []));
  const openings = new Map<string, number>();
  const before = new Map<string, number[]>();
  for (const row of answer.rows) {
    const from = row.dimensions.from ?? '';
    if (row.denominator !== null) openings.set(from, Number(row.denominator));
    const known = before.get(from) ?? answer.compare.map(() => 0);
    row.compare.forEach(({ denominator }, at) => {
      if (denominator !== null) known[at] = Number(denominator);
    });
    before.set(from, known);
  }
  const told = months.filter((at) => [...before.values()].some((known) => (known[at] ?? 0) > 0));
  const rolls = new Map<string, Roll>();
  for (const row of answer.rows) {
    const from = row.dimensions.from ?? '';
    const opening = openings.get(from) ?? 0;
    const all = told.reduce((sum, at) => sum + (before.get(from)?.[at] ?? 0), 0);
    const went = told.reduce((sum, at) => sum + Number(row.compare[at]?.numerator ?? 0), 0);
    rolls.set(`${from}${SEPARATOR}${row.dimensions.to}`, {
      part: opening === 0 ? 0 : Number(row.numerator ?? 0) / opening,
      mean: all === 0 ? null : went / all,
    });
  }
  return { rolls, openings, months: told.length };
}

/** Of every bucket a month ago, which part stands where now; the mean of the months before under it. */
export function rollTable(setting: Setting, answer: AskAnswer): TableModel {
  const { figures, language } = setting;
  const own = bucketWords(language);
  const { rolls, openings, months } = rollsOf(answer);
  const buckets = bucketsOf(setting).filter((altura) => openings.has(altura));
  const landings = bucketsOf(setting).filter((altura) =>
    answer.rows.some(({ dimensions }) => dimensions.to === altura),
  );
  const states = [
    ...landings,
    ...STATES.filter((state) => answer.rows.some(({ dimensions }) => dimensions.to === state)),
  ];
  const tint = (state: string): string =>
    landings.includes(state)
      ? bucketProperty(setting, state)
      : state === 'PAID'
        ? 'var(--good)'
        : 'var(--ghost)';
  return {
    caption: own.rollSaid(
      dayShort(answer.period?.opened ?? '', language),
      dayShort(answer.as_of, language),
      months,
    ),
    columns: [
      { head: own.from },
      { head: own.opening, unit: figures.millionsUnit, end: true },
      ...states.map((state) => ({ head: setting.label('to', state), end: true })),
    ],
    lines: buckets.map((from) => ({
      key: from,
      cells: [
        wordCell(setting.bucketName(from)),
        {
          show: figures.millions((openings.get(from) ?? 0).toFixed(2)),
          text: figures.paste((openings.get(from) ?? 0).toFixed(2)),
          sort: openings.get(from) ?? 0,
        },
        ...states.map((state) => {
          const roll = rolls.get(`${from}${SEPARATOR}${state}`);
          const part = roll?.part ?? 0;
          const mean = roll?.mean ?? null;
          // What neither went there now nor before is left blank; a zero of one beside the other is said.
          const isNone = Math.max(part, mean ?? 0) < LEAST;
          return {
            show: html`<span class="tint" ${paint({ '--tint': tint(state), '--part': `${(part * STRONGEST).toFixed(1)}%` })}
              >${isNone ? '' : figures.percent(part)}${months === 0 || isNone ? '' : html`<small>${figures.percent(mean ?? 0)}</small>`}</span
            >`,
            text: figures.paste(part),
            sort: part,
          };
        }),
      ],
    })),
  };
}
