import { describe, expect, it } from 'vitest';
import { ofType, resources, the } from './deployed.ts';

const dev = resources();
const alarms = ofType(dev, 'AWS::CloudWatch::Alarm');

describe('what is watched', () => {
  it('is every function, the pipeline, its dead letters, refused builds, callers and silence', () => {
    expect(alarms.map(({ properties }) => properties.AlarmName).sort()).toEqual(
      [
        ...['land', 'build', 'serve'].flatMap((job) => [
          `${job}-errors`,
          `${job}-near-timeout`,
          `${job}-throttled`,
        ]),
        'build-refused',
        'dead-letters',
        'pipeline-failed',
        'server-errors',
        'stale',
      ]
        .map((name) => `alturas-dev-${name}`)
        .sort(),
    );
    for (const { id, properties } of alarms)
      expect(JSON.stringify(properties.AlarmActions), id).toContain('Notices');
  });

  it('tells of a function before its time is up', () => {
    const alarm = alarms.find(({ properties }) => properties.AlarmName === 'alturas-dev-build-near-timeout');
    const [build] = ofType(dev, 'AWS::Lambda::Function').filter(
      ({ properties }) => properties.FunctionName === 'alturas-dev-build',
    );
    expect(alarm?.properties.Threshold).toBe(Number(build?.properties.Timeout) * 1000 * 0.8);
  });

  it('tells of 26 hours without a publish, also when nothing is measured at all', () => {
    expect(
      alarms.find(({ properties }) => properties.AlarmName === 'alturas-dev-stale')?.properties,
    ).toMatchObject({
      EvaluationPeriods: 26,
      DatapointsToAlarm: 26,
      TreatMissingData: 'breaching',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
    });
  });

  it('sees a refused build in the log of the state machine', () => {
    expect(the(dev, 'AWS::Logs::MetricFilter', 'Refusals').properties.FilterPattern).toBe(
      '{ ($.type = "ExecutionFailed") && ($.details.error = "LAW_BROKEN") }',
    );
  });
});

describe('who is told', () => {
  it('reads an encrypted topic that takes TLS only', () => {
    const topic = the(dev, 'AWS::SNS::Topic', 'Notices');
    expect(topic.properties.KmsMasterKeyId).toBeDefined();
    expect(JSON.stringify(ofType(dev, 'AWS::SNS::TopicPolicy')[0]?.properties)).toContain(
      'aws:SecureTransport',
    );
    expect(ofType(dev, 'AWS::SNS::Subscription')).toEqual([]);
    const [subscription] = ofType(
      resources({ 'alarms-to': 'ops@insurer.example' }),
      'AWS::SNS::Subscription',
    );
    expect(subscription?.properties).toMatchObject({ Protocol: 'email', Endpoint: 'ops@insurer.example' });
  });

  it('hears of money before it is spent', () => {
    const [budget] = ofType(dev, 'AWS::Budgets::Budget');
    expect(budget?.properties.Budget).toMatchObject({ BudgetLimit: { Amount: 50, Unit: 'USD' } });
    expect(JSON.stringify(budget?.properties.NotificationsWithSubscribers)).toContain('FORECASTED');
  });
});
