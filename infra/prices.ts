/** A price of AWS. Nobody looked it up for this repository: `verify` stays true until somebody does. */
export interface Price {
  readonly usd: number;
  readonly per: string;
  readonly source: string;
  readonly verify: boolean;
}

/** Region and date for which the prices are believed to hold. */
export const PRICED = { region: 'us-east-1', at: '2025-12' } as const;

const price = (usd: number, per: string, page: string): Price => ({
  usd,
  per,
  source: `https://aws.amazon.com/${page}/pricing/`,
  verify: true,
});

export const PRICES = {
  lambdaX86: price(0.000_016_666_7, 'GB-second', 'lambda'),
  lambdaArm: price(0.000_013_333_4, 'GB-second', 'lambda'),
  lambdaDisk: price(0.000_000_030_9, 'GB-second of /tmp beyond 512 MB', 'lambda'),
  lambdaCalls: price(0.2, 'million calls', 'lambda'),
  s3Standard: price(0.023, 'GB-month', 's3'),
  s3Cold: price(0.004, 'GB-month, Glacier Instant Retrieval', 's3'),
  s3Writes: price(0.005, 'thousand PUT, LIST', 's3'),
  s3Reads: price(0.000_4, 'thousand GET, HEAD', 's3'),
  kmsKey: price(1, 'key-month', 'kms'),
  kmsCalls: price(0.03, 'ten thousand calls', 'kms'),
  transitions: price(0.025, 'thousand state transitions', 'step-functions'),
  athena: price(5, 'TB scanned', 'athena'),
  glueObjects: price(1, 'hundred thousand objects beyond a million', 'glue'),
  httpApi: price(1, 'million requests', 'api-gateway'),
  edgeRequests: price(0.01, 'ten thousand HTTPS requests beyond ten million', 'cloudfront'),
  edgeBytes: price(0.085, 'GB sent beyond 1 TB', 'cloudfront'),
  firewall: price(5, 'web ACL-month', 'waf'),
  firewallRules: price(1, 'rule-month', 'waf'),
  firewallRequests: price(0.6, 'million requests', 'waf'),
  people: price(0.02, 'active user of the Plus plan', 'cognito'),
  logs: price(0.5, 'GB taken in', 'cloudwatch'),
  alarms: price(0.1, 'metric of an alarm, a month', 'cloudwatch'),
  dashboard: price(3, 'dashboard-month', 'cloudwatch'),
  metrics: price(0.3, 'custom metric-month', 'cloudwatch'),
  traces: price(5, 'million traces', 'xray'),
  secret: price(0.4, 'secret-month', 'secrets-manager'),
} as const satisfies Readonly<Record<string, Price>>;
