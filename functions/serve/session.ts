import {
  type CryptoKey,
  createRemoteJWKSet,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTPayload,
  errors as joseErrors,
  jwtVerify,
  SignJWT,
} from 'jose';
import * as z from 'zod';
import { AlturasError } from '../core/errors.ts';
import { type Caller, policyId, ROLE_DEFAULTS } from '../query/policy.ts';
import { BOARDS, EXITS, LOCALES, ROLES, SCOPE_COLUMNS, type Session } from './api.ts';

/** A token of a host may live so long at most: it is renewed, never revoked. */
const LONGEST_SECONDS = 3600;
/** How far the clock of an issuer may be ahead of ours. */
const SKEW_SECONDS = 60;
/** Checked tokens that are remembered. */
const REMEMBERED = 1_000;
/** A session that this server signs for the person at its own machine. */
const LOCAL_SECONDS = 12 * 3600;

/** Who may sign tokens for this server: a host with a key of its own, or a user pool. */
export type Issuer =
  | { readonly issuer: string; readonly algorithm: 'EdDSA' | 'HS256'; readonly key: JWK }
  | {
      readonly issuer: string;
      readonly algorithm: 'RS256';
      /** Address of its public keys. */
      readonly keys: string;
      /** `aud` of its tokens. */
      readonly audience: string;
    };

/** Beginning of the attributes that an administrator of a user pool gives to its people. */
const POOL_ATTRIBUTE = 'custom:';

const claims = z.object({
  sub: z.string().min(1),
  name: z.string().max(200).optional(),
  role: z.enum(ROLES),
  scope: z.union([z.literal('all'), z.partialRecord(z.enum(SCOPE_COLUMNS), z.array(z.string()).max(1000))]),
  personal: z.boolean().optional(),
  exits: z.array(z.enum(EXITS)).optional(),
  boards: z.array(z.enum(BOARDS)).min(1).optional(),
  locale: z.enum(LOCALES).optional(),
  theme: z.record(z.string(), z.string().max(200)).optional(),
  iat: z.int(),
  exp: z.int(),
});

/** Claims as an issuer writes them, without the times. */
export type Claims = Omit<z.input<typeof claims>, 'iat' | 'exp'>;

/** A caller whose token was checked. */
export interface Guest {
  readonly caller: Caller;
  readonly session: Session;
}

/** What the server signs its own sessions for when there is nobody else to ask: all, on loopback only. */
export const LOCAL_CLAIMS: Claims = { sub: 'local', role: 'executive', scope: 'all', personal: true };

