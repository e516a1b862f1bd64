import { expect, it } from 'vitest';
import { alturasOf, readConfig } from '../../../functions/core/config.ts';
import { inBucketOrder } from '../../../functions/query/bucketOrder.ts';

const row = (dimensions: Record<string, string | null>) => ({
  ...{ dimensions, value: null, numerator: null, denominator: null, reason: null },
});

it('buckets of any width stand in the order of their days, states after them, and other members as they were', () => {
  const config = readConfig('alturas.yml', 'buckets: [0, 90, 1000, 2000]\n');
  const names = [...alturasOf(config).map(({ altura }) => altura), 'PAID', 'CANCELLED', null];
  const sorted = inBucketOrder(
    [...names].reverse().flatMap((to) => ['02', '01'].map((office) => row({ office, from: 'AL_DIA', to }))),
    ['office', 'from', 'to'],
  );
  expect(sorted.map(({ dimensions }) => [dimensions.office, dimensions.to])).toEqual(
    ['01', '02'].flatMap((office) => names.map((to) => [office, to])),
  );
});
