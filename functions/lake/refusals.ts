import { AlturasError } from '../core/errors.ts';
import type { WriteCondition } from './lake.ts';

/** The write's condition did not hold: somebody else was first. */
export function preconditionFailed(location: string, key: string, condition: WriteCondition): AlturasError {
  const absent = 'ifAbsent' in condition;
  return new AlturasError(
    'conflict',
    'LAKE_PRECONDITION',
    absent ? `${key} already exists in ${location}.` : `${key} in ${location} changed since it was read.`,
    {
      file: key,
      expected: absent ? 'no such object' : `version ${condition.ifMatch}`,
      safe: 'nothing was written; the stored object is untouched',
      hint: 'read it again and decide anew',
    },
  );
}

/** An object that must be there is not. */
export function objectMissing(location: string, key: string): AlturasError {
  return new AlturasError('missing', 'LAKE_MISSING', `${key} is not in ${location}.`, {
    file: key,
    hint: 'check the location of the lake; if a build named this object, restore it from a backup',
  });
}

/** S3 would store it, a file system cannot: `a` and `a/b` are not both files. */
export function keyIsFolder(location: string, key: string): AlturasError {
  return new AlturasError('usage', 'LAKE_KEY', `${key} is a folder of other objects in ${location}.`, {
    value: key,
    expected: 'no key that is the folder of another key',
    safe: 'nothing was written',
  });
}

/** True for the refusal of a conditional write. */
export function isPreconditionFailure(error: unknown): boolean {
  return error instanceof AlturasError && error.code === 'LAKE_PRECONDITION';
}
