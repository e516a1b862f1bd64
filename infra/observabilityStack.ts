import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Metric,
  SingleValueWidget,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type Environment, JOBS, type Job } from './environment.ts';
import type { JobFunction } from './jobFunction.ts';
import type { OperationsStack } from './operationsStack.ts';
import type { PipelineStack } from './pipelineStack.ts';
import type { ServeStack } from './serveStack.ts';

/** A daily run has an hour or two to be late before somebody is told. */
const FRESH_HOURS = 26;
/** Share of the time-out from which on a function is about to fail. */
const NEAR = 0.8;

export interface ObservabilityStackProps extends StackProps {
  readonly environment: Environment;
  readonly operations: OperationsStack;
  readonly pipeline: PipelineStack;
  readonly serve: ServeStack;
}

interface Watch {
  readonly id: string;
  readonly says: string;
  readonly metric: IMetric;
  readonly above: number;
  readonly periods?: number;
}

/** What is watched, who is told, and what it may cost. */
export class ObservabilityStack extends Stack {
  readonly #notify: SnsAction;
  readonly #prefix: string;

  constructor(scope: Construct, id: string, props: ObservabilityStackProps) {
    super(scope, id, props);
    const { environment, operations, pipeline, serve } = props;
    this.#notify = new SnsAction(operations.notices);
    this.#prefix = environment.prefix;
    const functions: Readonly<Record<Job, JobFunction>> = {
      land: pipeline.land,
      build: pipeline.build,
      serve: serve.serve,
    };

    for (const job of JOBS) this.#watchFunction(environment, job, functions[job]);
    const pipelineMetric = (metricName: string) =>
      pipeline.machine.metric(metricName, { statistic: 'Sum', period: Duration.minutes(5) });
    for (const watch of [
      {
        id: 'PipelineFailed',
        says: 'An execution failed: a law is broken, or a step gave up. Nothing of it was published. Runbook: failed day.',
        metric: new MathExpression({
          expression: 'failed + timedOut + aborted',
          usingMetrics: {
            failed: pipelineMetric('ExecutionsFailed'),
            timedOut: pipelineMetric('ExecutionsTimedOut'),
            aborted: pipelineMetric('ExecutionsAborted'),
          },
          period: Duration.minutes(5),
        }),
        above: 0,
      },
      {
        id: 'BuildRefused',
        says: 'A law of severity error is broken: nothing of the build is visible, the day before stays. Runbook: failed day.',
        metric: this.#refusals(pipeline),
        above: 0,
      },
      {
        id: 'DeadLetters',
        says: 'An event could not start the pipeline. The daily run will land what it announced.',
        metric: pipeline.dead.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
        above: 0,
      },
      {
        id: 'ServerErrors',
        says: 'Callers get 5xx.',
        metric: serve.api.metricServerError({ statistic: 'Sum', period: Duration.minutes(5) }),
        above: 5,
      },
    ] satisfies Watch[])
      this.#alarm(watch);
    this.#watchFreshness(pipeline);
    this.#draw(environment, functions, pipeline, serve);
    this.#budget(environment, operations);
  }

