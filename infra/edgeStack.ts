import { ArnFormat, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import type { Environment } from './environment.ts';

/** The region in which CloudFront looks for its firewalls, whatever the region of the rest. */
export const EDGE_REGION = 'us-east-1';

/** Requests of one address in five minutes: twenty people behind one office's address, each opening boards. */
const REQUESTS_PER_ADDRESS = 3_000;

/**
 * Managed groups in order. SQL injection rules are left out: a question to `/api/ask` may be SQL by design, is parsed,
 * and runs in a locked-down engine (functions/serve/README.md).
 */
const MANAGED: readonly { readonly name: string; readonly count?: readonly string[] }[] = [
  { name: 'AWSManagedRulesAmazonIpReputationList' },
  // The app itself limits bodies to 1 MB and answers what is larger with a problem that says so.
  { name: 'AWSManagedRulesCommonRuleSet', count: ['SizeRestrictions_BODY'] },
  { name: 'AWSManagedRulesKnownBadInputsRuleSet' },
];

/** The firewall in front of the boards. */
export class EdgeStack extends Stack {
  readonly firewallArn: string;

  constructor(scope: Construct, id: string, props: StackProps & { readonly environment: Environment }) {
    super(scope, id, props);
    const { environment } = props;
    const visible = (metricName: string) => ({
      cloudWatchMetricsEnabled: true,
      metricName,
      sampledRequestsEnabled: true,
    });
    const firewall = new CfnWebACL(this, 'Firewall', {
      name: `${environment.prefix}-boards`,
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: visible(`${environment.prefix}-boards`),
      rules: [
        {
          name: 'RequestsPerAddress',
          priority: 0,
          action: { block: {} },
          statement: {
            rateBasedStatement: {
              aggregateKeyType: 'IP',
              limit: REQUESTS_PER_ADDRESS,
              evaluationWindowSec: 300,
            },
          },
          visibilityConfig: visible('RequestsPerAddress'),
        },
        ...MANAGED.map(({ name, count = [] }, at) => ({
          name,
          priority: at + 1,
          overrideAction: { none: {} },
          statement: {
            managedRuleGroupStatement: {
              vendorName: 'AWS',
              name,
              ruleActionOverrides: count.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
            },
          },
          visibilityConfig: visible(name),
        })),
      ],
    });
    const log = new LogGroup(this, 'FirewallLog', {
      // WAF takes no other beginning.
      logGroupName: `aws-waf-logs-${environment.prefix}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new CfnLoggingConfiguration(this, 'FirewallLogging', {
      resourceArn: firewall.attrArn,
      logDestinationConfigs: [
        this.formatArn({
          service: 'logs',
          resource: 'log-group',
          resourceName: log.logGroupName,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
      redactedFields: [{ singleHeader: { Name: 'authorization' } }, { singleHeader: { Name: 'cookie' } }],
    }).node.addDependency(log);
    this.firewallArn = firewall.attrArn;
  }
}
