import { type Context, Hono } from 'hono';
import { compress } from 'hono/compress';
import { getCookie, setCookie } from 'hono/cookie';
import type * as z from 'zod';
import { AlturasError } from '../core/errors.ts';
import type { Desk } from '../query/desk.ts';
import { type Caller, requireExit } from '../query/policy.ts';
import { SMALLEST_COMPRESSED, type Written, written } from './answers.ts';
import { ROUTES } from './api.ts';
import { jsonBody, refuseLargeBody } from './body.ts';
import { todayOf } from './days.ts';
import { HANDLERS, type RouteName } from './handlers.ts';
import type { House } from './house.ts';
import { openApi } from './openapi.ts';
import { refuseUnknownParameters } from './parameters.ts';
import { type Locale, localeOf, problemOf } from './problems.ts';
import { securityHeaders } from './securityHeaders.ts';
import { type Guard, type Guest, requireBoard, tokenMissing } from './session.ts';
import type { Signer } from './signer.ts';

/** The one script that pages of other origins load; everything else is closed to them. */
const EMBED = '/embed.js';

/** Cookies do not know ports: two servers of one machine would take each other's session away. */
function cookieName(context: Context): string {
  return `alturas_session_${/:(\d+)$/.exec(context.req.header('host') ?? '')?.[1] ?? '80'}`;
}

export interface AppOptions {
  readonly house: House;
  readonly guard: Guard;
  /** Signs number receipts. */
  readonly signer: Signer;
  /** Host names that the server answers to; null: any (a proxy in front has checked). */
  readonly hosts?: readonly string[] | null;
  /** Origins that may show the boards in a frame. */
  readonly frameAncestors?: readonly string[];
  /** The desk that a caller gets at an exit. All rows of all exits come from it. */
  readonly deskFor?: (desk: Desk, caller: Caller, route: RouteName) => Desk;
  /** Where defects are written. */
  readonly log?: (error: unknown) => void;
}

interface Stay {
  Variables: { locale: Locale };
}

