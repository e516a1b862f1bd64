import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findingLines } from '../../../functions/cli/findings.ts';
import type { FeedName } from '../../../functions/contracts/feeds.ts';
import { DIMENSIONS, entryOf, LandingFixture, receipt, type Values } from './deliveryFixture.ts';

let fixture: LandingFixture;
beforeEach(() => {
  fixture = new LandingFixture();
});
afterEach(() => fixture.close());

const company = 'ACME';
const PEOPLE: Values[] = [
  { company, person: 'A1', name: 'Ana', role: 'ADVISOR', office: '007' },
  { company, person: 'X1', name: 'Beto', role: 'CLERK', office: '007' },
];
const assignment = (role: string, person: string, scope = 'OFFICE', scope_id = '007'): Values => ({
  company,
  scope,
  scope_id,
  role,
  person,
  valid_from: '2026-01-01',
});
const target = (dimension: string, member: string): Values => ({
  company,
  month: '2026-06-01',
  dimension,
  member,
  kpi: 'collected',
  target_version: '1',
  value: '500',
});
const promise = (client_id: string): Values => ({
  company,
  promise_id: client_id,
  receipt_no: 'R1',
  client_id,
  created_on: '2026-06-01',
  due_on: '2026-06-05',
  amount: '10.00',
  currency: 'COP',
});
const contact = (person: string): Values => ({
  company,
  contact_id: person,
  client_id: 'C1',
  at: '2026-06-01 10:00:00',
  channel: 'PHONE',
  person,
  outcome: 'ANSWERED',
});

const spec = (feeds: Partial<Record<FeedName, readonly Values[]>>, day = '2026-06-01') => ({
  day,
  feeds: { ...DIMENSIONS, receipts: [receipt('R1')], ...feeds },
});

/** What a delivery names and no dimension knows; nothing of it is refused. */
async function strangers(feeds: Partial<Record<FeedName, readonly Values[]>>): Promise<string[]> {
  const entry = entryOf(await fixture.day(spec(feeds)));
  expect(Object.values(entry.feeds).reduce((sum, { refused }) => sum + refused, 0)).toBe(0);
  return entry.findings.map(
    ({ code, feed, column, message }) => `${code} ${feed}.${column}: ${message.replace(/^.* that /, '')}`,
  );
}

describe('members that no dimension knows', () => {
  it('are reported of assignments, by whose member it is', async () => {
    const assignments = [
      assignment('ADVISOR', 'A1'),
      assignment('CLERK', 'GHOST'),
      assignment('OFFICE', '007'),
      assignment('OFFICE', '999', 'CLIENT', 'C1'),
      assignment('CLERK', 'X1', 'CLIENT', 'C9'),
      assignment('CLERK', 'X1', 'RECEIPT', 'R9'),
    ];
    expect(await strangers({ people: PEOPLE, assignments })).toEqual([
      'UNKNOWN_MEMBER assignments.person: people does not know where role is ADVISOR or CLERK, for example GHOST',
      'UNKNOWN_MEMBER assignments.person: offices does not know where role is OFFICE, for example 999',
      'UNKNOWN_MEMBER assignments.scope_id: clients does not know where scope is CLIENT, for example C9',
    ]);
  });

  it('are reported of targets, by their dimension', async () => {
    const targets = [
      target('office', '007'),
      target('office', '999'),
      target('advisor', 'A1'),
      target('clerk', 'GHOST'),
      target('line', 'MARS'),
      target('total', 'total'),
      target('currency', 'COP'),
    ];
    expect(await strangers({ people: PEOPLE, targets })).toEqual([
      'UNKNOWN_MEMBER targets.member: offices does not know where dimension is office, for example 999',
      'UNKNOWN_MEMBER targets.member: people does not know where dimension is advisor or clerk, for example GHOST',
      'UNKNOWN_MEMBER targets.member: lines does not know where dimension is line, for example MARS',
    ]);
  });

  it('are reported of the work on the portfolio, and of other dimensions', async () => {
    const found = await strangers({
      people: [...PEOPLE, { company, person: 'A2', name: 'Eva', role: 'ADVISOR', office: '999' }],
      contacts: [contact('X1'), contact('GHOST')],
      promises: [promise('C1'), promise('C9')],
      lines: [...DIMENSIONS.lines, { company: 'OTRA', line: 'AUTO', name: 'Autos' }],
    });
    expect(found).toEqual([
      'UNKNOWN_MEMBER lines.company: companies does not know, for example OTRA',
      'UNKNOWN_MEMBER people.office: offices does not know, for example 999',
      'UNKNOWN_MEMBER contacts.person: people does not know, for example GHOST',
      'UNKNOWN_MEMBER promises.client_id: clients does not know, for example C9',
    ]);
  });

  it('are not missed where the dimension never came', async () => {
    expect(await strangers({ assignments: [assignment('CLERK', 'X1')] })).toEqual([]);
  });

  it('of one column and two dimensions are told apart where many deliveries have them', async () => {
    const folders = [1, 2, 3, 4].map((at) => {
      const targets = [target('line', 'MARS'), ...(at < 4 ? [target('office', '999')] : [])];
      return fixture.deliver(spec({ targets }, `2026-06-0${at}`));
    });
    expect(
      findingLines(await fixture.land(folders)).map((line) => line.replace(/ rows .* where/, '')),
    ).toEqual([
      '  2026-06-01 UNKNOWN_MEMBER: targets: 1 dimension is office, for example 999',
      '  2026-06-02 UNKNOWN_MEMBER: targets: 1 dimension is office, for example 999',
      '  2026-06-03 UNKNOWN_MEMBER: targets: 1 dimension is office, for example 999',
      '  2026-06-04 UNKNOWN_MEMBER: targets: 1 dimension is line, for example MARS (3 deliveries before had the like, from 2026-06-01 on)',
    ]);
  });
});
