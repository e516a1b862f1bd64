/** A price of AWS, from memory, and where a page was found that says the same. */
export interface Price {
  readonly usd: number;
  readonly per: string;
  /** AWS's own page, which has the last word. */
  readonly source: string;
  /** A page that gives this price (looked up on the day of PRICED.lookedUp), and when it says so; null: none was found. */
  readonly found: { readonly page: string; readonly of: string } | null;
  /** Nobody but memory vouches for it. */
  readonly verify: boolean;
}

/** Region and date for which the prices are believed to hold, and when others were asked. */
export const PRICED = { region: 'us-east-1', at: '2025-12', lookedUp: '2026-11-28' } as const;

const price = (usd: number, per: string, page: string, found: Price['found'] = null): Price => ({
  usd,
  per,
  source: `https://aws.amazon.com/${page}/pricing/`,
  found,
  verify: found === null,
});

const LAMBDA = { page: 'https://cloudchipr.com/blog/aws-lambda-pricing', of: '2024, N. Virginia' };
const LAMBDA_CALLS = {
  page: 'https://git.mcrn.ar/mariano/lambda_local_runner/src/commit/957e45b8adae23ce50b966346229585b5df18b4d/docs/lambdas-md/lambda-13-cost.md',
  of: 'undated',
};
const STORAGE = {
  page: 'https://www.howtogeek.com/devops/aws-s3-pricing-explained-tiered-storage-can-save-you-money/',
  of: 'undated, us-east-1',
};
const S3_REQUESTS = {
  page: 'https://awsi.click/en/articles/s3-request-pricing-get-put-difference/',
  of: 'undated, us-east-1',
};
const KMS = {
  page: 'https://www.factualminds.com/blog/aws-kms-pricing-keys-requests-multi-region/',
  of: '2026-06, us-east-1',
};
const STEPS = { page: 'https://aws.amazon.com/step-functions/pricing/', of: 'undated copy, N. Virginia' };
const ATHENA = { page: 'https://athena.guide/articles/athena-basics-pricing-model/', of: '2020-10' };
const HTTP_API = {
  page: 'https://awsforengineers.com/blog/aws-api-gateway-pricing-explained',
  of: '2025-05, US East',
};
const FIREWALL = { page: 'https://awsnegotiations.com/waf-pricing-strategy.html', of: '2026' };
const CLOUDWATCH = {
  page: 'https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/',
  of: '2026-06',
};
const METRICS = { page: 'https://signoz.io/guides/cloudwatch-pricing', of: '2026-02' };
const ALARMS = {
  page: 'https://002-workshop-application-performance-monitoring.huyanh.click/5-optimization',
  of: 'undated',
};
const TRACES = { page: 'https://aws.amazon.com/cn/xray/pricing/', of: 'undated copy, in dollars' };

export const PRICES = {
  lambdaX86: price(0.000_016_666_7, 'GB-second', 'lambda', LAMBDA),
  lambdaArm: price(0.000_013_333_4, 'GB-second', 'lambda', LAMBDA),
  lambdaDisk: price(0.000_000_030_9, 'GB-second of /tmp beyond 512 MB', 'lambda'),
  lambdaCalls: price(0.2, 'million calls', 'lambda', LAMBDA_CALLS),
  s3Standard: price(0.023, 'GB-month', 's3', STORAGE),
  s3Cold: price(0.004, 'GB-month, Glacier Instant Retrieval', 's3'),
  s3Writes: price(0.005, 'thousand PUT, LIST', 's3', S3_REQUESTS),
  s3Reads: price(0.000_4, 'thousand GET, HEAD', 's3', S3_REQUESTS),
  kmsKey: price(1, 'key-month', 'kms', KMS),
  kmsCalls: price(0.03, 'ten thousand calls', 'kms', KMS),
  transitions: price(0.025, 'thousand state transitions', 'step-functions', STEPS),
  athena: price(5, 'TB scanned', 'athena', ATHENA),
  glueObjects: price(1, 'hundred thousand objects beyond a million', 'glue', ATHENA),
  httpApi: price(1, 'million requests', 'api-gateway', HTTP_API),
  edgeRequests: price(0.01, 'ten thousand HTTPS requests beyond ten million', 'cloudfront'),
  edgeBytes: price(0.085, 'GB sent beyond 1 TB', 'cloudfront', STORAGE),
  firewall: price(5, 'web ACL-month', 'waf', FIREWALL),
  firewallRules: price(1, 'rule-month', 'waf', FIREWALL),
  firewallRequests: price(0.6, 'million requests', 'waf', FIREWALL),
  people: price(0.02, 'active user of the Plus plan', 'cognito'),
  logs: price(0.5, 'GB taken in', 'cloudwatch', CLOUDWATCH),
  alarms: price(0.1, 'metric of an alarm, a month', 'cloudwatch', ALARMS),
  dashboard: price(3, 'dashboard-month', 'cloudwatch', CLOUDWATCH),
  metrics: price(0.3, 'custom metric-month', 'cloudwatch', METRICS),
  traces: price(5, 'million traces', 'xray', TRACES),
  secret: price(0.4, 'secret-month', 'secrets-manager'),
} as const satisfies Readonly<Record<string, Price>>;
