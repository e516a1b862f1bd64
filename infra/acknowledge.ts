import { Stack, Token, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Accepts findings of cdk-nag on one construct and what is in it, each with its reason. */
export function acknowledge(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  Validations.of(construct).acknowledge(
    ...Object.entries(reasons).map(([rule, reason]) => ({ id: `AwsSolutions-${rule}`, reason })),
  );
}

/** Accepts a policy that names these resources with a wildcard, and no other. */
export function acknowledgeWildcards(construct: IConstruct, arns: readonly string[], reason: string): void {
  const { account } = Stack.of(construct);
  // An account that is not known before the deployment stands in a finding by its name.
  const named = Token.isUnresolved(account) ? '<AWS::AccountId>' : account;
  acknowledge(
    construct,
    Object.fromEntries(arns.map((arn) => [`IAM5[Resource::${arn.replaceAll(account, named)}]`, reason])),
  );
}
