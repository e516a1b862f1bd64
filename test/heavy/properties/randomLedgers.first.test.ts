import { it } from 'vitest';
import { hundredAgree } from './hundredLedgers.ts';

it.each([1, 2, 3])('500 random ledgers: lake %i of 5 agrees with the row-at-a-time reference', hundredAgree);
