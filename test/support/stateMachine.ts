import { readFile } from 'node:fs/promises';
import { StateMachine } from 'aws-local-stepfunctions';
import type { LambdaFunction } from './lambdaFunction.ts';

const DEFINITION = new URL('../../infra/pipeline.asl.json', import.meta.url);

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Retry?: readonly unknown[];
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, State>> };
}

/** How an execution of the state machine ended. */
export interface Execution {
  readonly status: 'SUCCEEDED' | 'FAILED';
  /** The output, or what the Fail state says. */
  readonly output: unknown;
  /** What was published to the topic. */
  readonly notices: readonly { readonly Subject: string; readonly Message: unknown }[];
  /** Names of the task states that were entered, retries included, in order. */
  readonly tasks: readonly string[];
}

/** The functions by the name that the definition substitutes. */
export interface Functions {
  readonly LandFunctionArn: Pick<LambdaFunction, 'invoke'>;
  readonly BuildFunctionArn: Pick<LambdaFunction, 'invoke'>;
}

/** The library's Map needs what Node has from version 22 on. */
function withResolvers<T>(): {
  promise: Promise<T>;
  resolve: (value: T | PromiseLike<T>) => void;
  reject: (reason?: unknown) => void;
} {
  let resolve: (value: T | PromiseLike<T>) => void = () => undefined;
  let reject: (reason?: unknown) => void = () => undefined;
  const promise = new Promise<T>((one, other) => {
    resolve = one;
    reject = other;
  });
  return { promise, resolve, reject };
}

/**
 * Runs the state machine of infra/pipeline.asl.json as it is, with waits and pauses cut short: its Lambda tasks call
 * the functions, its notices are kept.
 */
export async function runPipeline(functions: Functions, event: unknown): Promise<Execution> {
  if (!('withResolvers' in Promise)) Object.assign(Promise, { withResolvers });
  const states = (JSON.parse(await readFile(DEFINITION, 'utf8')) as { States: Record<string, State> }).States;
  const notices: { Subject: string; Message: unknown }[] = [];
  const tasks: string[] = [];
  let failed: unknown = null;
  const handlers = Object.fromEntries(
    tasksOf(states).map(([name, { Resource }]) => [
      name,
      async (input: { FunctionName: string; Payload: unknown; Subject: string; Message: unknown }) => {
        tasks.push(name);
        if (Resource === 'arn:aws:states:::sns:publish') {
          notices.push({ Subject: input.Subject, Message: input.Message });
          return {};
        }
        // Step Functions begins no further item of a Map once one has failed for good; this library does.
        if (name === 'LandBatch' && failed !== null && failed !== JSON.stringify(input.Payload))
          throw new Error('the Map has failed');
        const called = functions[/\$\{(\w+)\}/.exec(input.FunctionName)?.[1] as keyof Functions];
        try {
          return { Payload: (await called.invoke(input.Payload)).result };
        } catch (error) {
          if (name === 'LandBatch') failed = JSON.stringify(input.Payload);
          throw error;
        }
      },
    ]),
  );
  const machine = new StateMachine(JSON.parse(await readFile(DEFINITION, 'utf8')), {
    validationOptions: { checkArn: false },
  });
  const execution = machine.run(event as never, {
    overrides: {
      taskResourceLocalHandlers: handlers as never,
      waitTimeOverrides: { Settle: 0 },
      retryIntervalOverrides: Object.fromEntries(tasksOf(states).map(([name]) => [name, 20])),
    },
  });
  try {
    const output: unknown = await execution.result;
    return { status: 'SUCCEEDED', output, notices, tasks };
  } catch (error) {
    return { status: 'FAILED', output: error, notices, tasks };
  }
}

function tasksOf(states: Readonly<Record<string, State>>): [string, State][] {
  return Object.entries(states).flatMap(([name, state]): [string, State][] => [
    ...(state.Type === 'Task' ? ([[name, state]] as [string, State][]) : []),
    ...(state.ItemProcessor ? tasksOf(state.ItemProcessor.States) : []),
  ]);
}
