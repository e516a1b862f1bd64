import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { limits } from '../../functions/engine/limits.ts';
import { budgetOf, routeOf } from '../../functions/warehouse/router.ts';
import {
  DEFINITION,
  deployed,
  functionsOf,
  ofType,
  resources,
  smallParts,
  the,
  variablesOf,
} from './deployed.ts';

interface State {
  readonly Type: string;
  readonly Retry?: unknown;
  readonly TimeoutSeconds?: number;
  readonly ItemProcessor?: { readonly States: Record<string, State> };
}

const dev = resources();
const definition = JSON.parse(readFileSync(DEFINITION, 'utf8')) as { States: Record<string, State> };
const statesOf = (states: Record<string, State>): [string, State][] =>
  Object.entries(states).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...statesOf(state.ItemProcessor?.States ?? {}),
  ]);

describe('the state machine', () => {
  it('is the definition that the tests of the pipeline run, byte for byte', () => {
    const deployment = deployed();
    const stack = deployment.app.synth().getStackByName('alturas-dev-pipeline');
    const machine = the(dev, 'AWS::StepFunctions::StateMachine', 'Machine');
    const { Key } = machine.properties.DefinitionS3Location as { Key: string };
    expect(readFileSync(path.join(stack.assembly.directory, `asset.${Key}`), 'utf8')).toBe(
      readFileSync(DEFINITION, 'utf8'),
    );
  });

  it('gets every name that its definition asks for, and no other', () => {
    const machine = the(dev, 'AWS::StepFunctions::StateMachine', 'Machine');
    const asked = new Set(
      [...readFileSync(DEFINITION, 'utf8').matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name),
    );
    expect(Object.keys(machine.properties.DefinitionSubstitutions as object).sort()).toEqual(
      [...asked].sort(),
    );
  });

  it('is not deployed with a name that nobody gives', () => {
    const parts = smallParts();
    const odd = path.join(parts.boards, 'odd.json');
    writeFileSync(odd, readFileSync(DEFINITION, 'utf8').replace('LandFunctionArn', 'LandFunktionArn'));
    expect(() => deployed({}, { ...parts, definition: odd })).toThrow('asks for a name that nobody gives');
  });

  it('tries every task again, and gives every task a time', () => {
    const tasks = statesOf(definition.States).filter(([, { Type }]) => Type === 'Task');
    expect(tasks.length).toBeGreaterThan(3);
    for (const [name, task] of tasks) {
      expect(task.Retry, name).toBeDefined();
      expect(task.TimeoutSeconds, name).toBeGreaterThan(0);
    }
  });

  it('logs everything and is traced', () => {
    expect(the(dev, 'AWS::StepFunctions::StateMachine', 'Machine').properties).toMatchObject({
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: true },
      TracingConfiguration: { Enabled: true },
    });
  });
});

describe('what starts it', () => {
  it('is a control file in the inbox, and every day at 5:30 in the time zone of the business', () => {
    const rule = the(dev, 'AWS::Events::Rule', 'DeliveryComplete');
    expect(rule.properties.EventPattern).toMatchObject({
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: { object: { key: [{ suffix: '/control.json' }] } },
    });
    expect(the(dev, 'AWS::Scheduler::Schedule', 'Daily').properties).toMatchObject({
      ScheduleExpression: 'cron(30 5 * * ? *)',
      ScheduleExpressionTimezone: 'America/Bogota',
    });
  });

  it('leaves what could not be handed over in an encrypted queue, kept 14 days', () => {
    const queue = the(dev, 'AWS::SQS::Queue', 'DeadLetters');
    expect(queue.properties).toMatchObject({ MessageRetentionPeriod: 1_209_600 });
    expect(queue.properties.KmsMasterKeyId).toBeDefined();
    for (const starter of [
      the(dev, 'AWS::Events::Rule', 'DeliveryComplete'),
      the(dev, 'AWS::Scheduler::Schedule', 'Daily'),
    ])
      expect(JSON.stringify(starter.properties), starter.id).toContain(queue.id);
  });
});

describe('every function', () => {
  const functions = functionsOf(dev);

  it('runs on Node 24 for the processor of its bundle, with a disk, a time and a share of its own', () => {
    expect(functions.map(({ properties }) => properties.FunctionName).sort()).toEqual([
      'alturas-dev-build',
      'alturas-dev-land',
      'alturas-dev-serve',
    ]);
    for (const { properties } of functions) {
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['x86_64'],
        TracingConfig: { Mode: 'Active' },
      });
      expect(properties.ReservedConcurrentExecutions).toBeGreaterThan(0);
      expect((properties.EphemeralStorage as { Size: number }).Size).toBeGreaterThan(512);
    }
    const arm = ofType(resources({ architecture: 'arm64' }), 'AWS::Lambda::Function', 'pipeline');
    expect(arm.map(({ properties }) => properties.Architectures)).toEqual([['arm64'], ['arm64']]);
  });

  it('keeps its log for a time, encrypted', () => {
    const logs = ofType(dev, 'AWS::Logs::LogGroup').filter(({ properties }) =>
      String(properties.LogGroupName ?? '').startsWith('/aws/'),
    );
    expect(logs).toHaveLength(5);
    for (const { id, properties } of logs) {
      expect(properties.RetentionInDays, id).toBe(30);
      expect(properties.KmsKeyId, id).toBeDefined();
    }
  });

  it.each(['dev', 'prod'])('builds slices in %s that the function itself can hold', (env) => {
    const all = resources({ env });
    const build = functionsOf(all).find(({ properties }) =>
      String(properties.FunctionName).endsWith('-build'),
    );
    const { memoryMb } = limits({ AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(build?.properties.MemorySize) });
    const rows = Number(variablesOf(all, 'build').ALTURAS_SLICE_ROWS);
    const route = (largestPass: number) =>
      routeOf(
        { days: 1, rows: largestPass, largestPass, bytes: 1e9 },
        { asked: 'auto', athena: null, budget: budgetOf(`${memoryMb}MB`) },
      ).engine;
    expect([route(rows), route(2 * rows)]).toEqual(['duckdb', 'athena']);
  });

  it('knows where it works', () => {
    const variables = (job: string) => variablesOf(dev, job);
    expect(Object.keys(variables('land')).sort()).toEqual(['ALTURAS_INBOX', 'ALTURAS_LAKE']);
    const { DatabaseInput } = the(dev, 'AWS::Glue::Database', 'Database').properties as {
      DatabaseInput: { Name: string };
    };
    expect(variables('build')).toMatchObject({
      ALTURAS_GLUE_DATABASE: DatabaseInput.Name,
      ALTURAS_ATHENA_WORKGROUP: the(dev, 'AWS::Athena::WorkGroup', 'WorkGroup').properties.Name,
    });
    expect(JSON.stringify(variables('build').ALTURAS_LAKE)).toContain('s3://alturas-dev-lake-');
    expect(Object.keys(variables('serve')).sort()).toEqual(['ALTURAS_ACCESS_YAML', 'ALTURAS_LAKE']);
  });
});