/** The whole server as one app: the same on Node and in a Lambda function. */
export function createApp(options: AppOptions): Hono<Stay> {
  const { house, guard } = options;
  const deskFor = options.deskFor ?? ((desk, caller) => desk.for(caller));
  const app = new Hono<Stay>();

  app.use(async (context, next) => {
    context.set('locale', localeOf(context.req.header('accept-language')));
    await next();
    sendSecurityHeaders(context, options.frameAncestors ?? []);
  });
  app.use((context, next) => {
    refuseForeignHost(context, options.hosts ?? null);
    return next();
  });
  app.use(compress({ threshold: SMALLEST_COMPRESSED }));
  app.use('/api/*', (context, next) => {
    refuseLargeBody(context);
    return next();
  });

  const guestOf = async (context: Context<Stay>, invite: boolean): Promise<Guest> => {
    const bearer = /^Bearer (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1];
    if (bearer !== undefined) return guard.check(bearer);
    const cookie = getCookie(context, cookieName(context));
    if (cookie !== undefined) {
      const guest = await guard.check(cookie).catch((error: unknown) => {
        if (!invite || !guard.isLocal) throw error;
        return null;
      });
      if (guest) return guest;
    }
    if (!invite || !guard.isLocal) throw tokenMissing();
    const token = await guard.localToken();
    setCookie(context, cookieName(context), token, { httpOnly: true, sameSite: 'Strict', path: '/' });
    return guard.check(token);
  };

  let document: Promise<Written> | null = null;
  app.get(ROUTES.openapi.path, async (context) => {
    document ??= written(openApi());
    return send(context, await document);
  });
  app.get(ROUTES.session.path, async (context) => {
    const { session } = await guestOf(context, true);
    return send(context, await written(session));
  });

  for (const [name, handler] of Object.entries(HANDLERS) as [
    RouteName,
    NonNullable<(typeof HANDLERS)[RouteName]>,
  ][]) {
    const route = ROUTES[name];
    app.on(route.method.toUpperCase(), route.path, async (context) => {
      const guest = await guestOf(context, false);
      const input = await inputOf(context, route);
      for (const exit of handler.exits(input)) requireExit(guest.caller, exit);
      const board = handler.board(input);
      if (board !== null) requireBoard(guest.session, board);
      return house.read(async (reading) => {
        const desk = deskFor(reading.desk, guest.caller, name);
        const id = context.req.param('id') ?? '';
        const locale = context.get('locale');
        let isPassing = false;
        const make = () =>
          handler.answer({
            desk,
            input,
            id,
            locale,
            subject: guest.session.name ?? guest.caller.subject,
            signer: options.signer,
            log: (error) => {
              isPassing = true;
              options.log?.(error);
            },
            remember: (key, one, weigh) => reading.remember(desk, [name, key], one, weigh),
          });
        if (!handler.lasting) {
          const answer = await make();
          return answer instanceof Response ? answer : context.json(answer as object);
        }
        // Freshness is told by the clock: what lasts a publish is kept for that day alone.
        const today = todayOf(desk.config);
        const state = await reading.besides(handler.besides);
        const whole = await reading.remember(
          desk,
          ['whole', name, id, input, locale, today, state],
          async () => written(await make(), isPassing),
          (one) => (one.isPassing ? Number.POSITIVE_INFINITY : one.text.length + (one.zipped?.length ?? 0)),
        );
        return send(context, whole);
      });
    });
  }

  app.all('/api/*', (context) => {
    throw new AlturasError('missing', 'NOT_FOUND', 'There is no such endpoint.', { value: context.req.path });
  });

  app.onError((error, context) => {
    const problem = problemOf(error, context.get('locale') ?? 'es', context.req.path);
    if (problem.status >= 500) options.log?.(error);
    return context.body(JSON.stringify(problem), problem.status as 400, {
      'content-type': 'application/problem+json; charset=utf-8',
      'content-language': context.get('locale') ?? 'es',
      ...(problem.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      // What nobody reads to its end leaves a connection that cannot carry another request.
      ...(problem.status === 413 ? { connection: 'close' } : {}),
    });
  });
  return app;
}

/** A written answer, compressed for whoever can read it so; to a reader who has it, that it is the same. */
function send(context: Context, { text, zipped, tag }: Written): Response {
  const isZipped = zipped !== null && /\bgzip\b/i.test(context.req.header('accept-encoding') ?? '');
  const own = isZipped ? tag.replace(/"$/, '-z"') : tag;
  const isRead = context.req.method === 'GET';
  if (isRead && isAmong(own, context.req.header('if-none-match')))
    return context.body(null, 304, { etag: own, vary: 'Accept-Encoding' });
  const bytes = isZipped ? zipped : text;
  return context.body(bytes, 200, {
    'content-type': 'application/json',
    // Whoever compresses on the way leaves alone what says that it is small.
    'content-length': String(bytes.length),
    ...(isZipped ? { 'content-encoding': 'gzip' } : {}),
    ...(isRead ? { etag: own } : {}),
    vary: 'Accept-Encoding',
  });
}

function isAmong(tag: string, given: string | undefined): boolean {
  return (given ?? '').split(',').some((one) => one.trim().replace(/^W\//, '') === tag || one.trim() === '*');
}

type Route = (typeof ROUTES)[RouteName];

async function inputOf(context: Context, route: Route): Promise<unknown> {
  const schema: z.ZodType | null = 'request' in route ? route.request : 'query' in route ? route.query : null;
  refuseUnknownParameters(context.req.queries(), 'query' in route ? Object.keys(route.query.shape) : []);
  if (schema === null) return {};
  const given: unknown = 'request' in route ? await jsonBody(context) : context.req.query();
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new AlturasError('usage', 'BAD_REQUEST', 'The request does not have the expected form.', {
    causes: parsed.error.issues.slice(0, 20).map(({ path, message }) => `${path.join('.')}: ${message}`),
  });
}

/** A page elsewhere could name this machine as its own host and read through the browser: it must use our name. */
function refuseForeignHost(context: Context, hosts: readonly string[] | null): void {
  if (hosts === null) return;
  const host = (context.req.header('host') ?? '').replace(/:\d+$/, '').toLowerCase();
  if (hosts.includes(host)) return;
  throw new AlturasError('denied', 'HOST_UNKNOWN', 'This server is not known by that name.', { value: host });
}

function sendSecurityHeaders(context: Context, frameAncestors: readonly string[]): void {
  const { headers } = context.res;
  for (const [name, value] of Object.entries(securityHeaders(frameAncestors))) headers.set(name, value);
  if (context.req.path === EMBED) headers.set('cross-origin-resource-policy', 'cross-origin');
  if (context.req.path.startsWith('/api/')) {
    headers.set('cache-control', 'private, no-cache');
    headers.append('vary', 'Authorization, Cookie, Accept-Language');
  }
}
