import { html } from 'lit';
import type { AskAnswer } from '../../../functions/serve/api.ts';
import { tell } from '../../app/events.ts';
import type { Setting } from '../../app/setting.ts';
import { capital } from '../../format/text.ts';
import { bucketProperty, bucketsOf } from '../../parts/buckets.ts';
import { paint } from '../../parts/paint.ts';
import { type TableModel, wordCell } from '../../parts/table.ts';
import { bucketWords } from './words.ts';

/** A tint never gets so strong that the figure on it is hard to read. */
const STRONGEST = 38;

/** Dimension by bucket, in millions or as parts of the member's own total, with the profile as a strip. */
export function matrix(
  from: EventTarget,
  setting: Setting,
  answer: AskAnswer,
  by: string,
  share: boolean,
): TableModel {
  const { figures, words } = setting;
  const own = bucketWords(setting.language);
  const buckets = bucketsOf(setting).filter((altura) =>
    answer.rows.some(({ dimensions, value }) => dimensions.bucket === altura && Number(value) !== 0),
  );
  const members = new Map<string | null, Map<string, string>>();
  const whole = new Map<string, number>();
  for (const { dimensions, value } of answer.rows) {
    const bucket = dimensions.bucket ?? '';
    const member = dimensions[by] ?? null;
    const found = members.get(member) ?? new Map<string, string>();
    found.set(bucket, String(value ?? '0'));
    members.set(member, found);
    whole.set(bucket, (whole.get(bucket) ?? 0) + Number(value ?? 0));
  }
  const sum = (parts: Iterable<string | number>): number =>
    [...parts].reduce<number>((total, part) => total + Number(part), 0);
  const cells = (label: string, parts: ReadonlyMap<string, string | number>) => {
    const total = sum(parts.values());
    return [
      wordCell(label),
      { show: figures.millions(total.toFixed(2)), text: figures.paste(total.toFixed(2)), sort: total },
      {
        show: html`<span class="profile"
          >${buckets.map(
            (altura) =>
              html`<span ${paint({ '--part': String(Number(parts.get(altura) ?? 0)), '--tint': bucketProperty(setting, altura) })}></span>`,
          )}</span
        >`,
        text: '',
        sort: null,
      },
      ...buckets.map((altura) => {
        const amount = Number(parts.get(altura) ?? 0);
        const part = total === 0 ? 0 : amount / total;
        const text = amount === 0 ? '' : share ? figures.percent(part) : figures.millions(amount.toFixed(2));
        return {
          show: html`<span
            class="tint"
            ${paint({ '--tint': bucketProperty(setting, altura), '--part': `${(part * STRONGEST).toFixed(1)}%` })}
            >${text || '·'}</span
          >`,
          text: figures.paste(share ? part : amount.toFixed(2)),
          sort: share ? part : amount,
        };
      }),
    ];
  };
  const lines = [...members]
    .map(([member, parts]) => ({ member, parts, total: sum(parts.values()) }))
    .sort((a, b) => b.total - a.total);
  const dimension = words.dimensions[by as keyof typeof words.dimensions];
  return {
    caption: own.matrixCaption(dimension),
    columns: [
      { head: capital(dimension) },
      { head: own.total, unit: figures.millionsUnit, end: true },
      { head: own.profile, wide: true },
      ...buckets.map((altura) => ({
        head: setting.bucketName(altura),
        unit: share ? '%' : figures.millionsUnit,
        end: true,
        tint: bucketProperty(setting, altura),
      })),
    ],
    total: { key: 'total', cells: cells(own.total, whole) },
    lines: lines.map(({ member, parts }) => ({
      key: member ?? '',
      cells: cells(setting.label(by, member, answer.labels), parts),
      open: () => tell(from, 'alturas-open', { kpi: 'gross', by: 'bucket', at: { [by]: member } }),
    })),
  };
}
