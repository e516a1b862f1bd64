import { readFileSync } from 'node:fs';
import { Duration, type Environment as Place, type Stack } from 'aws-cdk-lib';
import type { Node } from 'constructs';
import { AlturasError } from '../functions/core/errors.ts';
import { type Access, readAccess } from '../functions/serve/access.ts';

const ENVIRONMENTS = ['dev', 'prod'] as const;
export type EnvironmentName = (typeof ENVIRONMENTS)[number];

export const JOBS = ['land', 'build', 'serve'] as const;
export type Job = (typeof JOBS)[number];

/** What one function gets. Lambda gives one vCPU per 1,769 MB. */
export interface Size {
  readonly memoryMb: number;
  /** `/tmp`: copies of lake files, DuckDB's spill, what is written before it is uploaded. 512 to 10,240 MB. */
  readonly storageMb: number;
  readonly timeout: Duration;
  /** Most that run at once; also taken out of the account's common pool, so that no job starves another. */
  readonly concurrency: number;
}

/** Everything in which one deployment differs from another. */
export interface Environment {
  readonly name: EnvironmentName;
  /** Begins the name of every stack and function. */
  readonly prefix: string;
  readonly place: Place & { readonly region: string };
  readonly architecture: 'arm64' | 'x86_64';
  /** The time zone of business days; the daily run is at `dailyAt` there. */
  readonly timeZone: string;
  readonly dailyAt: { readonly hour: number; readonly minute: number };
  /** Hosts that sign tokens and may frame the boards; null: only people of the user pool, no frames. */
  readonly access: Access | null;
  /** Who is told of alarms and budgets; null: nobody but the console. */
  readonly alarmsTo: string | null;
  readonly monthlyBudgetUsd: number;
  /** Days for which nobody can delete or overwrite what was landed; null: no object lock. */
  readonly objectLockDays: number | null;
  /** Most that one Athena query may scan, in GB. */
  readonly scanCapGb: number;
  readonly logDays: number;
  /** Receipts x days that one build slice takes; less than what the router would give to Athena (warehouse/router.ts). */
  readonly sliceRows: number;
  /** Secret that holds the key by which number receipts are signed, a private Ed25519 JWK; null: none. */
  readonly signingSecret: string | null;
  readonly sizes: Readonly<Record<Job, Size>>;
}

/**
 * A bucket's name is made of what is known before it exists: policies can name it, and a second deployment meets the
 * first one's data instead of beginning beside it.
 */
export function bucketName(environment: Environment, stack: Stack, what: string): string {
  return `${environment.prefix}-${what}-${stack.account}-${environment.place.region}`;
}

/** @returns the ARN of a bucket of this name */
export function bucketArn(stack: Stack, name: string): string {
  return stack.formatArn({ service: 's3', region: '', account: '', resource: name });
}

const SIZES: Readonly<Record<EnvironmentName, Readonly<Record<Job, Size>>>> = {
  dev: {
    land: { memoryMb: 2048, storageMb: 2048, timeout: Duration.minutes(5), concurrency: 2 },
    build: { memoryMb: 3008, storageMb: 4096, timeout: Duration.minutes(10), concurrency: 1 },
    serve: { memoryMb: 2048, storageMb: 2048, timeout: Duration.seconds(29), concurrency: 5 },
  },
  prod: {
    land: { memoryMb: 4096, storageMb: 10_240, timeout: Duration.minutes(15), concurrency: 10 },
    build: { memoryMb: 8192, storageMb: 10_240, timeout: Duration.minutes(15), concurrency: 2 },
    serve: { memoryMb: 4096, storageMb: 10_240, timeout: Duration.seconds(29), concurrency: 50 },
  },
};

/**
 * The environment that the context names: `-c env=dev|prod` and, optionally, `region`, `architecture`, `time-zone`,
 * `access` (a file as in functions/serve/README.md), `alarms-to`, `budget-usd`, `object-lock-days`, `scan-cap-gb`,
 * `signing-secret`.
 * @throws AlturasError `CONTEXT_INVALID`
 */
export function environmentOf(node: Node): Environment {
  const read = (key: string): string | null => {
    const value: unknown = node.tryGetContext(key);
    return value === undefined || value === null || value === '' ? null : String(value);
  };
  const oneOf = <const T extends readonly string[]>(key: string, values: T): T[number] => {
    const value = read(key);
    if (value !== null && values.includes(value)) return value;
    throw invalid(key, value, values.join(' or '));
  };
  const whole = (key: string): number | null => {
    const value = read(key);
    if (value === null || /^[1-9][0-9]{0,6}$/.test(value)) return value === null ? null : Number(value);
    throw invalid(key, value, 'a whole number above 0');
  };
  const name = oneOf('env', ENVIRONMENTS);
  const region = read('region') ?? 'us-east-1';
  if (!/^[a-z]{2}(-[a-z]+)+-[0-9]$/.test(region)) throw invalid('region', region, 'an AWS region: us-east-1');
  const account = process.env.CDK_DEFAULT_ACCOUNT;
  const prod = name === 'prod';
  return {
    name,
    prefix: `alturas-${name}`,
    place: { region, ...(account ? { account } : {}) },
    architecture: oneOf('architecture', ['arm64', 'x86_64']),
    timeZone: read('time-zone') ?? 'America/Bogota',
    dailyAt: { hour: 5, minute: 30 },
    access: accessOf(read('access')),
    alarmsTo: read('alarms-to'),
    monthlyBudgetUsd: whole('budget-usd') ?? (prod ? 500 : 50),
    objectLockDays: whole('object-lock-days'),
    scanCapGb: whole('scan-cap-gb') ?? (prod ? 50 : 5),
    logDays: prod ? 365 : 30,
    sliceRows: prod ? 3_000_000 : 1_000_000,
    signingSecret: read('signing-secret'),
    sizes: SIZES[name],
  };
}

/** A template is readable by whoever may describe a stack: a shared secret has no place in it. */
function accessOf(file: string | null): Access | null {
  if (file === null) return null;
  const access = readAccess(file, readFileSync(file, 'utf8'));
  const secret = access.issuers.find(({ algorithm }) => algorithm === 'HS256');
  if (!secret) return access;
  throw new AlturasError(
    'usage',
    'SECRET_IN_TEMPLATE',
    'An issuer with a shared secret cannot be deployed.',
    {
      file,
      value: secret.issuer,
      expected: 'issuers that sign with EdDSA and whose public key stands in the file',
      safe: 'nothing was synthesised',
    },
  );
}

function invalid(key: string, value: string | null, expected: string): AlturasError {
  return new AlturasError('usage', 'CONTEXT_INVALID', `The context "${key}" is not usable.`, {
    file: 'cdk.json',
    column: key,
    value: value ?? '',
    expected,
    safe: 'nothing was synthesised',
    hint: `give it as -c ${key}=...`,
  });
}
