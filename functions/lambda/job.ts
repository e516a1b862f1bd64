import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import type { Context } from 'aws-lambda';
import type * as z from 'zod';
import { AlturasError } from '../core/errors.ts';

/** What a job has besides its event. */
export interface Call {
  readonly logger: Logger;
  /** Adds to a metric of this call. */
  count(name: string, value: number): void;
  /** Until Lambda ends the call. */
  remainingMs(): number;
}

/** A handler as Lambda calls it. */
export type Handler<Result> = (event: unknown, context: Context) => Promise<Result>;

/**
 * A job as a Lambda handler: its event checked, its course logged, measured (EMF) and traced, and its errors told by
 * their code, which the state machine decides by.
 * @param event an unknown key is an error: a misspelt one must not mean "all"
 * @param run the job; it may be called again with the same event at any time
 */
export function jobHandler<Event, Result extends object>(
  name: string,
  event: z.ZodType<Event>,
  run: (event: Event, call: Call) => Promise<Result>,
): Handler<Result> {
  const serviceName = `alturas-${name}`;
  const logger = new Logger({ serviceName });
  const metrics = new Metrics({ serviceName, namespace: 'Alturas' });
  const tracer = new Tracer({ serviceName });
  return async (given, context) => {
    logger.addContext(context);
    metrics.setFunctionName(context.functionName);
    metrics.captureColdStartMetric();
    const started = performance.now();
    const segment = tracer.getSegment();
    const part = segment?.addNewSubsegment(`## ${name}`);
    if (part) tracer.setSegment(part);
    try {
      const result = await run(checked(event, given), {
        logger,
        count: (metric, value) => metrics.addMetric(metric, MetricUnit.Count, value),
        remainingMs: () => context.getRemainingTimeInMillis(),
      });
      logger.info('done', { event: given, result });
      return result;
    } catch (error) {
      logger.error('failed', { error: error as Error, event: given });
      tracer.addErrorAsMetadata(error as Error);
      metrics.addMetric('Failed', MetricUnit.Count, 1);
      throw failure(error);
    } finally {
      metrics.addMetric('Duration', MetricUnit.Milliseconds, Math.round(performance.now() - started));
      metrics.publishStoredMetrics();
      part?.close();
      if (segment) tracer.setSegment(segment);
    }
  };
}

function checked<Event>(schema: z.ZodType<Event>, given: unknown): Event {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new AlturasError('usage', 'BAD_EVENT', 'The event does not have the expected form.', {
    value: JSON.stringify(given)?.slice(0, 400) ?? '',
    causes: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
    safe: 'nothing was read or written',
  });
}

/** Lambda tells the state machine an error's name and message: the code, and the whole text for people. */
function failure(error: unknown): unknown {
  if (!(error instanceof AlturasError)) return error;
  return Object.assign(new Error(error.toString()), { name: error.code });
}
