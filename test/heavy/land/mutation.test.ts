import { describe, expect, it } from 'vitest';
import { LandingFixture } from '../../unit/land/deliveryFixture.ts';
import { landMutants, mutant } from '../../unit/land/mutation.ts';

const ALONE = 1_000;
const TOGETHER = 9_000;
const A_DELIVERY = 60;

describe('10,000 mutated files', () => {
  it('accepted + refused = physical rows, sound lines stay sound, and nothing crashes', async () => {
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
    for (let from = 0; from < ALONE; from += 100) {
      await land(Array.from({ length: 100 }, (_, at) => [mutant(50_000 + from + at, `A${from + at}`)]));
    }
    for (let from = 0; from < TOGETHER; from += 10 * A_DELIVERY) {
      await land(
        Array.from({ length: 10 }, (_, group) => {
          const feed = (['receipts', 'payments', 'clients', 'targets'] as const)[group % 4] ?? 'receipts';
          return Array.from({ length: A_DELIVERY }, (_, at) => {
            const n = from + group * A_DELIVERY + at;
            return mutant(100_000 + n, `B${n}`, feed);
          });
        }),
      );
    }
    expect(faults).toEqual([]);
    expect(rows).toBeGreaterThan(ALONE + TOGETHER);
  });
});
