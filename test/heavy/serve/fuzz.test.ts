import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCatalogue } from '../../../functions/query/catalogue.ts';
import { problem } from '../../../functions/serve/api.ts';
import { createApp } from '../../../functions/serve/app.ts';
import { openApi } from '../../../functions/serve/openapi.ts';
import { type Claims, Guard } from '../../../functions/serve/session.ts';
import { Signer } from '../../../functions/serve/signer.ts';
import { type Operation, requestsTo } from '../../support/fuzzedRequests.ts';
import { daily, Ledger } from '../../support/ledgerFixture.ts';
import { ServedLedger } from '../../support/servedLedger.ts';

/** How long one endpoint is asked by one role, ms; the heavy suite gives more. */
const LONGEST_MS = Number(process.env.ALTURAS_FUZZ_MS ?? 180);
const PEOPLE = ['ana', 'beto', 'caro', 'dani', 'elsa', 'fer'] as const;
const DAYS = ['2026-06-29', '2026-06-30', '2026-07-01'] as const;
const COLUMNS = [
  'company',
  'office',
  'advisor',
  'clerk',
  'intermediary',
  'line',
  'client',
  'policy',
  'receipt',
  'currency',
];
const IDS = PEOPLE.flatMap((one) => [
  one,
  ...['O', 'K', 'R', 'CL', 'I', 'P'].map((kind) => `${kind}-${one}`),
]);

const WORDS: Readonly<Record<string, readonly string[]>> = {
  any: [...IDS, 'UNO', ...DAYS],
  kpi: [...readCatalogue().kpis.map(({ id }) => id), 'par75', 'top5_share'],
  by: COLUMNS,
  column: COLUMNS,
  dimension: COLUMNS,
  members: [...IDS, 'UNO'],
  member: [...IDS, 'UNO'],
  as_of: DAYS,
  known_at: [...DAYS, '2026-06-30 12:00:00'],
  compare: DAYS,
  from: DAYS,
  to: DAYS,
  period: ['month', 'quarter', 'ytd', '12m', '2026-06-29..2026-06-30'],
  basis: ['closing', 'booked', 'items', 'days_360', 'inherited'],
  sort: ['value', '-value', 'member', '-change'],
  id: ['UNO~K-ana', 'UNO~K-beto', 'UNO~x', 'x'],
};

/** One of each role, and whose rows it may see; null: everybody's. */
const ROLES: readonly { readonly claims: Claims; readonly own: (typeof PEOPLE)[number] | null }[] = [
  { claims: { sub: 'e', role: 'executive', scope: 'all' }, own: null },
  { claims: { sub: 'f', role: 'finance', scope: 'all' }, own: null },
  { claims: { sub: 'y', role: 'analyst', scope: { office: ['O-caro'] } }, own: 'caro' },
  { claims: { sub: 'o', role: 'office_manager', scope: { office: ['O-beto'] } }, own: 'beto' },
  { claims: { sub: 'a', role: 'advisor', scope: { advisor: ['ana'] } }, own: 'ana' },
  { claims: { sub: 'c', role: 'clerk', scope: { clerk: ['CL-dani'] } }, own: 'dani' },
  { claims: { sub: 'i', role: 'intermediary', scope: { intermediary: ['I-fer'] } }, own: 'fer' },
];

let ledger: ServedLedger;
const operations = Object.entries(
  (openApi() as { paths: Record<string, Record<string, Operation>> }).paths,
).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
);

beforeAll(async () => {
  const plan = new Ledger(daily('2026-06-28', '2026-07-01'));
  const one = plan.company('UNO');
  for (const [at, person] of PEOPLE.entries()) {
    const [office, client, policy] = [`O-${person}`, `K-${person}`, `P-${person}`];
    const total = 1_000 * (at + 1);
    one.receipt(`R-${person}`, { total, issued: '2026-06-28', due: '2026-06-29', office, client, policy });
    // The last shares hers with another.
    const shares = person === 'fer' ? { 'I-fer': '60', 'I-elsa': '40' } : { [`I-${person}`]: '100' };
    one.shares(policy, shares, '2026-01-01');
    one.assigned('OFFICE', office, 'ADVISOR', person, '2026-01-01');
    one.assigned('OFFICE', office, 'CLERK', `CL-${person}`, '2026-01-01');
  }
  ledger = await ServedLedger.of(plan);
}, 300_000);
afterAll(() => ledger.close());

describe.each(ROLES)(
  'every endpoint of the served document, asked anyhow by $claims.role',
  ({ claims, own }) => {
    it('answers or refuses in its own words, and never shows what lies outside the scope', async () => {
      const defects: unknown[] = [];
      const guard = await Guard.of({ local: claims });
      const signer = await Signer.open(ledger.directory);
      const app = createApp({ house: ledger.house, guard, signer, log: (error) => defects.push(error) });
      const authorization = `Bearer ${await guard.localToken()}`;
      const foreign = own === null ? [] : IDS.filter((id) => !id.endsWith(own));
      const seen = new Map<number, number>();
      for (const { path, method, operation } of operations) {
        const deadline = performance.now() + LONGEST_MS;
        await fc.assert(
          fc.asyncProperty(requestsTo(path, operation, WORDS), fc.boolean(), async (asked, isEnglish) => {
            if (performance.now() > deadline) return;
            const response = await app.request(asked.path, {
              method,
              headers: {
                authorization,
                'content-type': 'application/json',
                'accept-language': isEnglish ? 'en-US' : 'es-CO,es;q=0.9',
              },
              ...(asked.body === undefined ? {} : { body: asked.body }),
            });
            const text = await response.text();
            seen.set(response.status, (seen.get(response.status) ?? 0) + 1);
            expect(response.status, text).toBeLessThan(500);
            expect(defects).toEqual([]);
            if (response.status >= 400) {
              expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
              expect(response.headers.get('content-language')).toBe(isEnglish ? 'en' : 'es');
              problem.parse(JSON.parse(text));
            } else if (operation.operationId !== 'openapi') {
              // What the request itself says may come back; nothing else that is somebody else's.
              const said = decodeURIComponent(asked.path) + (asked.body ?? '');
              for (const id of foreign)
                if (!said.includes(id))
                  expect(text, `${id} of another`).not.toMatch(new RegExp(`["~]${id}"`));
            }
          }),
          { numRuns: 1_000 },
        );
      }
      // A fuzz whose requests are all refused finds nothing.
      expect(seen.get(200) ?? 0).toBeGreaterThan(20);
      expect(seen.get(400) ?? 0).toBeGreaterThan(5);
    }, 120_000);
  },
);
