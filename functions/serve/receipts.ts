import type * as z from 'zod';
import { type CellQuestion, cellReceipts } from '../query/cell.ts';
import type { Desk } from '../query/desk.ts';
import { labelsOf } from '../query/names.ts';
import { partUnits } from '../query/partUnit.ts';
import { type ReceiptDetails, receiptDetails } from '../query/receiptDetails.ts';
import type { ReceiptAmount } from '../query/receipts.ts';
import type { ReceiptsResponse, receiptRow, receiptsRequest } from './api.ts';
import { questionOf } from './ask.ts';
import { provenanceOf } from './provenance.ts';

type Asked = z.output<typeof receiptsRequest>;
export type ReceiptRow = z.output<typeof receiptRow>;

/** All receipts behind a cell with what they are, and the cell. */
export async function receiptsBehindCell(desk: Desk, asked: Pick<Asked, 'question' | 'at' | 'part'>) {
  const cell: CellQuestion = { question: questionOf(asked.question), at: asked.at };
  const told = await cellReceipts(desk, cell, asked.part);
  const details = await receiptDetails(desk, told.behind.answer, told.behind.receipts);
  const names = await namesByCompany(desk, details);
  const rows = told.behind.receipts.map((receipt, at) => rowOf(receipt, details[at], names));
  return { ...told, rows };
}

/** Clients' names by company and client: two companies may have clients of the same code. */
async function namesByCompany(
  desk: Desk,
  details: readonly ReceiptDetails[],
): Promise<ReadonlyMap<string, string>> {
  const clients = new Map<string, string[]>();
  for (const id of new Set(details.flatMap(({ client }) => client ?? []))) {
    const [company = '', client = ''] = id.split('~');
    clients.set(company, [...(clients.get(company) ?? []), client]);
  }
  const names = new Map<string, string>();
  for (const [company, some] of clients) {
    const told = await labelsOf(desk, { client: some }, [{ column: 'company', members: [company] }]);
    for (const [client, name] of Object.entries(told.client ?? {})) names.set(`${company}~${client}`, name);
  }
  return names;
}

function rowOf(
  receipt: ReceiptAmount,
  details: ReceiptDetails | undefined,
  names: ReadonlyMap<string, string>,
): ReceiptRow {
  return {
    ...receipt,
    client: details?.client ?? null,
    client_name: names.get(details?.client ?? '') ?? null,
    policy: details?.policy ?? null,
    line: details?.line ?? null,
    office: details?.office ?? null,
    advisor: details?.advisor ?? null,
    clerk: details?.clerk ?? null,
    intermediary: details?.intermediary ?? null,
    currency: details?.currency ?? null,
    due_date: details?.dueDate ?? null,
    dpd: details?.dpd ?? null,
    altura: details?.altura ?? null,
    open_total: details?.openTotal ?? null,
  };
}

/** A page of the receipts behind a cell. */
export async function receiptsPage(
  desk: Desk,
  asked: Asked,
  all: Awaited<ReturnType<typeof receiptsBehindCell>>,
): Promise<ReceiptsResponse> {
  const sorted = [...all.rows].sort(ORDERS[asked.sort]);
  const page = sorted.slice(asked.offset, asked.offset + asked.limit);
  const next = asked.offset + page.length;
  const { answer, row } = all;
  return {
    ...(await provenanceOf(desk, {
      asOf: answer.as_of,
      knownAt: answer.known_at,
      build: answer.build,
      filters: asked.question.filters,
      rows: sorted.length,
      carried: answer.carried,
      inferred: answer.inferred,
    })),
    kpi: asked.question.kpi,
    part: asked.part,
    unit: answer.unit,
    ...partUnits(desk, answer),
    currency: answer.currency,
    amount_unit: all.behind.unit,
    amount_currency: all.behind.currency,
    cell: {
      value: row.value,
      numerator: row.numerator,
      denominator: row.denominator,
      reason: row.reason,
    },
    sum: all.behind.sum,
    equal: all.equal,
    offset: asked.offset,
    next: next < sorted.length ? next : null,
    receipts: page,
    labels: await labelsOf(desk, {
      company: page.map(({ company }) => company),
      line: page.map(({ line }) => line),
      office: page.map(({ office }) => office),
      advisor: page.map(({ advisor }) => advisor),
      clerk: page.map(({ clerk }) => clerk),
      intermediary: page.map(({ intermediary }) => intermediary),
    }),
  };
}

function byText(a: string | null, b: string | null): number {
  const [x, y] = [a ?? '\uffff', b ?? '\uffff'];
  return x < y ? -1 : x > y ? 1 : 0;
}

function byReceipt(a: ReceiptRow, b: ReceiptRow): number {
  return byText(a.company, b.company) || byText(a.receipt, b.receipt);
}

const size = ({ amount }: ReceiptRow): number => Math.abs(Number(amount));

const ORDERS: Readonly<Record<Asked['sort'], (a: ReceiptRow, b: ReceiptRow) => number>> = {
  '-amount': (a, b) => size(b) - size(a) || byReceipt(a, b),
  amount: (a, b) => size(a) - size(b) || byReceipt(a, b),
  receipt: byReceipt,
  '-dpd': (a, b) => (b.dpd ?? -1e9) - (a.dpd ?? -1e9) || byReceipt(a, b),
  client: (a, b) => byText(a.client, b.client) || byReceipt(a, b),
};