/** Checks tokens, and signs those of the machine's own user when no issuer is configured. */
export class Guard {
  readonly #audience: string;
  /** Keys of user pools, fetched once and again when a token names one that is not among them. */
  readonly #keys = new Map<string, ReturnType<typeof createRemoteJWKSet>>();
  /** Tokens whose signature was checked already; each until it expires. */
  readonly #checked = new Map<string, Guest>();
  readonly #issuers: ReadonlyMap<string, Issuer>;
  readonly #local: {
    readonly claims: Claims;
    readonly privateKey: CryptoKey;
    readonly publicKey: CryptoKey;
  } | null;

  private constructor(
    audience: string,
    issuers: ReadonlyMap<string, Issuer>,
    local: { readonly claims: Claims; readonly privateKey: CryptoKey; readonly publicKey: CryptoKey } | null,
  ) {
    this.#audience = audience;
    this.#issuers = issuers;
    this.#local = local;
  }

  /** @param local the claims of whoever sits at this machine; null where every caller brings a token */
  static async of(options: {
    readonly audience?: string;
    readonly issuers?: readonly Issuer[];
    readonly local?: Claims | null;
  }): Promise<Guard> {
    const local = options.local ?? null;
    return new Guard(
      options.audience ?? 'alturas',
      new Map((options.issuers ?? []).map((issuer) => [issuer.issuer, issuer])),
      local === null ? null : { claims: local, ...(await generateKeyPair('EdDSA')) },
    );
  }

  get isLocal(): boolean {
    return this.#local !== null;
  }

  /** A session of the machine's own user. @throws AlturasError `TOKEN_MISSING` where there is none */
  async localToken(): Promise<string> {
    if (!this.#local) throw tokenMissing();
    return new SignJWT(this.#local.claims as JWTPayload)
      .setProtectedHeader({ alg: 'EdDSA' })
      .setIssuer(LOCAL_ISSUER)
      .setAudience(this.#audience)
      .setIssuedAt()
      .setExpirationTime(`${LOCAL_SECONDS}s`)
      .sign(this.#local.privateKey);
  }

  /** @throws AlturasError `TOKEN_EXPIRED`, `TOKEN_INVALID` */
  async check(token: string): Promise<Guest> {
    const known = this.#checked.get(token);
    if (known && Date.parse(known.session.expires_at) > Date.now()) return known;
    const guest = await this.#judge(token);
    this.#checked.set(token, guest);
    const [oldest] = this.#checked.keys();
    if (this.#checked.size > REMEMBERED && oldest !== undefined) this.#checked.delete(oldest);
    return guest;
  }

  async #judge(token: string): Promise<Guest> {
    const { payload, local } = await this.#verified(token);
    const parsed = claims.safeParse(payload);
    if (!parsed.success)
      throw tokenInvalid(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
    const told = parsed.data;
    // Counted from now, too: a token that claims to be issued in a year would be good until then.
    const latest = Math.min(told.iat, Math.floor(Date.now() / 1000) + SKEW_SECONDS) + LONGEST_SECONDS;
    if (!local && told.exp > latest)
      throw tokenInvalid([`exp: at most ${LONGEST_SECONDS} seconds after iat, and from now`]);
    return guestOf(told, local);
  }

  async #verified(token: string): Promise<{ readonly payload: JWTPayload; readonly local: boolean }> {
    const issuer = issuerOf(token);
    const options = { audience: this.#audience, requiredClaims: ['exp', 'iat', 'sub', 'aud'] };
    try {
      if (issuer === LOCAL_ISSUER && this.#local) {
        const { payload } = await jwtVerify(token, this.#local.publicKey, {
          ...options,
          issuer,
          algorithms: ['EdDSA'],
        });
        return { payload, local: true };
      }
      const known = this.#issuers.get(issuer);
      if (!known) throw tokenInvalid([`iss: "${issuer}" is not configured here`]);
      if (known.algorithm === 'RS256') return { payload: await this.#ofPool(token, known), local: false };
      const key = await importJWK(known.key, known.algorithm);
      const { payload } = await jwtVerify(token, key, { ...options, issuer, algorithms: [known.algorithm] });
      return { payload, local: false };
    } catch (error) {
      if (error instanceof joseErrors.JWTExpired)
        throw new AlturasError('denied', 'TOKEN_EXPIRED', 'The session has expired.', {
          safe: 'nothing was read',
          hint: 'ask the application that shows this board for a new token',
        });
      if (error instanceof joseErrors.JOSEError) throw tokenInvalid([error.code]);
      throw error;
    }
  }

  async #ofPool(token: string, pool: Extract<Issuer, { algorithm: 'RS256' }>): Promise<JWTPayload> {
    const keys = this.#keys.get(pool.keys) ?? createRemoteJWKSet(new URL(pool.keys));
    this.#keys.set(pool.keys, keys);
    const { payload } = await jwtVerify(token, keys, {
      issuer: pool.issuer,
      audience: pool.audience,
      algorithms: ['RS256'],
      requiredClaims: ['exp', 'iat', 'sub', 'aud'],
    });
    // An access token says what a program may call, not who a person is.
    if (payload.token_use !== 'id') throw tokenInvalid(['token_use: not an id token']);
    return claimsOfPool(payload);
  }
}

const LOCAL_ISSUER = 'alturas:local';

/** The claims that a pool's attributes stand for: a role, and a scope written as JSON or as the word `all`. */
function claimsOfPool(payload: JWTPayload): JWTPayload {
  const { [`${POOL_ATTRIBUTE}role`]: role, [`${POOL_ATTRIBUTE}scope`]: scope } = payload;
  const { sub, iat, exp, name } = payload;
  return { sub, iat, exp, name, role, scope: scope === 'all' ? scope : parsedScope(scope) } as JWTPayload;
}

function parsedScope(scope: unknown): unknown {
  try {
    return typeof scope === 'string' ? JSON.parse(scope) : undefined;
  } catch {
    throw tokenInvalid([`${POOL_ATTRIBUTE}scope: not JSON`]);
  }
}

function issuerOf(token: string): string {
  try {
    const body: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const iss = body !== null && typeof body === 'object' && 'iss' in body ? body.iss : '';
    return typeof iss === 'string' ? iss : '';
  } catch {
    throw tokenInvalid(['not a token']);
  }
}

export function tokenMissing(): AlturasError {
  return new AlturasError('denied', 'TOKEN_MISSING', 'This request carries no session.', {
    hint: 'send a token as "Authorization: Bearer …"',
  });
}

function tokenInvalid(causes: readonly string[]): AlturasError {
  return new AlturasError('denied', 'TOKEN_INVALID', 'The session cannot be trusted.', {
    causes,
    safe: 'nothing was read',
  });
}

function guestOf(told: z.output<typeof claims>, local: boolean): Guest {
  const defaults = ROLE_DEFAULTS[told.role];
  const scope = told.scope === 'all' ? 'all' : definedOnly(told.scope);
  const caller: Caller = {
    subject: told.sub,
    role: told.role,
    scope,
    personal: told.personal ?? defaults.personal,
    exits: new Set(told.exits ?? defaults.exits),
  };
  return {
    caller,
    session: {
      subject: told.sub,
      name: told.name ?? null,
      role: told.role,
      scope,
      personal: caller.personal,
      exits: [...caller.exits],
      boards: told.boards ?? [...BOARDS],
      locale: told.locale ?? 'es',
      theme: told.theme ?? {},
      policy: policyId(caller),
      expires_at: new Date(told.exp * 1000).toISOString(),
      local,
    },
  };
}

/** @throws AlturasError `BOARD_DENIED` */
export function requireBoard({ boards }: Session, board: Session['boards'][number]): void {
  if (boards.includes(board)) return;
  throw new AlturasError('denied', 'BOARD_DENIED', `This session does not show the board "${board}".`, {
    value: board,
    expected: boards.join(', '),
    safe: 'nothing was read',
  });
}

function definedOnly(scope: Partial<Record<(typeof SCOPE_COLUMNS)[number], string[] | undefined>>) {
  return Object.fromEntries(
    Object.entries(scope).filter((entry): entry is [string, string[]] => entry[1] !== undefined),
  ) as Partial<Record<(typeof SCOPE_COLUMNS)[number], string[]>>;
}
