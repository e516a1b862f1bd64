import { expect } from 'vitest';
import { clientResponse, clientsResponse } from '../../functions/serve/api.ts';
import { cents, type Exit, isGross, total } from './servedAsking.ts';
import { sees, visibleAmounts, visibleReceipts } from './servedCallers.ts';
import type { RawRows } from './servedDemo.ts';

/** Clients whose receipts lie in several hands first: of them a caller sees a part. */
function sharedFirst({ flow }: RawRows, ids: readonly string[]): string[] {
  const hands = new Map<string, Set<string>>();
  for (const { company, client_id: client, line, office, advisor, clerk, intermediary } of flow) {
    const id = `${company}~${client}`;
    const known = hands.get(id) ?? new Set();
    hands.set(id, known.add(`${line} ${office} ${advisor} ${clerk} ${intermediary}`));
  }
  const count = (id: string): number => hands.get(id)?.size ?? 0;
  return [...ids].sort((a, b) => count(b) - count(a) || (a < b ? -1 : 1));
}

/** Amounts of the receipts of one client. */
function ofClient(
  { position }: RawRows,
  amounts: ReadonlyMap<string, bigint>,
  company: string | undefined,
  client: string | undefined,
): bigint {
  const own = position.filter((row) => row.company === company && row.client_id === client);
  return total(own.map((row) => amounts.get(`${row.company}|${row.receipt_no}`) ?? 0n));
}

/** Clients, found and looked at. */
export const CLIENT_EXITS: Readonly<Record<string, Exit>> = {
  '/api/clients': {
    route: 'clients',
    board: 'cliente',
    check: async (asking) => {
      const find = 'C1';
      const response = await asking.get(`/api/clients?find=${find}&limit=50`);
      const { clients } = clientsResponse.parse(await response.json());
      const all = asking.person.claims.scope === 'all' && !['advisor'].includes(asking.person.claims.role);
      const candidates = all ? asking.raw.clients : visibleReceipts(asking.person, asking.raw);
      const expected = new Set(
        candidates.flatMap(({ company, client_id: client }) =>
          String(client).startsWith(find) ? [`${company}~${client}`] : [],
        ),
      );
      if (expected.size <= 50) expect(new Set(clients.map(({ id }) => id))).toEqual(expected);
      else for (const { id } of clients) expect(expected).toContain(id);
      for (const { name } of clients) expect(name === '•••').toBe(!asking.person.personal);
      const amounts = visibleAmounts(asking.person, asking.raw, isGross);
      for (const { company, client, open } of clients)
        expect(cents(open), `${company}~${client}`).toBe(ofClient(asking.raw, amounts, company, client));
      // A mask would not hide what was searched for.
      const [one] = visibleReceipts(asking.person, asking.raw);
      const client = asking.raw.clients.find(
        (row) => row.company === one?.company && row.client_id === one?.client_id,
      );
      if (!client) return;
      const byNumber = await asking.get(`/api/clients?find=${client.id_number}&limit=50`);
      const found = clientsResponse.parse(await byNumber.json()).clients.map(({ id }) => id);
      if (asking.person.personal) expect(found).toContain(`${client.company}~${client.client_id}`);
      else expect(found).toEqual([]);
    },
  },
  '/api/clients/:id': {
    route: 'client',
    board: 'cliente',
    check: async (asking) => {
      const mine = visibleReceipts(asking.person, asking.raw);
      const ids = new Set(asking.raw.position.map((row) => `${row.company}~${row.client_id}`));
      const payers = asking.raw.unapplied.map((row) => `${row.company}~${row.client_id}`);
      for (const id of new Set([...sharedFirst(asking.raw, [...ids]).slice(0, 15), ...payers.slice(0, 15)])) {
        const [company, client] = id.split('~');
        const expected = mine.filter((row) => row.company === company && row.client_id === client);
        const response = await asking.get(`/api/clients/${id}`);
        if (response.status === 404) {
          expect(expected).toEqual([]);
          continue;
        }
        const told = clientResponse.parse(await response.json());
        expect(told.receipts.map(({ receipt }) => receipt).sort()).toEqual(
          expected.map((row) => String(row.receipt_no)).sort(),
        );
        const amounts = visibleAmounts(asking.person, asking.raw, isGross);
        expect(cents(told.state.gross), id).toBe(ofClient(asking.raw, amounts, company, client));
        const unapplied = asking.raw.unapplied.filter(
          (row) => row.company === company && row.client_id === client && sees(asking.person, row),
        );
        expect(cents(told.state.unapplied), id).toBe(
          total(unapplied.map((row) => cents(row.closing_unapplied))),
        );
        if (asking.person.claims.scope !== 'all' && asking.person.claims.role !== 'intermediary') {
          const theirs = new Set(expected.map((row) => row.receipt_no));
          const paid = [
            ...asking.raw.flow.filter(
              (row) =>
                row.company === company && (sees(asking.person, row) || theirs.has(row.receipt_no ?? null)),
            ),
            ...unapplied,
          ].map((row) => row.payment_no);
          for (const { payment } of told.payments) expect(paid, `${id} ${payment}`).toContain(payment);
        }
        const { name, id_type, id_number, email, phone } = told.client;
        const notes = told.contacts.map(({ note }) => note);
        const personal = [name, id_type, id_number, email, phone, ...notes].flatMap((text) => text ?? []);
        expect(personal.filter((text) => (text === '•••') === asking.person.personal)).toEqual([]);
        if (expected.length === 0 && asking.person.claims.scope !== 'all')
          expect(told.timeline.length).toBeGreaterThan(0);
        // What hangs on a receipt comes with it, and with no other: of those seen now or when something happened.
        const seen = new Set(
          [...mine, ...asking.raw.flow.filter((row) => sees(asking.person, row))].map(
            (row) => `${row.company}|${row.receipt_no}`,
          ),
        );
        for (const { receipt } of [...told.promises, ...told.contacts, ...told.timeline])
          if (receipt !== null) expect(seen, `${id} ${receipt}`).toContain(`${company}|${receipt}`);
      }
    },
  },
};
