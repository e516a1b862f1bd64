import { Size as Bytes, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeWildcards } from './acknowledge.ts';
import type { Environment, Job } from './environment.ts';

/** The bundle of a job, ready for the environment's architecture. */
export interface Artefact {
  /** The folder that becomes `/var/task`. */
  readonly folder: string;
  /** `file.export` */
  readonly handler: string;
}

export interface JobFunctionProps {
  readonly environment: Environment;
  readonly job: Job;
  readonly artefact: Artefact;
  readonly description: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly statements: readonly PolicyStatement[];
  /** Encrypts the log. */
  readonly logKey: IKey;
}

/** One job as a Lambda function, with a role and a log of its own. */
export class JobFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: JobFunctionProps) {
    super(scope, id);
    const { environment, job } = props;
    const size = environment.sizes[job];
    const functionName = `${environment.prefix}-${job}`;
    const log = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: environment.logDays === 365 ? RetentionDays.ONE_YEAR : RetentionDays.ONE_MONTH,
      encryptionKey: props.logKey,
      removalPolicy: environment.name === 'prod' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${functionName} may do, and nothing else`,
    });
    role.addToPolicy(
      new PolicyStatement({
        sid: 'WriteLog',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [log.logGroupArn],
      }),
    );
    for (const statement of props.statements) role.addToPolicy(statement);
    this.function = new LambdaFunction(this, 'Function', {
      functionName,
      description: props.description,
      code: Code.fromAsset(props.artefact.folder),
      handler: props.artefact.handler,
      runtime: Runtime.NODEJS_24_X,
      architecture: environment.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      memorySize: size.memoryMb,
      ephemeralStorageSize: Bytes.mebibytes(size.storageMb),
      timeout: size.timeout,
      reservedConcurrentExecutions: size.concurrency,
      role,
      logGroup: log,
      tracing: Tracing.ACTIVE,
      environment: { ...props.variables },
    });
    acknowledge(role, { 'IAM5[Resource::*]': 'X-Ray has no resources to name.' });
    acknowledgeWildcards(
      role,
      props.statements.flatMap(({ resources }) => resources.filter((arn) => arn.endsWith('/*'))),
      'Files and tables have no names known in advance: every statement names their folder or database (grants.ts).',
    );
  }
}
