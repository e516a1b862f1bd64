import { RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Data outlives its stack unless two keys say otherwise: the code (`destroy`), and `-c destroy=<env>` on the command
 * line, which names the environment so that the flag of one cannot hit another.
 */
export function removalOf(
  scope: Construct,
  options: { readonly env: string; readonly destroy: boolean },
): RemovalPolicy {
  const flag: unknown = scope.node.tryGetContext('destroy');
  return options.destroy && flag === options.env ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
}
