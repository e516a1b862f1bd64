import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Environment } from './environment.ts';
import { removalOf } from './removal.ts';

export interface OperationsStackProps extends StackProps {
  readonly environment: Environment;
  readonly destroy?: boolean;
}

/** Services that put messages into an encrypted queue or topic of this account. */
const SENDERS = ['events', 'cloudwatch', 'budgets'] as const;

/** How people are told: one topic, and the key of logs, dead letters and notices (who reads those need not read the lake). */
export class OperationsStack extends Stack {
  readonly key: Key;
  readonly notices: Topic;

  constructor(scope: Construct, id: string, props: OperationsStackProps) {
    super(scope, id, props);
    const { environment } = props;
    this.key = new Key(this, 'Key', {
      alias: `${environment.prefix}/operations`,
      description: 'Logs, dead letters and notices',
      enableKeyRotation: true,
      rotationPeriod: Duration.days(365),
      pendingWindow: Duration.days(30),
      removalPolicy: removalOf(this, { env: environment.name, destroy: props.destroy ?? false }),
    });
    const use = ['kms:Decrypt', 'kms:GenerateDataKey*'];
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Logs',
        principals: [new ServicePrincipal(`logs.${this.region}.amazonaws.com`)],
        actions: [...use, 'kms:Encrypt', 'kms:ReEncrypt*', 'kms:Describe*'],
        resources: ['*'],
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': this.formatArn({ service: 'logs', resource: '*' }),
          },
        },
      }),
    );
    this.notices = new Topic(this, 'Notices', {
      topicName: `${environment.prefix}-notices`,
      displayName: `Alturas ${environment.name}`,
      masterKey: this.key,
      enforceSSL: true,
    });
    for (const service of SENDERS) {
      const principals = [new ServicePrincipal(`${service}.amazonaws.com`)];
      const conditions = { StringEquals: { 'aws:SourceAccount': this.account } };
      this.key.addToResourcePolicy(
        new PolicyStatement({
          sid: `Send-${service}`,
          principals,
          actions: use,
          resources: ['*'],
          conditions,
        }),
      );
      this.notices.addToResourcePolicy(
        new PolicyStatement({
          sid: `Publish-${service}`,
          principals,
          actions: ['sns:Publish'],
          resources: [this.notices.topicArn],
          conditions,
        }),
      );
    }
    if (environment.alarmsTo !== null)
      this.notices.addSubscription(new EmailSubscription(environment.alarmsTo));
    new CfnOutput(this, 'NoticesTopic', { value: this.notices.topicArn });
  }
}
