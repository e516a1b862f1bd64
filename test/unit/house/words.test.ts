import { expect, test } from 'vitest';
import { dictionaryWords } from '../../../dashboards/boards/diccionario/words.ts';
import { readCatalogue } from '../../../functions/query/catalogue.ts';

test.each(['es', 'en'] as const)(
  'every basis of the catalogue has a name in %s, and no name is left over',
  (language) => {
    const bases = new Set(readCatalogue().kpis.flatMap((kpi) => Object.keys(kpi.bases)));
    expect(Object.keys(dictionaryWords(language).basis).sort()).toEqual([...bases].sort());
  },
);
