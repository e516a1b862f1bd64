import { html } from 'lit';
import type { AskAnswer, PeersResponse } from '../../../functions/serve/api.ts';
import { Refusal } from '../../app/api.ts';
import { tell } from '../../app/events.ts';
import type { Setting } from '../../app/setting.ts';
import { sumOf, type Value } from '../../format/figures.ts';
import { capital } from '../../format/text.ts';
import { bullet, interval, strip } from '../../parts/marks.ts';
import { type TableCell, type TableModel, wordCell } from '../../parts/table.ts';
import { scoreWords } from './words.ts';

type Row = AskAnswer['rows'][number];
type Answered = NonNullable<AskAnswer['total']>;

export interface Cards {
  readonly collected: AskAnswer | null;
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
  const all = [
    ...new Set(
      Object.values(cards).flatMap(
        // Where a feed never came, one row without members says so.
        (answer) =>
          answer?.rows.flatMap(({ dimensions }: Row) => (by in dimensions ? [dimensions[by] ?? null] : [])) ??
          [],
      ),
    ),
  ];
  const held = (member: string | null): boolean =>
    Object.values(cards).some((answer) => Number(rowOf(answer, by, member)?.value ?? 0) !== 0);
  // What nobody is responsible for is told where there is something of it.
  const members = all.filter((member) => member !== null || held(member));
  const money = (value: Value | undefined): TableCell => ({
    show: figures.millions(value ?? null),
    text: figures.paste(value ?? null),
    sort: value === null || value === undefined ? null : Number(value),
  });
  const percent = (value: Value | undefined, digits?: number): TableCell => ({
    show: value === null || value === undefined ? '–' : figures.percent(value, digits),
    text: figures.paste(value ?? null),
    sort: value === null || value === undefined ? null : Number(value),
  });
  const cells = (label: string, pick: (answer: AskAnswer | null) => Answered | null): TableCell[] => {
    const attained = pick(cards.attainment);
    const onTime = pick(cards.onTime);
    const ranked = pick(cards.place)?.value ?? null;
    const notes = onTime?.notes ?? {};
    const share =
      onTime === null || onTime.value === null || notes.share === undefined ? null : Number(notes.share);
    const reached = attained?.value ?? null;
    return [
      wordCell(label),
      // Who has no row there collected nothing.
      money(cards.collected === null ? null : (pick(cards.collected)?.value ?? '0.00')),
      money(attained?.denominator),
      reached === null
        ? {
            show: html`<span class="soft">${setting.reason(attained?.reason ?? cards.attainment?.total?.reason ?? 'NO_DATA')}</span>`,
            text: '',
            sort: null,
          }
        : { ...percent(reached), show: figures.attained(reached) },
      { show: reached === null ? '' : bullet(Number(reached)), text: '', sort: null },
      percent(share, 0),
      {
        show: share === null ? '' : interval(Number(onTime?.value), share, Number(notes.high ?? 1)),
        text: '',
        sort: null,
      },
      {
        show: notes.n === undefined ? '–' : figures.number(notes.n, 0),
        text: String(notes.n ?? ''),
        sort: Number(notes.n ?? 0),
      },
      {
        show: ranked === null ? '–' : figures.number(ranked, 0),
        text: figures.paste(ranked),
        sort: ranked === null ? null : Number(ranked),
      },
      money(pick(cards.own)?.value),
      money(pick(cards.inherited)?.value),
      percent(pick(cards.share)?.value),
    ];
  };
  const name = setting.names(
    by,
    members.map((member) => ({ dimensions: { [by]: member } })),
    cards.attainment?.labels ?? cards.share?.labels,
  );
  const lines = members.map((member) => {
    const ranked = rowOf(cards.place, by, member)?.value ?? null;
    return {
      key: member ?? '',
      order: ranked === null ? Number.POSITIVE_INFINITY : Number(ranked),
      cells: cells(name(member), (answer) => rowOf(answer, by, member)),
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
      { head: own.interval, unit: `0–${figures.percent(1, 0)}`, wide: true },
      { head: own.n, end: true },
      { head: own.place, end: true },
      { head: own.own, unit: figures.millionsUnit, end: true },
      { head: own.inherited, unit: figures.millionsUnit, end: true },
      { head: own.share, unit: '%', end: true },
    ],
    total: { key: 'total', cells: cells(words.table.total, (answer) => wholeOf(answer, cards)) },
    lines: lines.sort((a, b) => a.order - b.order),
  };
}

/**
 * The whole of a column. A place is among members: the whole has none. Inherited by one is another's own, so the whole
 * inherits nothing: there the members are added up.
 */
function wholeOf(answer: AskAnswer | null, cards: Cards): Answered | null {
  if (answer === null || answer === cards.place) return null;
  if (answer !== cards.own && answer !== cards.inherited) return answer.total;
  const value = sumOf(answer.rows.map((row) => String(row.value ?? '0')));
  return {
    dimensions: {},
    value,
    numerator: value,
    denominator: null,
    reason: null,
    currency: null,
    compare: [],
  };
}

/** One person's or office's figures and their places among peers: own, medians, a dot on a strip. */
export function peersTable(
  setting: Setting,
  peers: ReadonlyMap<string, PeersResponse | Refusal>,
): TableModel {
  const { figures } = setting;
  const own = scoreWords(setting.language);
  // An office of fewer than five has no median: a column of dashes says nothing.
  const offices = [...peers.values()].some(
    (found) => !(found instanceof Refusal) && (found.office?.median ?? null) !== null,
  );
  const placed = (percentile: number): string =>
    percentile === 1 ? own.best : percentile === 0 ? own.last : own.better(figures.percent(percentile, 0));
  return {
    caption: own.peers,
    columns: [
      { head: own.figure },
      { head: own.value, end: true },
      { head: own.median, end: true },
      ...(offices ? [{ head: own.medianOffice, end: true }] : []),
      { head: own.position },
      { head: own.place },
    ],
    lines: [...peers].map(([kpi, found]) => {
      if (found instanceof Refusal) {
        const why = found.problem?.title ?? setting.words.status.failed;
        const none = Array.from({ length: offices ? 4 : 3 }, () => wordCell(''));
        return { key: kpi, cells: [wordCell(setting.kpiName(kpi)), ...none, wordCell(why)] };
      }
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
          ...(offices ? [text(office?.median ?? null)] : []),
          { show: strip(company.percentile), text: '', sort: company.percentile },
          wordCell(
            company.suppressed ? own.few : company.percentile === null ? '' : placed(company.percentile),
          ),
        ],
      };
    }),
  };
}
