import { expect, test } from 'vitest';
import { REFUSALS, reasonEs } from '../../../functions/contracts/refusals.ts';

test('a reason is told in Spanish with what was expected of its row', () => {
  expect(reasonEs('BAD_DATE', `${REFUSALS.BAD_DATE.en}: DD/MM/YYYY (FVENCIM)`)).toBe(
    'no es un día del calendario escrito como se espera: DD/MM/YYYY (FVENCIM)',
  );
});

test('a reason that an older landing wrote otherwise, and one of an older code', () => {
  expect(reasonEs('BAD_DATE', 'not a calendar day written YYYY-MM-DD')).toBe(REFUSALS.BAD_DATE.es);
  expect(reasonEs('OLDER', 'whatever')).toBeNull();
});
