import { describe, expect, it } from 'vitest';
import { LandingFixture } from './deliveryFixture.ts';
import { landMutants, mutant } from './mutation.ts';

describe('mutated files', () => {
  it('accepted + refused = physical rows, sound lines stay sound, and nothing crashes', async () => {
    const fixture = new LandingFixture();
    try {
      const alone = Array.from({ length: 20 }, (_, at) => [mutant(at + 1, `A${at}`)]);
      const first = await landMutants(fixture, alone, 0);
      expect(first.faults).toEqual([]);
      expect(first.accepted).toBeGreaterThan(30);
      expect(first.refused).toBeGreaterThan(3);
      const together = Array.from({ length: 60 }, (_, at) => mutant(1000 + at, `B${at}`, 'receipts'));
      const second = await landMutants(fixture, [together], 100);
      expect(second.faults).toEqual([]);
      expect(second.accepted + second.refused).toBeGreaterThan(100);
    } finally {
      fixture.close();
    }
  });
});
