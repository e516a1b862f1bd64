import type { ClientResponse } from '../../../functions/serve/api.ts';
import type { Setting } from '../../app/setting.ts';
import { dayText } from '../../format/days.ts';
import type { Figures } from '../../format/figures.ts';
import { capital } from '../../format/text.ts';
import { type TableCell, type TableModel, wordCell } from '../../parts/table.ts';
import { clientWords } from './words.ts';

/** The tables of a client's page, those that have rows, in the order in which one asks. */
export function clientTables(
  setting: Setting,
  figures: Figures,
  found: ClientResponse,
): { readonly title: string; readonly note?: string; readonly model: TableModel }[] {
  const own = clientWords(setting.language);
  const { words, language } = setting;
  const money = (value: string | null, currency: string | null = null): TableCell => ({
    show: value === null ? '–' : figures.cents(value),
    text: figures.paste(value),
    sort: value === null ? null : Number(value),
    among: currency ?? figures.currency,
  });
  const day = (value: string | null): TableCell => ({
    show: value === null ? '–' : dayText(value.slice(0, 10), language),
    text: value ?? '',
    sort: value,
  });
  const word = (value: string | null): TableCell => wordCell(value ?? '–');
  const channel = (value: string | null): TableCell =>
    word(value === null ? null : setting.label('channel', value));
  const named = (sent: string): string => own.codes[sent as keyof typeof own.codes] ?? sent;
  const code = (value: string | null): TableCell => word(value === null ? null : named(value));
  /** By what and how an event came about; of what is due, how late it is. */
  const told = ({ kind, channel: by, detail, part }: ClientResponse['timeline'][number]): string | null => {
    const parts = [
      ...(part ? [own.part] : []),
      ...(by === null ? [] : [setting.label('channel', by)]),
      ...(detail === null ? [] : [kind === 'due' ? setting.bucketName(detail) : named(detail)]),
    ];
    return parts.length === 0 ? null : parts.join(' · ');
  };
  const unit = figures.symbol;
  /** Rows in their own currencies: named once in the head, and by row where any is not the company's. */
  const ownMoney = (rows: readonly { readonly currency: string | null }[]) => {
    const isOne = rows.every(({ currency }) => currency === null || currency === figures.currency);
    return {
      unit: isOne ? { unit } : {},
      column: isOne ? [] : [{ head: capital(words.dimensions.currency) }],
      cell: ({ currency }: { readonly currency: string | null }) => (isOne ? [] : [word(currency)]),
    };
  };
  const [promised, planned, paid, moved] = [
    ownMoney(found.promises),
    ownMoney(found.plans),
    ownMoney(found.payments),
    ownMoney(found.timeline),
  ];
  const isPart = found.payments.some(({ part }) => part);
  const tables: {
    readonly title: string;
    readonly note?: string;
    readonly columns: TableModel['columns'];
    readonly lines: readonly (readonly TableCell[])[];
  }[] = [
    {
      title: own.receipts,
      columns: [
        { head: own.receipt },
        { head: own.open, unit, end: true },
        { head: own.due },
        { head: own.dpd, unit: 'd', end: true },
        { head: capital(words.dimensions.bucket) },
        { head: own.policy },
        { head: capital(words.dimensions.line), wide: true },
        { head: capital(words.dimensions.advisor), wide: true },
        { head: capital(words.dimensions.clerk), wide: true },
      ],
      lines: found.receipts.map((row) => [
        word(row.receipt),
        money(row.closing_total),
        day(row.due_date),
        {
          show: row.dpd === null || row.dpd <= 0 ? '–' : figures.number(row.dpd, 0),
          text: String(row.dpd ?? ''),
          sort: row.dpd,
        },
        word(row.altura === null ? null : setting.bucketName(row.altura)),
        word(row.policy),
        word(setting.label('line', row.line, found.labels)),
        word(setting.label('advisor', row.advisor, found.labels)),
        word(setting.label('clerk', row.clerk, found.labels)),
      ]),
    },
    {
      title: own.promises,
      columns: [
        { head: own.created },
        { head: own.due },
        { head: own.amount, ...promised.unit, end: true },
        { head: own.paid, ...promised.unit, end: true },
        ...promised.column,
        { head: own.status },
        { head: own.receipt },
      ],
      lines: found.promises.map((row) => [
        day(row.created_on),
        day(row.due_on),
        money(row.amount, row.currency),
        money(row.paid, row.currency),
        ...promised.cell(row),
        word(own.states[row.state]),
        word(row.receipt),
      ]),
    },
    {
      title: own.contacts,
      columns: [
        { head: own.day },
        { head: own.channel },
        { head: own.outcome },
        { head: own.person },
        { head: own.receipt },
        { head: own.detail, wide: true },
      ],
      lines: found.contacts.map((row) => [
        day(row.at),
        channel(row.channel),
        code(row.outcome),
        word(row.person === null ? null : setting.label('clerk', row.person, found.labels)),
        word(row.receipt),
        word(row.note),
      ]),
    },
    {
      title: own.plans,
      columns: [
        { head: own.due },
        { head: own.instalment, end: true },
        { head: own.amount, ...planned.unit, end: true },
        ...planned.column,
        { head: own.status },
        { head: own.policy },
      ],
      lines: found.plans.map((row) => [
        day(row.due_on),
        { show: String(row.instalment), text: String(row.instalment), sort: row.instalment },
        money(row.amount, row.currency),
        ...planned.cell(row),
        code(row.status),
        word(row.policy),
      ]),
    },
    {
      title: own.payments,
      ...(isPart ? { note: own.partNote } : {}),
      columns: [
        { head: own.day },
        { head: own.amount, ...paid.unit, end: true },
        ...(isPart ? [{ head: own.shown }] : []),
        { head: own.unapplied, ...paid.unit, end: true },
        ...paid.column,
        { head: own.channel },
        { head: own.payment },
        { head: own.status },
      ],
      lines: found.payments.map((row) => [
        day(row.received),
        money(row.amount, row.currency),
        ...(isPart ? [word(row.part ? own.part : own.all)] : []),
        money(row.unapplied, row.currency),
        ...paid.cell(row),
        channel(row.channel),
        word(row.payment),
        code(row.status),
      ]),
    },
    {
      title: own.happened,
      columns: [
        { head: own.day },
        { head: own.what },
        { head: own.amount, ...moved.unit, end: true },
        ...moved.column,
        { head: own.receipt },
        { head: own.detail, wide: true },
      ],
      lines: found.timeline.map((row) => [
        day(row.day),
        word(own.events[row.kind]),
        money(row.amount, row.currency),
        ...moved.cell(row),
        word(row.receipt),
        word(told(row)),
      ]),
    },
  ];
  return tables
    .filter(({ lines }) => lines.length > 0)
    .map(({ columns, lines, ...heading }) => ({
      ...heading,
      model: {
        caption: heading.title,
        columns,
        lines: lines.map((cells, at) => ({ key: String(at), cells })),
      },
    }));
}
