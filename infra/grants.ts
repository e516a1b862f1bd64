import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Job } from './environment.ts';

/** What a job may do with the lake, by the first folder of a key (contracts/delivery.ts, warehouse/manifest.ts). */
export interface LakeAccess {
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** What it may remove; everything else goes by lifecycle only. */
  readonly remove: readonly string[];
}

/**
 * `land` never sees a mart, `build` never changes what was delivered,
 * `serve` changes nothing.
 */
const LAKE_ACCESS: Readonly<Record<Job, LakeAccess>> = {
  land: {
    // Reading what it writes: a refused conditional write looks at what stands there; reference feeds go on from a state.
    read: ['landing', 'ledger', 'quarantine', 'deliveries', 'rejected'],
    write: ['landing', 'ledger', 'quarantine', 'deliveries', 'rejected'],
    remove: [],
  },
  build: {
    read: ['deliveries', 'ledger', 'marts', 'published', 'builds', 'models', 'configs', 'scratch', 'serving'],
    write: ['marts', 'published', 'builds', 'models', 'configs', 'scratch', 'serving'],
    // What the queries of a run leave on the way (engine/athena/athenaScratch.ts).
    remove: ['scratch'],
  },
  serve: {
    read: [
      'deliveries',
      'ledger',
      'quarantine',
      'rejected',
      'marts',
      'published',
      'builds',
      'models',
      'configs',
      'serving',
    ],
    write: [],
    remove: [],
  },
};

const objects = (bucketArn: string, folders: readonly string[]): string[] =>
  folders.map((folder) => `${bucketArn}/${folder}/*`);

/** The statements that give a job its access to the lake and to the key under which the lake is encrypted. */
export function lakeStatements(job: Job, lakeArn: string, key: IKey): PolicyStatement[] {
  const { read, write, remove } = LAKE_ACCESS[job];
  const statements = [
    new PolicyStatement({ sid: 'ReadLake', actions: ['s3:GetObject'], resources: objects(lakeArn, read) }),
    // Without a condition on s3:prefix: HEAD and GET of a key that is absent carry none, and would answer 403 for 404.
    new PolicyStatement({ sid: 'ListLake', actions: ['s3:ListBucket'], resources: [lakeArn] }),
    keyStatement(key, write.length > 0),
  ];
  if (write.length === 0) return statements;
  return [
    ...statements,
    new PolicyStatement({
      sid: 'WriteLake',
      actions: ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
      resources: objects(lakeArn, write),
    }),
    ...(remove.length === 0
      ? []
      : [
          new PolicyStatement({
            sid: 'RemoveScratch',
            actions: ['s3:DeleteObject'],
            resources: objects(lakeArn, remove),
          }),
        ]),
    // Of a large upload that was cut off, the next attempt sends what is missing (functions/lake/s3Upload.ts).
    new PolicyStatement({
      sid: 'FindUploads',
      actions: ['s3:ListBucketMultipartUploads'],
      resources: [lakeArn],
    }),
  ];
}

/** Reading of the whole inbox: its folders are named by whoever delivers. */
export function inboxStatements(inboxArn: string): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'ReadInbox',
      actions: ['s3:GetObject'],
      resources: [`${inboxArn}/*`],
    }),
    new PolicyStatement({ sid: 'ListInbox', actions: ['s3:ListBucket'], resources: [inboxArn] }),
  ];
}

function keyStatement(key: IKey, writes: boolean): PolicyStatement {
  return new PolicyStatement({
    sid: writes ? 'UseKey' : 'ReadWithKey',
    actions: writes ? ['kms:Decrypt', 'kms:GenerateDataKey'] : ['kms:Decrypt'],
    resources: [key.keyArn],
  });
}
