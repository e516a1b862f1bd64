import { expect } from 'vitest';
import type { Row } from '../../functions/engine/engine.ts';
import { alturas } from './commands.ts';
import { type Asking, COMPANIES, cents, type Exit, isGross, ofCompany, total } from './servedAsking.ts';
import { sees, visibleAmounts } from './servedCallers.ts';

/** The commands that look with the eyes of a role. */
export const TERMINAL_EXITS: Readonly<Record<string, Exit>> = {
  'alturas kpi': {
    route: 'cli',
    check: async (asking) => {
      const expected = visibleAmounts(asking.person, asking.raw, isGross);
      const { rows } = (await terminalOf(asking, ['kpi', 'gross', '--by', 'company'])) as {
        rows: { dimensions: { company: string }; value: string }[];
      };
      for (const company of COMPANIES) {
        const row = rows.find(({ dimensions }) => dimensions.company === company);
        expect(cents(row?.value ?? '0')).toBe(total(ofCompany(expected, company).values()));
      }
    },
  },
  'alturas receipts': {
    route: 'cli',
    check: async (asking) => {
      const told: [string, bigint][] = [];
      for (const only of COMPANIES) {
        const words = ['receipts', 'gross', '--where', `company=${only}`];
        const { receipts = [], error } = (await terminalOf(asking, words, [0, 2])) as {
          receipts?: { company: string; receipt: string; amount: string }[];
          error?: { code: string };
        };
        // Of whom a person sees nothing, the terminal knows nothing: as of one that there is not.
        if (error) expect([error.code, receipts]).toEqual(['UNKNOWN_MEMBER', []]);
        for (const { company, receipt, amount } of receipts)
          told.push([`${company}|${receipt}`, cents(amount)]);
      }
      expect(new Map(told)).toEqual(visibleAmounts(asking.person, asking.raw, isGross));
    },
  },
  'alturas restatements': {
    route: 'cli',
    check: async (asking) => {
      const { rows } = (await terminalOf(asking, ['restatements'])) as { rows: Row[] };
      const expected = asking.raw.restatements.filter((row) => sees(asking.person, row));
      expect(rows.map((row) => String(row.movement_id)).sort()).toEqual(
        expected.map((row) => String(row.movement_id)).sort(),
      );
    },
  },
  'alturas serve': {
    route: 'cli',
    check: async (asking) => {
      // The claims that the terminal hands to the server are those that the routes above were asked with.
      const { eyesOf } = await import('../../functions/cli/eyes.ts');
      const { role, scope } = asking.person.claims;
      const flags = asking.forgetful ? { scope: {} } : { role, scope: scope === 'all' ? {} : scope };
      const eyes = eyesOf(flags as Parameters<typeof eyesOf>[0]);
      expect(eyes?.role).toBe(role);
      // Nothing named at a terminal is everything; a token must say so.
      if (scope === 'all' || Object.keys(scope).length > 0) expect(eyes?.scope).toEqual(scope);
    },
  },
};

/** What a command prints as JSON with the eyes of a person. */
async function terminalOf(
  { person, lake, forgetful }: Asking,
  words: readonly string[],
  codes: readonly number[] = [0],
): Promise<unknown> {
  const { role, scope } = person.claims;
  const scopes =
    scope === 'all'
      ? []
      : Object.entries(scope).flatMap(([column, some]) => ['--scope', `${column}=${some?.join(',')}`]);
  const nobody = scope !== 'all' && Object.keys(scope).length === 0 ? ['--scope', 'company='] : [];
  const eyes = forgetful ? [] : ['--role', role, ...scopes, ...nobody];
  const { code, out } = await alturas([...words, ...eyes, '--lake', lake, '--json']);
  expect(codes).toContain(code);
  return JSON.parse(out);
}
