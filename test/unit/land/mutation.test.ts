import { describe, expect, it } from 'vitest';
import { LandingFixture } from './deliveryFixture.ts';
import { landMutants, mutant } from './mutation.ts';

describe('mutated files', () => {
  it('accepted + refused = physical rows, sound lines stay sound, and nothing crashes', async () => {
    const fixture = new LandingFixture();
    try {
      const alone = Array.from({ length: 60 }, (_, at) => [mutant(at + 1, `A${at}`)]);
      const first = await landMutants(fixture, alone, 0);
      expect(first.faults).toEqual([]);
      expect(first.accepted).toBeGreaterThan(100);
      expect(first.refused).toBeGreaterThan(10);
      const together = Array.from({ length: 4 }, (_, group) =>
        Array.from({ length: 60 }, (_, at) => mutant(1000 + 100 * group + at, `B${group}-${at}`, 'receipts')),
      );
      const second = await landMutants(fixture, together, 100);
      expect(second.faults).toEqual([]);
      expect(second.accepted + second.refused).toBeGreaterThan(500);
    } finally {
      fixture.close();
    }
  });
});
