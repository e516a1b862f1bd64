import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { lakeKeys } from '../../functions/contracts/delivery.ts';
import { FEED_NAMES } from '../../functions/contracts/feeds.ts';
import { PUBLISHED_KEY } from '../../functions/lake/published.ts';
import { servingPrefix } from '../../functions/query/servingFile.ts';
import { buildKeys } from '../../functions/warehouse/manifest.ts';
import { ofType, type Resource, ROOT, resources } from './deployed.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

const dev = resources();

/** Statements of the policies of one role. */
function statementsOf(all: readonly Resource[], job: string): Statement[] {
  return ofType(all, 'AWS::IAM::Policy')
    .filter(({ id }) => id.startsWith(`${job}Role`))
    .flatMap(({ properties }) => (properties.PolicyDocument as { Statement: Statement[] }).Statement);
}

const listOf = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

/** ARNs with what the deployment knows left as `<...>`. */
const plain = (arn: unknown): string =>
  typeof arn === 'string'
    ? arn
    : ((arn as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join']?.[1] ?? [])
        .map((part) => (typeof part === 'string' ? part : '<>'))
        .join('');

/** Whether a role may do something with a key of the lake. */
function may(job: string, action: string, key: string, bucket = 'lake'): boolean {
  return statementsOf(dev, job).some(
    (statement) =>
      statement.Effect === 'Allow' &&
      listOf(statement.Action).some((allowed) =>
        new RegExp(`^${allowed.replaceAll('*', '.*')}$`).test(action),
      ) &&
      listOf(statement.Resource).some((arn) => {
        const pattern = plain(arn)
          .replaceAll('*', '\u0000')
          .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
          .replaceAll('\u0000', '.*');
        return new RegExp(`^${pattern}$`).test(`arn:aws:s3:::alturas-dev-${bucket}-<>-us-east-1/${key}`);
      }),
  );
}

const day = '2026-06-30';
const [feed = 'receipts'] = FEED_NAMES;
const delivered = [
  lakeKeys.landing(day, 'd', 'receipts.csv'),
  lakeKeys.ledger(feed, day, 'd'),
  lakeKeys.state(feed, 'd'),
  lakeKeys.quarantine(feed, day, 'd'),
  lakeKeys.delivery(1),
  lakeKeys.rejected(day, 'd'),
];
const built = [
  PUBLISHED_KEY,
  buildKeys.manifest('b'),
  buildKeys.law('b', 'l'),
  buildKeys.model('h'),
  buildKeys.config('h'),
  buildKeys.output('aging', day, 'b', 1),
  servingPrefix({ rows: [], seq: 1 }),
];

describe('what a function may do with the lake', () => {
  it('land: write what was delivered, see the inbox, and no mart', () => {
    for (const key of delivered) {
      expect(may('Land', 's3:PutObject', key), key).toBe(true);
      expect(may('Land', 's3:GetObject', key), key).toBe(true);
    }
    for (const key of built) {
      expect(may('Land', 's3:PutObject', key), key).toBe(false);
      expect(may('Land', 's3:GetObject', key), key).toBe(false);
    }
    expect(may('Land', 's3:GetObject', '2026-06-30/control.json', 'inbox')).toBe(true);
    expect(may('Land', 's3:PutObject', '2026-06-30/control.json', 'inbox')).toBe(false);
  });

  it('build: write what is built, and never what was delivered', () => {
    for (const key of built) {
      expect(may('Build', 's3:PutObject', key), key).toBe(true);
      expect(may('Build', 's3:GetObject', key), key).toBe(true);
    }
    for (const key of delivered) expect(may('Build', 's3:PutObject', key), key).toBe(false);
    for (const key of [lakeKeys.ledger(feed, day, 'd'), lakeKeys.state(feed, 'd'), lakeKeys.delivery(1)])
      expect(may('Build', 's3:GetObject', key), key).toBe(true);
    // Raw files may hold names; no model reads them.
    expect(may('Build', 's3:GetObject', lakeKeys.landing(day, 'd', 'clients.csv'))).toBe(false);
    expect(may('Build', 's3:GetObject', '2026-06-30/control.json', 'inbox')).toBe(false);
  });

  it('serve: read, and write nothing anywhere', () => {
    for (const key of built) expect(may('Serve', 's3:GetObject', key), key).toBe(true);
    expect(may('Serve', 's3:GetObject', lakeKeys.landing(day, 'd', 'clients.csv'))).toBe(false);
    const actions = statementsOf(dev, 'Serve').flatMap(({ Action }) => listOf(Action));
    expect(actions.filter((action) => /^s3:(?!Get|List)/.test(action))).toEqual([]);
    expect(
      actions.filter((action) => /^(kms:(?!Decrypt$)|glue|athena|states|lambda|sns|sqs|iam)/.test(action)),
    ).toEqual([]);
  });

  it('nobody removes anything but scratch files, and no action of S3 is granted by a wildcard', () => {
    for (const job of ['Land', 'Build', 'Serve']) {
      for (const key of [...delivered, ...built])
        expect(may(job, 's3:DeleteObject', key), `${job} ${key}`).toBe(false);
      const actions = statementsOf(dev, job).flatMap(({ Action }) => listOf(Action));
      expect(actions.length).toBeGreaterThan(4);
      expect(actions.filter((action) => action.includes('*'))).toEqual([]);
    }
    expect(may('Build', 's3:DeleteObject', 'scratch/athena/x/1.parquet')).toBe(true);
  });
});

describe('Athena and the Glue catalogue', () => {
  const actionsOf = (job: string, service: string): string[] =>
    statementsOf(dev, job)
      .flatMap(({ Action }) => listOf(Action))
      .filter((action) => action.startsWith(`${service}:`))
      .map((action) => action.slice(service.length + 1))
      .sort();

  it.each(['athena', 'glue'])(
    'build may do with %s what its README says, and all that the code asks',
    (service) => {
      const readme = readFileSync(path.join(ROOT, 'functions/engine/README.md'), 'utf8');
      const said = new RegExp(`\`${service}:([^\`]+)\``).exec(readme)?.[1]?.split(/,\s+/) ?? [];
      const granted = actionsOf('Build', service);
      expect(said.length).toBeGreaterThan(4);
      expect(granted).toEqual([...said].sort());

      const folder = path.join(ROOT, 'functions/engine/athena');
      const asked = readdirSync(folder)
        .map((file) => readFileSync(path.join(folder, file), 'utf8'))
        .filter((text) => text.includes(`'@aws-sdk/client-${service}'`))
        .flatMap((text) => [...text.matchAll(/new (\w+)Command\(/g)].map(([, action]) => action));
      expect(asked.length).toBeGreaterThan(2);
      expect(granted).toEqual(expect.arrayContaining(asked));
    },
  );

  it('nobody else may do anything with them', () => {
    for (const job of ['Land', 'Serve'])
      for (const service of ['athena', 'glue']) expect(actionsOf(job, service), job).toEqual([]);
  });

  it('build may use its own workgroup, database and tables alone', () => {
    const resourcesOf = (action: string) =>
      statementsOf(dev, 'Build')
        .filter(({ Action }) => listOf(Action).includes(action))
        .flatMap(({ Resource }) => listOf(Resource).map(plain));
    expect(resourcesOf('athena:StartQueryExecution')).toEqual([
      expect.stringMatching(/^arn:[a-z<>-]+:athena:us-east-1:<>:workgroup\/alturas-dev$/),
    ]);
    expect(resourcesOf('glue:BatchDeleteTable').map((arn) => arn.split(':').at(-1))).toEqual([
      'catalog',
      'database/alturas_dev',
      'table/alturas_dev/*',
    ]);
  });

  it('writers may look for uploads that were cut off, and for the parts that they have', () => {
    for (const job of ['Land', 'Build']) {
      const granted = actionsOf(job, 's3');
      for (const action of ['ListBucketMultipartUploads', 'ListMultipartUploadParts', 'AbortMultipartUpload'])
        expect(granted, `${job} ${action}`).toContain(action);
    }
  });
});

describe('the state machine', () => {
  it('may call the two functions, tell the topic, and nothing else of ours', () => {
    const statements = statementsOf(dev, 'Machine');
    const actions = statements
      .flatMap(({ Action }) => listOf(Action))
      .filter((action) => !/^(logs|xray):/.test(action));
    expect(actions.sort()).toEqual([
      'kms:Decrypt',
      'kms:GenerateDataKey',
      'lambda:InvokeFunction',
      'sns:Publish',
    ]);
    const invoked = statements.find(({ Action }) => Action === 'lambda:InvokeFunction');
    expect(listOf(invoked?.Resource)).toHaveLength(2);
  });
});
