import { describe, expect, it } from 'vitest';
import { deployed, ofType, type Resource, resources, resourcesOf, the } from './deployed.ts';

const dev = resources();
const prod = resources({ env: 'prod', region: 'us-east-1' });
const buckets = ofType(dev, 'AWS::S3::Bucket');

/** Buckets whose content is not encrypted as told, by id. */
function unencrypted(all: readonly Resource[]): string[] {
  return ofType(all, 'AWS::S3::Bucket')
    .filter(({ properties }) => !/"SSEAlgorithm":"(aws:kms|AES256)"/.test(JSON.stringify(properties)))
    .map(({ id }) => id);
}

/** Buckets without a policy that refuses everything that does not come by TLS. */
function withoutTls(all: readonly Resource[]): string[] {
  const policies = ofType(all, 'AWS::S3::BucketPolicy').map(({ properties }) => JSON.stringify(properties));
  return ofType(all, 'AWS::S3::Bucket')
    .map(({ id }) => id)
    .filter(
      (id) =>
        !policies.some(
          (policy) =>
            policy.includes(`"Bucket":{"Ref":"${id}"}`) &&
            policy.includes('"Condition":{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny"'),
        ),
    );
}

describe('every bucket', () => {
  it('is encrypted, takes TLS only, is closed to the public and logs who reads it', () => {
    expect(buckets.length).toBe(6);
    expect(unencrypted(dev)).toEqual([]);
    expect(withoutTls(dev)).toEqual([]);
    for (const { id, properties } of buckets) {
      expect(properties.PublicAccessBlockConfiguration, id).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      if (!id.startsWith('AccessLogs')) expect(properties.LoggingConfiguration, id).toBeDefined();
    }
  });

  it('is missed when it loses its encryption or its TLS', () => {
    const broken = dev.flatMap((one) => {
      if (one.type === 'AWS::S3::BucketPolicy' && one.id.startsWith('Lake')) return [];
      if (one.type !== 'AWS::S3::Bucket' || !one.id.startsWith('Inbox')) return [one];
      const { BucketEncryption: _gone, ...properties } = one.properties;
      return [{ ...one, properties }];
    });
    expect(unencrypted(broken)).toEqual([expect.stringMatching(/^Inbox/)]);
    expect(withoutTls(broken)).toEqual([expect.stringMatching(/^Lake/)]);
  });
});

describe('the lake', () => {
  const lake = the(dev, 'AWS::S3::Bucket', 'Lake');
  const inbox = the(dev, 'AWS::S3::Bucket', 'Inbox');

  it('is encrypted under a key that turns over every year, with versions', () => {
    for (const bucket of [lake, inbox]) {
      expect(JSON.stringify(bucket.properties.BucketEncryption)).toContain('"BucketKeyEnabled":true');
      expect(JSON.stringify(bucket.properties.BucketEncryption)).toContain('"SSEAlgorithm":"aws:kms"');
      expect(bucket.properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
    }
    for (const key of ofType(dev, 'AWS::KMS::Key'))
      expect(key.properties).toMatchObject({ EnableKeyRotation: true, RotationPeriodInDays: 365 });
  });

  it('tells of every object in the inbox, without a function that may change buckets', () => {
    expect(inbox.properties.NotificationConfiguration).toEqual({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
    });
    expect(ofType(dev, 'Custom::S3BucketNotifications')).toEqual([]);
  });

  it('drops old versions, half-sent uploads, scratch and quarantine, and never a delivery or a mart', () => {
    const { Rules } = lake.properties.LifecycleConfiguration as {
      Rules: Record<string, unknown>[];
    };
    const expiring = Rules.filter((rule) => 'ExpirationInDays' in rule).map(({ Prefix }) => Prefix);
    expect(expiring.sort()).toEqual(['parity/', 'quarantine/', 'scratch/', 'serving/']);
    for (const prefix of ['parity/', 'scratch/'])
      expect(Rules.find(({ Prefix }) => Prefix === prefix)).toMatchObject({
        ExpirationInDays: 1,
        NoncurrentVersionExpiration: { NoncurrentDays: 1 },
        Status: 'Enabled',
      });
    expect(Rules.some((rule) => 'NoncurrentVersionExpiration' in rule)).toBe(true);
    for (const bucket of ofType(dev, 'AWS::S3::Bucket', 'lake'))
      expect(JSON.stringify(bucket.properties.LifecycleConfiguration), bucket.id).toContain(
        '"AbortIncompleteMultipartUpload":{"DaysAfterInitiation":2}',
      );
  });

  it('can be locked', () => {
    const locked = the(resources({ 'object-lock-days': 400 }), 'AWS::S3::Bucket', 'Lake');
    expect(locked.properties.ObjectLockConfiguration).toEqual({
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Days: 400, Mode: 'GOVERNANCE' } },
    });
    expect(lake.properties.ObjectLockEnabled).toBeUndefined();
  });
});

describe('data', () => {
  const kept = (all: readonly Resource[]) =>
    [
      ...ofType(all, 'AWS::S3::Bucket', 'lake'),
      ...ofType(all, 'AWS::KMS::Key'),
      ...ofType(all, 'AWS::Cognito::UserPool'),
    ].map(({ deletionPolicy }) => deletionPolicy);

  it('outlives its stack unless code and command line both say otherwise', () => {
    expect(new Set(kept(dev))).toEqual(new Set(['Retain']));
    expect(new Set(kept(prod))).toEqual(new Set(['Retain']));
    // The flag alone is not enough: production has no first key.
    expect(new Set(kept(resourcesOf(deployed({ env: 'prod', destroy: 'prod' }))))).toEqual(
      new Set(['Retain']),
    );
    // The flag of another environment is none.
    expect(new Set(kept(resourcesOf(deployed({ destroy: 'prod' }))))).toEqual(new Set(['Retain']));
    const both = resourcesOf(deployed({ destroy: 'dev' }));
    expect(
      new Set(ofType(both, 'AWS::S3::Bucket', 'lake').map(({ deletionPolicy }) => deletionPolicy)),
    ).toEqual(new Set(['Delete']));
  });
});
