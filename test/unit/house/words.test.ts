import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { dictionaryWords } from '../../../dashboards/boards/diccionario/words.ts';
import { en } from '../../../dashboards/words/en.ts';
import { es } from '../../../dashboards/words/es.ts';
import { readCatalogue } from '../../../functions/query/catalogue.ts';

const { kpis } = readCatalogue();

/** Reasons that a figure may be missing for: those of the catalogue, and those that the queries give themselves. */
function reasons(): string[] {
  const folder = fileURLToPath(new URL('../../../functions/query/', import.meta.url));
  const texts = [
    ...kpis.flatMap(({ reason, examples }) => [
      reason ?? '',
      ...examples.flatMap(({ expect: cells }) => cells.map((cell) => `'${cell.reason ?? ''}'`)),
    ]),
    ...readdirSync(folder).flatMap((name) =>
      [...readFileSync(`${folder}${name}`, 'utf8').matchAll(/\breason: ('[A-Z_]+')/g)].map(
        ([, code]) => code,
      ),
    ),
  ];
  return [
    ...new Set(
      texts.flatMap((text) =>
        [...(text ?? '').matchAll(/'([A-Z]+(?:_[A-Z]+)+)'/g)].map(([, code]) => code ?? ''),
      ),
    ),
  ];
}

describe.each([
  ['es', es],
  ['en', en],
] as const)('in %s', (language, words) => {
  test('every basis of the catalogue has a name, and no name is left over', () => {
    const bases = new Set(kpis.flatMap((kpi) => Object.keys(kpi.bases)));
    expect(Object.keys(dictionaryWords(language).basis).sort()).toEqual([...bases].sort());
  });

  test('every period of the catalogue has a name, and no name is left over', () => {
    const periods = new Set(kpis.flatMap((kpi) => kpi.periods));
    expect(Object.keys(dictionaryWords(language).period).sort()).toEqual([...periods].sort());
  });

  test('every reason that a figure is missing for has words', () => {
    expect(reasons()).toContain('FEW_PEERS');
    expect(reasons().filter((code) => !(code in words.reasons))).toEqual([]);
  });
});
