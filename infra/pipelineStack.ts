import { readFileSync } from 'node:fs';
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, TimeZone } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { AlturasError } from '../functions/core/errors.ts';
import { acknowledge } from './acknowledge.ts';
import type { CatalogueStack } from './catalogueStack.ts';
import { deadLetters } from './deadLetters.ts';
import type { Environment } from './environment.ts';
import { inboxStatements, lakeStatements } from './grants.ts';
import { type Artefact, JobFunction } from './jobFunction.ts';
import type { LakeStack } from './lakeStack.ts';
import type { OperationsStack } from './operationsStack.ts';

/** The last file of a delivery: its arrival says that the delivery is complete (contracts/delivery.ts). */
const CONTROL_FILE = 'control.json';

export interface PipelineStackProps extends StackProps {
  readonly environment: Environment;
  readonly operations: OperationsStack;
  readonly lake: LakeStack;
  readonly catalogue: CatalogueStack;
  readonly artefacts: Readonly<Record<'land' | 'build', Artefact>>;
  /** The state machine, in the Amazon States Language, with `${Name}` for what only the deployment knows. */
  readonly definition: string;
}

/**
 * What happens when a delivery arrives, and once a day: land, build, laws, publish. Jobs to come (reconcile, remind,
 * digest) have their place in the definition, after everything is published.
 */
export class PipelineStack extends Stack {
  readonly land: JobFunction;
  readonly build: JobFunction;
  readonly machine: StateMachine;
  readonly machineLog: LogGroup;
  /** Events and schedules that could not start the machine. */
  readonly dead: Queue;

  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, props);
    const { environment, operations, lake, catalogue, artefacts } = props;
    const common = { environment, logKey: operations.key };
    const location = `s3://${lake.lakeName}`;

    this.land = new JobFunction(this, 'Land', {
      ...common,
      job: 'land',
      artefact: artefacts.land,
      description: 'Lands one delivery: landing, ledger, quarantine, index entry',
      variables: { ALTURAS_LAKE: location, ALTURAS_INBOX: `s3://${lake.inboxName}` },
      statements: [...inboxStatements(lake.inboxArn), ...lakeStatements('land', lake.lakeArn, lake.key)],
    });
    this.build = new JobFunction(this, 'Build', {
      ...common,
      job: 'build',
      artefact: artefacts.build,
      description: 'Builds missing days, checks the laws, publishes all or nothing',
      variables: {
        ALTURAS_LAKE: location,
        ALTURAS_SLICE_ROWS: String(environment.sliceRows),
        ...catalogue.variables,
      },
      statements: [...lakeStatements('build', lake.lakeArn, lake.key), ...catalogue.buildStatements()],
    });
    this.dead = deadLetters(this, 'DeadLetters', operations.key);

    this.machineLog = new LogGroup(this, 'MachineLog', {
      // Step Functions may only write to a log group under this name without growing a resource policy.
      logGroupName: `/aws/vendedlogs/states/${environment.prefix}-pipeline`,
      retention: environment.name === 'prod' ? RetentionDays.ONE_YEAR : RetentionDays.ONE_MONTH,
      encryptionKey: operations.key,
      removalPolicy: environment.name === 'prod' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.machine = new StateMachine(this, 'Machine', {
      stateMachineName: `${environment.prefix}-pipeline`,
      comment: 'land in parallel, build, laws, publish',
      definitionBody: DefinitionBody.fromFile(props.definition),
      definitionSubstitutions: substitutions(props.definition, {
        LandFunctionArn: this.land.function.functionArn,
        BuildFunctionArn: this.build.function.functionArn,
        NotificationTopicArn: operations.notices.topicArn,
      }),
      timeout: Duration.hours(6),
      tracingEnabled: true,
      logs: {
        destination: this.machineLog,
        level: LogLevel.ALL,
        includeExecutionData: true,
      },
    });
    for (const statement of [
      new PolicyStatement({
        sid: 'Invoke',
        actions: ['lambda:InvokeFunction'],
        resources: [this.land, this.build].map((job) => job.function.functionArn),
      }),
      new PolicyStatement({
        sid: 'Notify',
        actions: ['sns:Publish'],
        resources: [operations.notices.topicArn],
      }),
      new PolicyStatement({
        sid: 'NotifyEncrypted',
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [operations.key.keyArn],
      }),
    ])
      this.machine.addToRolePolicy(statement);
    acknowledge(this.machine, {
      'IAM5[Resource::*]': 'Delivery of logs and traces has no resources to name.',
    });

    new Rule(this, 'DeliveryComplete', {
      description: 'The control file of a delivery has arrived',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [lake.inboxName] },
          object: { key: [{ suffix: `/${CONTROL_FILE}` }] },
        },
      },
      targets: [
        new SfnStateMachine(this.machine, {
          deadLetterQueue: this.dead,
          retryAttempts: 20,
          maxEventAge: Duration.hours(6),
        }),
      ],
    });
    new Schedule(this, 'Daily', {
      description: 'Lands what an event may have missed, and builds every day that is missing',
      schedule: ScheduleExpression.cron({
        hour: String(environment.dailyAt.hour),
        minute: String(environment.dailyAt.minute),
        timeZone: TimeZone.of(environment.timeZone),
      }),
      target: new StepFunctionsStartExecution(this.machine, {
        input: ScheduleTargetInput.fromObject({ source: 'alturas.schedule' }),
        deadLetterQueue: this.dead,
        retryAttempts: 20,
        maxEventAge: Duration.hours(6),
      }),
    });

    new CfnOutput(this, 'MachineArn', { value: this.machine.stateMachineArn });
    new CfnOutput(this, 'DeadLettersUrl', { value: this.dead.queueUrl });
  }
}

/**
 * What the definition asks for, out of what this stack has.
 * @throws AlturasError `SUBSTITUTION_UNKNOWN`
 */
function substitutions(file: string, known: Readonly<Record<string, string>>): Record<string, string> {
  const names = new Set(
    [...readFileSync(file, 'utf8').matchAll(/\$\{([A-Za-z0-9_]+)\}/g)].map(([, name]) => name ?? ''),
  );
  return Object.fromEntries(
    [...names].map((name) => {
      const value = known[name];
      if (value !== undefined) return [name, value];
      throw new AlturasError(
        'usage',
        'SUBSTITUTION_UNKNOWN',
        'The state machine asks for a name that nobody gives.',
        {
          file,
          value: name,
          expected: Object.keys(known).join(', '),
          safe: 'nothing was synthesised',
        },
      );
    }),
  );
}
