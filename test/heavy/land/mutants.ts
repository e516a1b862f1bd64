import { expect } from 'vitest';
import { LandingFixture } from '../../unit/land/deliveryFixture.ts';
import { landMutants, mutant } from '../../unit/land/mutation.ts';

/** Of each half of the 10,000 mutated files: landed one by one, and many in a delivery. */
const ALONE = 500;
const TOGETHER = 4_500;
const A_DELIVERY = 60;
const FEEDS = ['receipts', 'payments', 'clients', 'targets'] as const;

/** Lands half of 10,000 mutated files: accepted + refused = physical rows, sound lines stay sound, no crash. */
export async function landHalf(half: 0 | 1): Promise<void> {
  const faults: string[] = [];
  let rows = 0;
  const land = async (groups: ReturnType<typeof mutant>[][]): Promise<void> => {
    const fixture = new LandingFixture();
    try {
      const result = await landMutants(fixture, groups, 0);
      faults.push(...result.faults);
      rows += result.accepted + result.refused;
    } finally {
      fixture.close();
    }
  };
  for (let from = half * ALONE; from < (half + 1) * ALONE; from += 100) {
    await land(Array.from({ length: 100 }, (_, at) => [mutant(50_000 + from + at, `A${from + at}`)]));
  }
  for (let from = half * TOGETHER; from < (half + 1) * TOGETHER; from += 10 * A_DELIVERY) {
    const groups = Math.min(10, ((half + 1) * TOGETHER - from) / A_DELIVERY);
    await land(
      Array.from({ length: groups }, (_, group) =>
        Array.from({ length: A_DELIVERY }, (_, at) => {
          const n = from + group * A_DELIVERY + at;
          return mutant(100_000 + n, `B${n}`, FEEDS[group % FEEDS.length] ?? 'receipts');
        }),
      ),
    );
  }
  expect(faults).toEqual([]);
  expect(rows).toBeGreaterThan(ALONE + TOGETHER);
}
