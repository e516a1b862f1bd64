import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { pulsoWords } from '../../../dashboards/boards/pulso/words.ts';
import { scoreWords } from '../../../dashboards/boards/tableros/words.ts';
import { en } from '../../../dashboards/words/en.ts';
import { es } from '../../../dashboards/words/es.ts';
import { VALUES } from '../../../functions/serve/problemValues.ts';

const LANGUAGES = ['es', 'en'] as const;
const { kpis } = parse(readFileSync(new URL('../../../sql/kpis.yml', import.meta.url), 'utf8')) as {
  readonly kpis: readonly { readonly id: string; readonly es: string; readonly en: string }[];
};
const named = (id: string) => kpis.find((kpi) => kpi.id === id);

it('what is overdue of the whole has the name of the catalogue wherever a board names it', () => {
  for (const language of LANGUAGES) {
    const [pulso, scores] = [pulsoWords(language), scoreWords(language)];
    const labels = [pulso.tiles.overdue_share, pulso.share, scores.tiles.overdue_share, scores.share];
    expect(new Set(labels)).toEqual(new Set([named('overdue_share')?.[language]]));
  }
});

it('an overdue amount is called vencida, and mora is how late it is', () => {
  for (const id of ['overdue', 'overdue_own', 'inherited_share']) expect(named(id)?.es).toMatch(/vencida/);
  const [pulso, scores] = [pulsoWords('es'), scoreWords('es')];
  for (const label of [pulso.overdue, scores.own]) expect(label).toMatch(/^Vencida/);
});

it('a board is called by the server, when it refuses it, as its page is called', () => {
  const told = Object.entries(VALUES.BOARD_DENIED ?? {});
  for (const [language, { boards }] of [
    ['es', es],
    ['en', en],
  ] as const)
    expect(Object.fromEntries(told.map(([board, names]) => [board, names[language]]))).toEqual(boards);
});
