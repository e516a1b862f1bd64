import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callerOf } from '../../../functions/cli/eyes.ts';
import { createProgram } from '../../../functions/cli/program.ts';
import { OWNER } from '../../../functions/query/policy.ts';
import { BOARDS, problem } from '../../../functions/serve/api.ts';
import { createApp } from '../../../functions/serve/app.ts';
import { FORMATS } from '../../../functions/serve/formats.ts';
import type { RouteName } from '../../../functions/serve/handlers.ts';
import { Guard } from '../../../functions/serve/session.ts';
import { Signer } from '../../../functions/serve/signer.ts';
import type { Asking } from '../../support/servedAsking.ts';
import { type Person, people } from '../../support/servedCallers.ts';
import { ServedDemo } from '../../support/servedDemo.ts';
import { MATRIX } from '../../support/servedExits.ts';

/** Routes that no row of the ledger leaves by. */
const ROWLESS = ['/api/session', '/api/openapi.json', '/api/catalogue', '/api/*'];
const DAY = '2026-06-30';
const MINUTES = 600_000;

let demo: ServedDemo;
let everybody: Person[];
let signer: Signer;
let raw: Asking['raw'];

beforeAll(async () => {
  demo = await ServedDemo.of({ receipts: 250, days: 14 });
  raw = await demo.raw(DAY, '2026-05-30');
  everybody = people(raw);
  signer = await Signer.open(demo.directory);
}, MINUTES);

afterAll(() => demo.close());

/** The app as a person's own machine would run it; `broken` is an exit that forgets who asks. */
async function askingAs(person: Person, broken?: RouteName | 'cli'): Promise<Asking> {
  const guard = await Guard.of({ local: person.claims });
  const app = createApp({
    house: demo.house,
    guard,
    signer,
    deskFor: (desk, caller, route) => desk.for(route === broken ? OWNER : caller),
  });
  const token = await guard.localToken();
  return {
    person,
    raw,
    day: DAY,
    lake: demo.lakeFolder,
    forgetful: broken === 'cli',
    get: (path) => app.request(path, { headers: { authorization: `Bearer ${token}` } }),
    post: (path, body) =>
      app.request(path, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
  };
}

/** A command opens the lake anew for each of them. */
function oneOfEachRole(): Person[] {
  const roles = new Map(
    everybody.map((person) => [person.claims.role, person]).reverse() as [string, Person][],
  );
  return [...roles.values()];
}

/** Every way by which rows leave: the routes of the app, a file format each, and commands that know roles. */
async function exits(): Promise<string[]> {
  const app: Hono = createApp({ house: demo.house, guard: await Guard.of({}), signer }) as unknown as Hono;
  const paths = app.routes.filter(({ method }) => method !== 'ALL').map(({ path }) => path);
  const routes = [...new Set(paths)].filter((path) => !ROWLESS.includes(path));
  const commands = createProgram().commands.filter((command) =>
    command.options.some(({ long }) => long === '--role'),
  );
  return [
    ...routes.flatMap((path) =>
      path === '/api/export' ? Object.keys(FORMATS).map((format) => `${path} ${format}`) : [path],
    ),
    ...commands.map((command) => `alturas ${command.name()}`),
  ].sort();
}

describe('the policy matrix', () => {
  it('lists every exit that there is', async () => {
    expect(Object.keys(MATRIX).sort()).toEqual(await exits());
  });

  it('is asked by somebody of every role, and the roles see different rows', () => {
    expect(new Set(everybody.map(({ claims }) => claims.role)).size).toBe(7);
    expect(raw.refused.length).toBe(9);
    expect(raw.parts.length).toBeGreaterThan(0);
    expect(raw.unapplied.length).toBeGreaterThan(0);
  });

  it('takes no scope that would narrow nothing: one without a role is refused', () => {
    const scope = { office: ['03'] };
    expect(() => callerOf({ scope })).toThrow(
      expect.objectContaining({ code: 'ROLE_MISSING', kind: 'usage' }),
    );
    expect(callerOf({ scope, role: 'analyst' }).scope).toEqual(scope);
    expect(callerOf({ scope: {} }).scope).toBe('all');
  });

  for (const [exit, { route, check }] of Object.entries(MATRIX))
    it(
      `${exit}: each sees exactly the rows of their scope`,
      async () => {
        for (const person of route === 'cli' ? oneOfEachRole() : everybody)
          await check(await askingAs(person)).catch((error: unknown) => {
            throw new Error(`${person.name} at ${exit}`, { cause: error });
          });
      },
      MINUTES,
    );

  for (const [exit, { route, check, board }] of Object.entries(MATRIX)) {
    if (route === 'cli') continue;
    it(
      `${exit}: ${board === undefined ? 'belongs to no board: a session of any has it' : `is of the board ${board}: a session of all others has it not`}`,
      async () => {
        const all = everybody.find(({ name }) => name === 'executive');
        if (!all) throw new Error('nobody of that name');
        const asking = (boards: (typeof BOARDS)[number][]) =>
          askingAs({ ...all, claims: { ...all.claims, boards } });
        await check(await asking([board ?? 'diccionario']));
        if (board === undefined) return;
        const told: unknown[] = [];
        const refused = async (response: Response | Promise<Response>): Promise<Response> => {
          told.push(problem.parse(await (await response).clone().json()));
          return response;
        };
        const without = await asking(BOARDS.filter((name) => name !== board));
        const { get, post } = without;
        const stopped = check({
          ...without,
          get: (path) => refused(get(path)),
          post: (path, body) => refused(post(path, body)),
        });
        await expect(stopped).rejects.toThrow();
        expect(told).toEqual([expect.objectContaining({ status: 403, code: 'BOARD_DENIED', value: board })]);
      },
      MINUTES,
    );
  }

  for (const [exit, { route, check, unmasked }] of Object.entries(MATRIX))
    it(
      `${exit}: turns red when the policy is taken from it`,
      async () => {
        // Whoever sees least at this exit and may use it at all.
        const person = everybody.find(({ name }) => name === (unmasked ?? 'advisor'));
        if (!person) throw new Error('nobody of that name');
        const failure = await check(await askingAs(person, route)).then(
          () => null,
          (error: unknown) => error,
        );
        expect(failure).toMatchObject({ name: 'AssertionError' });
      },
      MINUTES,
    );
});
