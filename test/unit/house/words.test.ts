import { expect, test } from 'vitest';
import { en } from '../../../dashboards/words/en.ts';
import { es } from '../../../dashboards/words/es.ts';
import { readCatalogue } from '../../../functions/query/catalogue.ts';

test.each([
  ['Spanish', es],
  ['English', en],
])('every basis of the catalogue has a name in %s, and no name is left over', (_, words) => {
  const bases = new Set(readCatalogue().kpis.flatMap((kpi) => Object.keys(kpi.bases)));
  expect(Object.keys(words.bases).sort()).toEqual([...bases].sort());
});
