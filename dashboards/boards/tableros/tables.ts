import { html } from 'lit';
import type { AskAnswer, PeersResponse } from '../../../functions/serve/api.ts';
import { tell } from '../../app/events.ts';
import type { Setting } from '../../app/setting.ts';
import type { Value } from '../../format/figures.ts';
import { capital } from '../../format/text.ts';
import { bullet, interval, strip } from '../../parts/marks.ts';
import { type TableCell, type TableModel, wordCell } from '../../parts/table.ts';
import { scoreWords } from './words.ts';

type Row = AskAnswer['rows'][number];

export interface Cards {
  readonly attainment: AskAnswer | null;
  readonly onTime: AskAnswer | null;
  readonly place: AskAnswer | null;
  readonly own: AskAnswer | null;
  readonly inherited: AskAnswer | null;
  readonly share: AskAnswer | null;
}

export function rowOf(answer: AskAnswer | null, by: string, member: string | null): Row | null {
  return answer?.rows.find(({ dimensions }) => (dimensions[by] ?? null) === member) ?? null;
}

/** Everyone of a dimension: collections against target, on-time share with its interval, own and inherited debt. */
export function scoreTable(from: EventTarget, setting: Setting, by: string, cards: Cards): TableModel {
  const { figures, words, place } = setting;
  const own = scoreWords(setting.language);
  const members = [
    ...new Set(
      Object.values(cards).flatMap(
        (answer) => answer?.rows.map(({ dimensions }: Row) => dimensions[by] ?? null) ?? [],
      ),
    ),
  ];
  const money = (value: Value | undefined): TableCell => ({
    show: figures.millions(value ?? null),
    text: figures.paste(value ?? null),
    sort: value === null || value === undefined ? null : Number(value),
  });
  const lines = members.map((member) => {
    const attained = rowOf(cards.attainment, by, member);
    const onTime = rowOf(cards.onTime, by, member);
    const ranked = rowOf(cards.place, by, member);
    const debt = rowOf(cards.share, by, member);
    const label = setting.label(by, member, cards.attainment?.labels ?? cards.share?.labels);
    const notes = onTime?.notes ?? {};
    const share = Number(notes.share ?? 0);
    return {
      key: member ?? '',
      order: ranked?.value === null || ranked === null ? Number.POSITIVE_INFINITY : Number(ranked.value),
      cells: [
        wordCell(label),
        money(attained?.numerator),
        money(attained?.denominator),
        {
          show:
            attained?.value === null || attained === null
              ? html`<span class="soft">${setting.reason(attained?.reason ?? 'NO_DATA')}</span>`
              : figures.percent(attained.value, 0),
          text: figures.paste(attained?.value ?? null),
          sort: attained?.value === null || attained === null ? null : Number(attained.value),
        },
        {
          show: attained?.value === null || attained === null ? '' : bullet(Number(attained.value)),
          text: '',
          sort: null,
        },
        {
          show: onTime?.value === null || onTime === null ? '–' : figures.percent(share, 0),
          text: figures.paste(onTime?.value === null ? null : share),
          sort: onTime?.value === null || onTime === null ? null : share,
        },
        {
          show:
            onTime?.value === null || onTime === null
              ? ''
              : interval(Number(onTime.value), share, Number(notes.high ?? 1)),
          text: '',
          sort: null,
        },
        {
          show: notes.n === undefined ? '–' : figures.number(notes.n, 0),
          text: String(notes.n ?? ''),
          sort: Number(notes.n ?? 0),
        },
        {
          show: ranked?.value === null || ranked === null ? '–' : figures.number(ranked.value, 0),
          text: figures.paste(ranked?.value ?? null),
          sort: ranked?.value === null || ranked === null ? null : Number(ranked.value),
        },
        money(rowOf(cards.own, by, member)?.value),
        money(rowOf(cards.inherited, by, member)?.value),
        {
          show: debt?.value === null || debt === null ? '–' : figures.percent(debt.value),
          text: figures.paste(debt?.value ?? null),
          sort: debt?.value === null || debt === null ? null : Number(debt.value),
        },
      ],
      ...(member === null
        ? {}
        : { open: () => tell(from, 'alturas-go', { to: { own: { ...place.own, by, member } } }) }),
    };
  });
  return {
    caption: own.caption(words.dimensions[by as keyof typeof words.dimensions]),
    columns: [
      { head: capital(words.dimensions[by as keyof typeof words.dimensions]) },
      { head: own.collected, unit: figures.millionsUnit, end: true },
      { head: own.target, unit: figures.millionsUnit, end: true },
      { head: own.attainment, unit: '%', end: true },
      { head: own.bullets, wide: true },
      { head: own.onTime, unit: '%', end: true },
      { head: own.interval, wide: true },
      { head: own.n, end: true },
      { head: own.place, end: true },
      { head: own.own, unit: figures.millionsUnit, end: true },
      { head: own.inherited, unit: figures.millionsUnit, end: true },
      { head: own.share, unit: '%', end: true },
    ],
    lines: lines.sort((a, b) => a.order - b.order),
  };
}

/** One person's or office's figures and their places among peers: own, medians, a dot on a strip. */
export function peersTable(setting: Setting, peers: readonly PeersResponse[]): TableModel {
  const { figures } = setting;
  const own = scoreWords(setting.language);
  return {
    caption: own.peers,
    columns: [
      { head: own.figure },
      { head: own.value, end: true },
      { head: own.median, end: true },
      { head: own.medianOffice, end: true },
      { head: own.position },
      { head: own.place },
    ],
    lines: peers.map((found) => {
      const { company, office } = found;
      const text = (value: Value): TableCell => ({
        show: value === null ? '–' : figures.short(value, found.unit),
        text: figures.paste(value),
        sort: value === null ? null : Number(value),
      });
      return {
        key: found.kpi,
        cells: [
          wordCell(setting.kpiName(found.kpi)),
          text(found.own.value),
          text(company.median),
          text(office?.median ?? null),
          { show: strip(company.percentile), text: '', sort: company.percentile },
          wordCell(
            company.suppressed || company.percentile === null
              ? own.few
              : own.better(figures.percent(company.percentile, 0)),
          ),
        ],
      };
    }),
  };
}
