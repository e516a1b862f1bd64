import { expect, it } from 'vitest';
import { landHalf } from './mutants.ts';

it('10,000 mutated files, second half: accepted + refused = physical rows, and nothing crashes', async () => {
  await expect(landHalf(1)).resolves.toBeUndefined();
});
