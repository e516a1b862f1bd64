import { expect } from 'vitest';
import type { Row } from '../../functions/engine/engine.ts';
import { clientResponse, clientsResponse } from '../../functions/serve/api.ts';
import { cents, type Exit, isGross, total } from './servedAsking.ts';
import { type Person, sees, visibleAmounts, visibleReceipts } from './servedCallers.ts';
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

/** Clients with a payment that several hands share: their intermediaries' parts, or receipts of others. */
function sharedPaid({ flow, flowParts }: RawRows): string[] {
  const shared = new Set(flowParts.map(({ company, movement_id: movement }) => `${company}|${movement}`));
  const hands = new Map<string, Set<string>>();
  for (const row of flow) {
    const { company, payment_no: payment, line, office, advisor, clerk, movement_id: movement } = row;
    if (payment === null) continue;
    const known = hands.get(`${company}|${payment}`) ?? new Set();
    hands.set(`${company}|${payment}`, known.add(`${line} ${office} ${advisor} ${clerk}`));
    if (shared.has(`${company}|${movement}`)) known.add('shared');
  }
  const isShared = ({ company, payment_no: payment }: Row): boolean =>
    (hands.get(`${company}|${payment}`)?.size ?? 0) > 1;
  return [...new Set(flow.filter(isShared).map((row) => `${row.company}~${row.client_id}`))];
}

/**
 * Of a payment what goes to receipts that a person sees, and what goes to any: a movement is seen by its own holders,
 * and with a receipt that is the person's now; of one that several intermediaries share their parts are.
 */
function appliedOf(
  person: Person,
  { flow, flowParts }: RawRows,
  company: string | undefined,
  payment: string,
  theirs: ReadonlySet<unknown>,
): { readonly seen: bigint[]; readonly all: bigint[] } {
  const seen: bigint[] = [];
  const all: bigint[] = [];
  for (const row of flow) {
    if (row.company !== company || row.payment_no !== payment) continue;
    const keys = ['as_of', 'company', 'movement_id', 'known_from'];
    const parts = flowParts.filter((part) => keys.every((key) => part[key] === row[key]));
    const own = parts.filter(({ intermediary = null }) => sees(person, { ...row, intermediary }));
    all.push(cents(row.total));
    if (own.length > 0) seen.push(total(own.map((part) => cents(part.total))));
    else if (theirs.has(row.receipt_no) || sees(person, row)) seen.push(cents(row.total));
  }
  return { seen, all };
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
      const [one] = visibleReceipts(asking.person, asking.raw);
      // By its whole code a client is found where its page opens, and nowhere else.
      for (const code of new Set([one?.client_id ?? 'C1', asking.raw.clients[0]?.client_id])) {
        const whole = await asking.get(`/api/clients?client=${code}`);
        const opens: string[] = [];
        for (const company of new Set(asking.raw.clients.map((row) => row.company)))
          if ((await asking.get(`/api/clients/${company}~${code}`)).status === 200)
            opens.push(`${company}~${code}`);
        const ids = clientsResponse.parse(await whole.json()).clients.map(({ id }) => id);
        expect(ids.sort()).toEqual(opens.sort());
      }
      // A mask would not hide what was searched for.
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
      const some = [sharedFirst(asking.raw, [...ids]), payers, sharedPaid(asking.raw)];
      const amounts = visibleAmounts(asking.person, asking.raw, isGross);
      /** Receipts seen now or when something happened. */
      const seen = new Set(
        [...mine, ...asking.raw.flow.filter((row) => sees(asking.person, row))].map(
          (row) => `${row.company}|${row.receipt_no}`,
        ),
      );
      for (const id of new Set(some.flatMap((list) => list.slice(0, 15)))) {
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
        expect(cents(told.state.gross), id).toBe(ofClient(asking.raw, amounts, company, client));
        const unapplied = asking.raw.unapplied.filter(
          (row) => row.company === company && row.client_id === client && sees(asking.person, row),
        );
        expect(cents(told.state.unapplied), id).toBe(
          total(unapplied.map((row) => cents(row.closing_unapplied))),
        );
        if (asking.person.claims.scope !== 'all') {
          const theirs = new Set(expected.map((row) => row.receipt_no));
          const holds = new Set(unapplied.map((row) => row.payment_no));
          for (const { payment, amount, unapplied: rest, part } of told.payments) {
            const { seen, all } = appliedOf(asking.person, asking.raw, company, payment, theirs);
            const at = `${id} ${payment}`;
            expect(seen.length > 0 || holds.has(payment), at).toBe(true);
            const isAll = JSON.stringify(seen.map(String)) === JSON.stringify(all.map(String));
            // What is not applied has a holder, or is of who sees all that the client has.
            if (rest !== null && cents(rest) !== 0n && !holds.has(payment))
              expect(
                asking.raw.position.filter((row) => row.company === company && row.client_id === client)
                  .length,
                at,
              ).toBe(expected.length);
            if (part) expect(cents(amount), at).toBe(-total(seen) + cents(rest ?? '0.00'));
            else {
              expect(isAll, at).toBe(true);
              const delivered = asking.raw.payments.filter(
                (row) => row.company === company && row.payment_no === payment,
              );
              expect(
                delivered.map((row) => [row.amount, row.unapplied_amount]),
                at,
              ).toContainEqual([amount, rest]);
            }
          }
        }
        const { name, id_type, id_number, email, phone } = told.client;
        const notes = told.contacts.map(({ note }) => note);
        const personal = [name, id_type, id_number, email, phone, ...notes].flatMap((text) => text ?? []);
        expect(personal.filter((text) => (text === '•••') === asking.person.personal)).toEqual([]);
        if (expected.length === 0 && asking.person.claims.scope !== 'all')
          expect(told.timeline.length).toBeGreaterThan(0);
        // What hangs on a receipt comes with it, and with no other.
        for (const { receipt } of [...told.promises, ...told.contacts, ...told.timeline])
          if (receipt !== null) expect(seen, `${id} ${receipt}`).toContain(`${company}|${receipt}`);
      }
    },
  },
};
