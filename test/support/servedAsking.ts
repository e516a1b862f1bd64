import { expect } from 'vitest';
import type { Row } from '../../functions/engine/engine.ts';
import type { RouteName } from '../../functions/serve/handlers.ts';
import type { Claims } from '../../functions/serve/session.ts';
import type { Person } from './servedCallers.ts';
import type { RawRows } from './servedDemo.ts';

/** A person at an exit. */
export interface Asking {
  readonly person: Person;
  readonly raw: RawRows;
  readonly day: string;
  readonly lake: string;
  /** The terminal forgets who asks. */
  readonly forgetful: boolean;
  get(path: string): Promise<Response> | Response;
  post(path: string, body: unknown): Promise<Response> | Response;
}

export interface Exit {
  /** The route whose desk serves it. */
  readonly route: RouteName | 'cli';
  /** Who is asked in the mutation check, where an advisor may not use it or sees nothing there to lose. */
  readonly unmasked?: string;
  /** The board that a session must have; left out: several boards show what comes out, and it is open to all. */
  readonly board?: NonNullable<Claims['boards']>[number];
  /** @throws when the rows that come out are not exactly those of the scope */
  check(asking: Asking): Promise<void>;
}

export const COMPANIES = ['CO', 'PA'] as const;
export const isGross = (row: Row): boolean => row.class === 'GROSS';
export const cents = (text: unknown): bigint => BigInt(String(text).replace('.', ''));
export const total = (amounts: Iterable<bigint>): bigint =>
  [...amounts].reduce((sum, amount) => sum + amount, 0n);

/** A role without the exit is refused; others go on. */
export async function mayUse({ person }: Asking, response: Response, ...exits: string[]): Promise<boolean> {
  if (exits.every((exit) => person.exits.includes(exit))) return true;
  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({ code: 'EXIT_DENIED' });
  return false;
}

export function ofCompany(amounts: ReadonlyMap<string, bigint>, company: string): Map<string, bigint> {
  return new Map([...amounts].filter(([key]) => key.startsWith(`${company}|`)));
}

/** The gross of a company, as routes are asked for it. */
export const gross = (company: string) => ({
  question: { kpi: 'gross', filters: [{ column: 'company', members: [company] }] },
});