  /** The state machine fails by this name when `build` refuses (pipeline.asl.json). */
  #refusals({ machineLog }: PipelineStack): Metric {
    return new MetricFilter(this, 'Refusals', {
      logGroup: machineLog,
      filterPattern: FilterPattern.all(
        FilterPattern.stringValue('$.type', '=', 'ExecutionFailed'),
        FilterPattern.stringValue('$.details.error', '=', 'LAW_BROKEN'),
      ),
      metricNamespace: 'Alturas',
      metricName: `${this.#prefix}-builds-refused`,
    }).metric({ statistic: 'Sum', period: Duration.minutes(5) });
  }

  #watchFunction(environment: Environment, job: Job, { function: target }: JobFunction): void {
    const { timeout } = environment.sizes[job];
    const period = Duration.minutes(5);
    const name = `${job[0]?.toUpperCase()}${job.slice(1)}`;
    for (const watch of [
      {
        id: `${name}Errors`,
        says: `${job} failed.`,
        metric: target.metricErrors({ period, statistic: 'Sum' }),
        above: job === 'serve' ? 5 : 0,
      },
      {
        id: `${name}NearTimeout`,
        says: `${job} needs more than ${NEAR * 100} % of its time: give it memory (time follows), or hand ranges to Athena.`,
        metric: target.metricDuration({ period, statistic: 'Maximum' }),
        above: Math.round(timeout.toMilliseconds() * NEAR),
      },
      {
        id: `${name}Throttled`,
        says: `${job} was refused a start: its reserved concurrency is used up.`,
        metric: target.metricThrottles({ period, statistic: 'Sum' }),
        above: 0,
        periods: 3,
      },
    ] satisfies Watch[])
      this.#alarm(watch);
  }

  /**
   * Hours in a row in which nothing succeeded: an alarm of hours may look back a week, one of minutes a day. Every run
   * that succeeds has published what there was, or found that all of it is published.
   */
  #watchFreshness(pipeline: PipelineStack): void {
    const hour = Duration.hours(1);
    const succeeded = pipeline.machine.metricSucceeded({ statistic: 'Sum', period: hour });
    new Alarm(this, 'Stale', {
      alarmName: `${this.#prefix}-stale`,
      alarmDescription: `No run of the pipeline succeeded in ${FRESH_HOURS} hours: boards show an old day.`,
      metric: new MathExpression({
        expression: 'FILL(succeeded, 0)',
        usingMetrics: { succeeded },
        period: hour,
      }),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: FRESH_HOURS,
      datapointsToAlarm: FRESH_HOURS,
      treatMissingData: TreatMissingData.BREACHING,
    }).addAlarmAction(this.#notify);
  }

  #alarm({ id, says, metric, above, periods = 1 }: Watch): void {
    const alarm = new Alarm(this, id, {
      alarmName: `${this.#prefix}-${id.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase()}`,
      alarmDescription: says,
      metric,
      threshold: above,
      evaluationPeriods: periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(this.#notify);
    alarm.addOkAction(this.#notify);
  }

  #draw(
    environment: Environment,
    functions: Readonly<Record<Job, JobFunction>>,
    pipeline: PipelineStack,
    serve: ServeStack,
  ): void {
    const of = (metric: (target: JobFunction['function']) => Metric) =>
      JOBS.map((job) => metric(functions[job].function));
    const athena = (metricName: string, statistic: string) =>
      new Metric({
        namespace: 'AWS/Athena',
        metricName,
        dimensionsMap: { WorkGroup: environment.prefix },
        statistic,
      });
    new Dashboard(this, 'Dashboard', {
      dashboardName: environment.prefix,
      widgets: [
        [
          new SingleValueWidget({
            title: 'Pipeline runs, last day',
            metrics: [
              pipeline.machine.metricSucceeded({ period: Duration.days(1) }),
              pipeline.machine.metricFailed({ period: Duration.days(1) }),
            ],
            width: 12,
          }),
          new GraphWidget({
            title: 'Dead letters',
            left: [pipeline.dead.metricApproximateNumberOfMessagesVisible()],
            width: 12,
          }),
        ],
        [
          new GraphWidget({
            title: 'Duration',
            left: of((target) => target.metricDuration({ statistic: 'Maximum' })),
            width: 12,
          }),
          new GraphWidget({
            title: 'Errors and throttles',
            left: [...of((target) => target.metricErrors()), ...of((target) => target.metricThrottles())],
            width: 12,
          }),
        ],
        [
          new GraphWidget({
            title: 'Answers: count, latency, errors',
            left: [serve.api.metricCount(), serve.api.metricClientError(), serve.api.metricServerError()],
            right: [serve.api.metricLatency({ statistic: 'p95' })],
            width: 12,
          }),
          new GraphWidget({
            title: 'Athena: bytes scanned, time in queue',
            left: [athena('ProcessedBytes', 'Sum')],
            right: [athena('QueryQueueTime', 'Maximum')],
            width: 12,
          }),
        ],
      ],
    });
  }

  #budget(environment: Environment, operations: OperationsStack): void {
    const subscribers = [{ subscriptionType: 'SNS', address: operations.notices.topicArn }];
    const told = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
      notification: {
        notificationType,
        threshold,
        thresholdType: 'PERCENTAGE',
        comparisonOperator: 'GREATER_THAN',
      },
      subscribers,
    });
    new CfnBudget(this, 'Budget', {
      budget: {
        budgetName: `${environment.prefix}-monthly`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: environment.monthlyBudgetUsd, unit: 'USD' },
        costFilters: { TagKeyValue: [`user:alturas:environment$${environment.name}`] },
      },
      notificationsWithSubscribers: [told('ACTUAL', 80), told('ACTUAL', 100), told('FORECASTED', 100)],
    });
  }
}
