import { CfnResource, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { deployed } from './deployed.ts';

interface Acknowledged {
  readonly path: string;
  readonly rule: string;
  readonly reason: string;
}

/** Every finding that nobody acknowledges: `path rule`. */
function findings(root: IConstruct): string[] {
  return new AwsSolutionsChecks(root)
    .validateScope(root)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${constructPath} ${bare(ruleName)}`),
    );
}

const bare = (rule: string): string => rule.replace(/^(AwsSolutions|Annotation)::/, '');

/** What is acknowledged in the tree. */
function acknowledged(root: IConstruct): Acknowledged[] {
  return root.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) =>
        Object.entries(data as Readonly<Record<string, string>>).map(([rule, reason]) => ({
          path: node.path,
          rule: bare(rule),
          reason,
        })),
      ),
  );
}

/** Takes the acknowledgements of a construct back; the CDK has no way to, so by its own store. */
function takeBack(construct: IConstruct): void {
  const store = (construct.node as unknown as { _metadata?: { type: string }[] })._metadata ?? [];
  const others = store.filter(({ type }) => type !== Validations.ACKNOWLEDGED_RULES_METADATA_KEY);
  store.splice(0, store.length, ...others);
}

function find(root: IConstruct, path: string): IConstruct {
  const found = root.node.findAll().find(({ node }) => node.path === path);
  if (!found) throw new Error(`no construct ${path}`);
  return found;
}

describe('cdk-nag', () => {
  it.each([
    ['dev', {}],
    ['prod elsewhere', { env: 'prod', region: 'sa-east-1', architecture: 'arm64', 'object-lock-days': 365 }],
  ])('lets %s be synthesised', (_name, context) => {
    const { app } = deployed(context);
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).not.toThrow();
  });

  it('finds just what is acknowledged, each with its reason and none in vain', () => {
    const { app } = deployed();
    app.synth();
    const accepted = acknowledged(app);
    expect(accepted.length).toBeGreaterThan(30);
    expect(findings(app)).toEqual([]);
    for (const construct of app.node.findAll()) takeBack(construct);
    const found = findings(app);
    expect(found.length).toBeGreaterThan(30);
    for (const { path, rule, reason } of accepted)
      expect(reason.length, `${path} ${rule}`).toBeGreaterThan(20);
    const inVain = accepted.filter(
      ({ path, rule }) =>
        !found.some((finding) => finding.startsWith(`${path}/`) && finding.endsWith(` ${rule}`)),
    );
    expect(inVain.map(({ path, rule }) => `${path} ${rule}`)).toEqual([]);
  });

  it('sees a bucket that takes no TLS, a bucket without a log, and an acknowledgement that is gone', () => {
    const { app } = deployed();
    app.synth();
    const bucket = find(app, 'alturas-dev-lake/Lake/Resource');
    const policy = find(app, 'alturas-dev-lake/Lake/Policy/Resource');
    if (!CfnResource.isCfnResource(bucket) || !CfnResource.isCfnResource(policy)) throw new Error('no lake');
    Object.assign(bucket, { loggingConfiguration: undefined });
    Object.assign(policy, { policyDocument: { Version: '2012-10-17', Statement: [] } });
    expect(findings(app).sort()).toEqual([
      'alturas-dev-lake/Lake/Policy/Resource AwsSolutions-S10',
      'alturas-dev-lake/Lake/Resource AwsSolutions-S1',
      'alturas-dev-lake/Lake/Resource AwsSolutions-S10',
    ]);
    takeBack(find(app, 'alturas-dev-serve/Serve/Role'));
    expect(findings(app)).toContain(
      'alturas-dev-serve/Serve/Role/DefaultPolicy/Resource AwsSolutions-IAM5[Resource::*]',
    );
  });
});
