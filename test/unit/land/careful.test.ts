import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Session } from '../../../functions/engine/duckdb.ts';
import { entryOf, LandingFixture, LENIENT, receipt } from './deliveryFixture.ts';

let fixture: LandingFixture;
beforeEach(() => {
  fixture = new LandingFixture();
});
afterEach(() => {
  vi.restoreAllMocks();
  fixture.close();
});

const MANY = 500;
const client = (no: number, type = 'PRIVATE') => ({
  company: 'ACME',
  client_id: `C${no}`,
  name: `Client ${no}`,
  payer_type: type,
});

it.each([
  ['clients', [...Array.from({ length: MANY }, (_, no) => client(no)), client(MANY, 'NOBODY')]],
  [
    'receipts',
    [...Array.from({ length: MANY }, (_, no) => receipt(`R${no}`)), receipt('BAD', { currency: 'pesos' })],
  ],
] as const)('one bad row of %s does not bring the good ones into memory', async (feed, rows) => {
  const answers: { readonly sql: string; readonly rows: number }[] = [];
  const ask = Session.prototype.rows;
  vi.spyOn(Session.prototype, 'rows').mockImplementation(async function (this: Session, sql, parameters) {
    const answer = await ask.call(this, sql, parameters);
    answers.push({ sql, rows: answer.length });
    return answer;
  });
  const entry = entryOf(
    await fixture.day({ day: '2026-06-01', feeds: { [feed]: rows } }, { config: LENIENT }),
  );
  expect(entry.feeds[feed]).toMatchObject({ accepted: MANY, refused: 1 });
  expect(answers.filter((answer) => answer.rows >= MANY)).toEqual([]);
});
