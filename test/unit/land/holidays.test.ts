import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lakeKeys } from '../../../functions/contracts/delivery.ts';
import { readConfig } from '../../../functions/core/config.ts';
import { DIMENSIONS, entryOf, LandingFixture, receipt, type Values } from './deliveryFixture.ts';

let fixture: LandingFixture;
beforeEach(() => {
  fixture = new LandingFixture();
});
afterEach(() => fixture.close());

const company = (name: string, country: string): Values => ({
  ...DIMENSIONS.companies[0],
  company: name,
  country,
});
const day = (at: number): string => `2026-06-0${at}`;
const FIRST = { day: day(1), feeds: { ...DIMENSIONS, receipts: [receipt('R1')] } };
/** A delivery that describes a company, and brings nothing of it yet. */
const describing = (at: number, ...companies: Values[]) => ({
  day: day(at),
  feeds: { companies, receipts: [receipt('R1')] },
});
const nothingNew = (at: number) => ({ day: day(at), feeds: { receipts: [receipt('R1')] } });
const configOf = (calendars: string) => readConfig('alturas.yml', `calendars: ${calendars}\n`);

type Entry = ReturnType<typeof entryOf>;

/** By country, since when its holidays are known. */
async function known({ states }: Entry, of = fixture): Promise<Record<string, string>> {
  const rows = await of.rows(
    (file) =>
      `SELECT country, strftime(min(known_from), '%Y-%m-%d') AS since
       FROM ${file(states.holidays ?? '')} WHERE known_to > TIMESTAMP '9000-01-01' GROUP BY ALL ORDER BY country`,
  );
  return Object.fromEntries(rows.map(({ country, since }) => [String(country), String(since)]));
}

const lacking = ({ findings }: Entry) => findings.filter(({ code }) => code === 'NO_HOLIDAYS');

describe('the holidays of a country that nobody delivered', () => {
  it('come with the first company that keeps them, and change nothing of before', async () => {
    const first = entryOf(await fixture.day(FIRST));
    expect(await known(first)).toEqual({ CO: '1900-01-01', PA: '1900-01-01' });
    const second = entryOf(await fixture.day(describing(2, company('LIMA', 'PE'))));
    expect(await known(second)).toEqual({ CO: '1900-01-01', PA: '1900-01-01', PE: '2026-06-02' });
    const holidays = await fixture.rows(
      (file) => `SELECT holiday FROM ${file(second.states.holidays ?? '')}
        WHERE country = 'PE' AND holiday BETWEEN DATE '2026-07-01' AND DATE '2026-07-31' ORDER BY holiday`,
    );
    expect(holidays.map(({ holiday }) => holiday)).toContain('2026-07-28');
    const third = entryOf(await fixture.day(nothingNew(3)));
    expect(third.states.holidays).toBe(second.states.holidays);
    expect([first, second, third].flatMap(lacking)).toEqual([]);
  });

  it('are the same whether deliveries land one by one or together', async () => {
    const folders = [FIRST, describing(2, company('LIMA', 'PE')), nothingNew(3)].map((spec) =>
      fixture.deliver(spec),
    );
    const other = new LandingFixture();
    try {
      const together = entryOf((await other.land(folders)).outcomes.at(-1));
      for (const folder of folders) await fixture.land(folder);
      const key = together.states.holidays ?? '';
      expect(await known(together, other)).toMatchObject({ PE: '2026-06-02' });
      const bytes = (of: LandingFixture) => readFileSync(join(of.lakeFolder, key));
      expect(bytes(fixture).equals(bytes(other))).toBe(true);
      // As if the process had ended before the last two were accepted; the company never comes again.
      await other.lake.remove([lakeKeys.delivery(2), lakeKeys.delivery(3)]);
      const cut = entryOf(await other.day(nothingNew(4)));
      expect(await known(cut, other)).toEqual({ CO: '1900-01-01', PA: '1900-01-01' });
    } finally {
      other.close();
    }
  });

  it('come as well where the company was there before, and where a calendar names them later', async () => {
    const elsewhere = configOf('{CO: {holidays: PE}}');
    const first = entryOf(await fixture.day(FIRST, { config: elsewhere }));
    expect(await known(first)).toEqual({ PE: '1900-01-01' });
    const second = entryOf(await fixture.day(nothingNew(2), { config: configOf('{PA: {holidays: MX}}') }));
    expect(await known(second)).toEqual({ CO: '2026-06-02', MX: '1900-01-01', PE: '1900-01-01' });
  });

  it('are left to a delivery that brings its own', async () => {
    await fixture.day(FIRST);
    const own = [{ country: 'PE', holiday: '2026-07-28', name: 'Fiestas Patrias' }];
    const spec = describing(2, company('LIMA', 'PE'));
    const entry = entryOf(await fixture.day({ ...spec, feeds: { ...spec.feeds, holidays: own } }));
    const rows = await fixture.rows(
      (file) => `SELECT count(*) AS n FROM ${file(entry.states.holidays ?? '')} WHERE country = 'PE'`,
    );
    expect(Number(rows[0]?.n)).toBe(1);
    expect(lacking(entry)).toEqual([]);
  });

  it('are missed aloud where nobody knows any, until they come', async () => {
    await fixture.day(FIRST);
    const second = entryOf(await fixture.day(describing(2, company('NADA', 'ZZ'), company('LIMA', 'PE'))));
    expect(lacking(second)).toEqual([
      expect.objectContaining({
        severity: 'warning',
        feed: 'companies',
        column: 'country',
        count: 1,
        message: expect.stringMatching(
          /^no holidays of ZZ are known: the business days of NADA .* calendars /,
        ),
      }),
    ]);
    expect(lacking(entryOf(await fixture.day(nothingNew(3))))).toHaveLength(1);
    const own = [{ country: 'ZZ', holiday: '2026-07-28', name: 'Nada' }];
    const third = entryOf(
      await fixture.day({ day: day(4), feeds: { ...nothingNew(4).feeds, holidays: own } }),
    );
    expect(lacking(third)).toEqual([]);
  });
});
