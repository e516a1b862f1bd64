import { it } from 'vitest';
import { hundredAgree } from './hundredLedgers.ts';

it.each([4, 5])('500 random ledgers: lake %i of 5 agrees with the row-at-a-time reference', hundredAgree);
