import { AlturasError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';

/**
 * Refuses parameters of an address that the route does not know, or that stand there twice: whoever wrote them would
 * take an answer that does without them for the one that was meant.
 * @throws AlturasError `UNKNOWN_PARAMETER`, `BAD_REQUEST`
 */
export function refuseUnknownParameters(
  given: Readonly<Record<string, readonly string[]>>,
  known: readonly string[],
): void {
  for (const [name, values] of Object.entries(given)) {
    if (!known.includes(name)) throw unknownParameter(name, known);
    if (values.length > 1)
      throw new AlturasError('usage', 'BAD_REQUEST', `The parameter "${name}" stands there twice.`, {
        causes: [`${name}: ${values.length} values instead of one`],
      });
  }
}

function unknownParameter(name: string, known: readonly string[]): AlturasError {
  const meant = nearest(name, known);
  return new AlturasError('usage', 'UNKNOWN_PARAMETER', `There is no parameter "${name}" here.`, {
    value: name,
    ...(known.length === 0
      ? { variant: 'none' }
      : {
          expected: known.join(', '),
          ...(meant === null ? {} : { variant: 'meant', facts: { meant } }),
        }),
  });
}
