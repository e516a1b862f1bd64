import { expect, it } from 'vitest';
import { bucketWords } from '../../../dashboards/boards/alturas/words.ts';
import { scoreWords } from '../../../dashboards/boards/tableros/words.ts';

it('one that meets its target is told in the singular', () => {
  const said = (language: 'es' | 'en', one: boolean) =>
    scoreWords(language).sentence('2026-06', language === 'es' ? 'oficinas' : 'offices', false, one);
  expect(said('es', true)).toContain('{met} de {all} oficinas con meta la cumple. ');
  expect(said('es', false)).toContain('{met} de {all} oficinas con meta la cumplen. ');
  expect(said('en', true)).toContain('{met} of {all} offices with a target meets it. ');
  expect(said('en', false)).toContain('{met} of {all} offices with a target meet it. ');
});

it('a cohort that is paid as those before it says so, and no figure twice', () => {
  const said = (language: 'es' | 'en', part: string) =>
    bucketWords(language).vintagesCompared('may 26', part, 1, '87,2 %');
  expect(said('es', '87,2 %')).toBe(
    'De lo que venció en may 26 se ha recaudado el 87,2 % al mes; lo mismo que de las anteriores.',
  );
  expect(said('es', '80,0 %')).toContain('el 80,0 % al mes; de las anteriores, el 87,2 %.');
  expect(said('en', '87,2 %').match(/87,2/g)).toHaveLength(1);
  expect(said('en', '80,0 %')).toContain('of those before, 87,2 %.');
});
