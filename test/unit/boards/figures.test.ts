import { expect, it } from 'vitest';
import { Figures } from '../../../dashboards/format/figures.ts';

it('writes percents and money as each country reads them', () => {
  const [co, pa, en] = [new Figures('es', 'COP'), new Figures('es', 'USD'), new Figures('en', 'COP')];
  expect([co.percent(0.2954), pa.percent(0.2954), en.percent(0.2954)]).toEqual([
    '29,5\u00a0%',
    '29.5\u00a0%',
    '29.5%',
  ]);
  expect(co.money('7073830566.32')).toBe('$\u00a07.074\u00a0M');
  expect(pa.money('52100000.00')).toBe('$\u00a052.1\u00a0M');
  expect([en.money('7073830566.32'), en.exact('-1018.56')]).toEqual(['$7,074\u00a0M', '−$1,018.56']);
  expect(new Figures('en', 'USD', false, 'COP').money('6102.00')).toBe('USD\u00a06,102');
});

it('writes an amount of another currency by its code, in the digits of what stands around it', () => {
  const guest = new Figures('es', 'USD', false, 'COP');
  expect(guest.money('6102.00')).toBe('USD\u00a06.102');
  expect(guest.exact('-1018.56')).toBe('−USD\u00a01.018,56');
  expect(new Figures('es', 'USD', false, 'USD').money('6102.00')).toBe('$\u00a06,102');
});

it('never writes what is short of a target as all of it', () => {
  const [co, en] = [new Figures('es', 'COP'), new Figures('en', 'COP')];
  expect(['0.996', '1', 1.004, '0.824'].map((share) => co.attained(share))).toEqual([
    '99\u00a0%',
    '100\u00a0%',
    '100\u00a0%',
    '82\u00a0%',
  ]);
  expect(en.attained(0.9999)).toBe('99%');
});
