import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  CfnBucket,
  ObjectLockRetention,
  ObjectOwnership,
  StorageClass,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { bucketArn, bucketName, type Environment } from './environment.ts';
import { removalOf } from './removal.ts';

export interface LakeStackProps extends StackProps {
  readonly environment: Environment;
  /** One of the two keys that let data go with its stack (removal.ts). */
  readonly destroy?: boolean;
}

const ABANDONED_UPLOADS = { id: 'abandoned-uploads', abortIncompleteMultipartUploadAfter: Duration.days(2) };

/** Where bytes lie: the inbox that the core system writes to, the lake itself, the log of who read what, their key. */
export class LakeStack extends Stack {
  readonly key: Key;
  readonly inboxName: string;
  readonly lakeName: string;
  readonly inboxArn: string;
  readonly lakeArn: string;
  /** Server access logs; other stacks' buckets log here, too. */
  readonly accessLogs: Bucket;

  constructor(scope: Construct, id: string, props: LakeStackProps) {
    super(scope, id, props);
    const { environment } = props;
    const removalPolicy = removalOf(this, { env: environment.name, destroy: props.destroy ?? false });

    this.inboxName = bucketName(environment, this, 'inbox');
    this.lakeName = bucketName(environment, this, 'lake');
    this.inboxArn = bucketArn(this, this.inboxName);
    this.lakeArn = bucketArn(this, this.lakeName);

    this.key = new Key(this, 'Key', {
      alias: `${environment.prefix}/lake`,
      description: 'Deliveries, ledger, marts and query results',
      enableKeyRotation: true,
      rotationPeriod: Duration.days(365),
      pendingWindow: Duration.days(30),
      removalPolicy,
    });

    const common = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      versioned: true,
      removalPolicy,
    } satisfies BucketProps;

    this.accessLogs = new Bucket(this, 'AccessLogs', {
      ...common,
      // The log service of S3 writes to SSE-S3 buckets only.
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [
        ABANDONED_UPLOADS,
        {
          id: 'logs',
          expiration: Duration.days(environment.logDays),
          noncurrentVersionExpiration: Duration.days(7),
        },
      ],
    });

    const encrypted = {
      ...common,
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      serverAccessLogsBucket: this.accessLogs,
    } satisfies BucketProps;

    const inbox = new Bucket(this, 'Inbox', {
      ...encrypted,
      bucketName: this.inboxName,
      serverAccessLogsPrefix: 'inbox/',
      lifecycleRules: [
        ABANDONED_UPLOADS,
        // Landing keeps every delivered byte; the inbox is the way in, not an archive.
        {
          id: 'delivered',
          expiration: Duration.days(90),
          noncurrentVersionExpiration: Duration.days(30),
        },
      ],
    });

    // By the property itself: the construct's own way adds a function that writes to any bucket of the account.
    const { defaultChild } = inbox.node;
    if (!(defaultChild instanceof CfnBucket)) throw new TypeError('a bucket without its resource');
    defaultChild.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };

    new Bucket(this, 'Lake', {
      ...encrypted,
      bucketName: this.lakeName,
      serverAccessLogsPrefix: 'lake/',
      // Only `landing/` needs it, but S3 locks by bucket; what is overwritten (the published pointer) makes versions.
      ...(environment.objectLockDays === null
        ? {}
        : {
            objectLockEnabled: true,
            objectLockDefaultRetention: ObjectLockRetention.governance(
              Duration.days(environment.objectLockDays),
            ),
          }),
      lifecycleRules: [
        ABANDONED_UPLOADS,
        { id: 'old-versions', noncurrentVersionExpiration: Duration.days(90) },
        {
          id: 'landing-cold',
          prefix: 'landing/',
          transitions: [
            { storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(90) },
          ],
        },
        { id: 'quarantine', prefix: 'quarantine/', expiration: Duration.days(730) },
        // Each is a whole copy, newest wins; without one serve reads the marts, and the next run of a day writes it again.
        {
          id: 'serving',
          prefix: 'serving/',
          expiration: Duration.days(3),
          noncurrentVersionExpiration: Duration.days(1),
        },
        // What a killed run leaves; nobody reads it, so the versions that its expiry leaves behind go as soon.
        ...['scratch', 'parity'].map((id) => ({
          id,
          prefix: `${id}/`,
          expiration: Duration.days(1),
          noncurrentVersionExpiration: Duration.days(1),
        })),
      ],
    });

    new CfnOutput(this, 'InboxBucket', { value: this.inboxName });
    new CfnOutput(this, 'LakeBucket', { value: this.lakeName });
  }
}
