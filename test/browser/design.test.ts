import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Figures, shifted, sumOf } from '../../dashboards/format/figures.ts';

const CSS = readFileSync(new URL('../../dashboards/design/tokens.css', import.meta.url), 'utf8');

/** Linear red, green and blue, 0 to 1. */
type Light = readonly [number, number, number];

function lightOf(hex: string): Light {
  const part = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [part(1), part(3), part(5)];
}

function luminance([red, green, blue]: Light): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: Light, other: Light): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

/** As seen without one kind of cone: Viénot, Brettel and Mollon (1999), on linear light. */
const SIGHTS: Readonly<Record<string, (light: Light) => Light>> = {
  full: (light) => light,
  protanopia: ([r, g, b]) => [
    0.11238 * r + 0.88762 * g,
    0.11238 * r + 0.88762 * g,
    0.00401 * r - 0.00401 * g + b,
  ],
  deuteranopia: ([r, g, b]) => [
    0.29275 * r + 0.70725 * g,
    0.29275 * r + 0.70725 * g,
    -0.02234 * r + 0.02234 * g + b,
  ],
  grey: (light) => [luminance(light), luminance(light), luminance(light)],
};

function tokens(theme: string): Map<string, string> {
  const block = new RegExp(`\\[data-theme="${theme}"\\] \\{([^}]*)\\}`).exec(CSS)?.[1] ?? '';
  return new Map(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

describe.each(['light', 'dark'])('%s theme', (theme) => {
  const found = tokens(theme);
  const light = (name: string): Light => lightOf(found.get(name) ?? '');

  it.each(['ink', 'soft', 'accent', 'good', 'bad', 'warn'])(
    '%s reads on every ground it stands on',
    (name) => {
      for (const ground of ['paper', 'raised', 'sunken'])
        expect(contrast(light(name), light(ground))).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each([
    ['ink', 'accent-soft'],
    ['soft', 'accent-soft'],
    ['warn', 'warn-soft'],
    ['ink', 'warn-soft'],
    ['soft', 'warn-soft'],
    ['bad', 'bad-soft'],
    ['on-accent', 'accent'],
  ])('%s reads on %s', (text, ground) => {
    expect(contrast(light(text), light(ground))).toBeGreaterThanOrEqual(4.5);
  });

  it('marks and edges stand out 3:1', () => {
    for (const name of ['rule', 'accent', 'altura-edge', 'altura-5', 'altura-6', 'altura-7'])
      expect(contrast(light(name), light('paper')), name).toBeGreaterThanOrEqual(3);
  });

  it.each(Object.keys(SIGHTS))('alturas are in order and apart, seen with %s', (sight) => {
    const seen = Array.from(
      { length: 8 },
      (_, at) => SIGHTS[sight]?.(light(`altura-${at}`)) ?? light('paper'),
    );
    const worst = theme === 'light' ? -1 : 1;
    seen.slice(1).forEach((step, at) => {
      const before = seen[at] ?? step;
      expect(Math.sign(luminance(step) - luminance(before)), `step ${at + 1}`).toBe(worst);
      expect(contrast(step, before), `step ${at + 1}`).toBeGreaterThanOrEqual(1.18);
    });
  });
});

describe('figures', () => {
  const plain = (text: string): string => text.replace(/\u00a0/g, ' ');
  const pesos = new Figures('es', 'COP');
  const dollars = new Figures('es', 'USD');
  const english = new Figures('en', 'COP');

  it.each([
    [pesos, '96412345678.90', '$ 96.412 M'],
    [pesos, '652576418.91', '$ 652,6 M'],
    [pesos, '-2500000.00', '−$ 2,5 M'],
    [pesos, '812345.00', '$ 812.345'],
    [english, '96412345678.90', '$96,412 M'],
    [new Figures('es', 'PAB'), '52100000.00', 'B/. 52.1 M'],
  ])('money %#: %s', (figures, value, text) => {
    expect(plain(figures.money(value))).toBe(text);
  });

  it('never passes money through a float', () => {
    expect(shifted('1234567890123456789.12', 6)).toBe('1234567890123.45678912');
    expect(plain(pesos.exact('9007199254740993.01'))).toBe('$ 9.007.199.254.740.993,01');
    expect(sumOf(['9007199254740993.01', '-0.02', '0.1'])).toBe('9007199254740993.09');
  });

  it('shows a small portfolio in whole units, never as 0,0 millions', () => {
    const small = new Figures('es', 'USD', true);
    expect([small.millions('26540.31'), plain(small.millionsUnit)]).toEqual(['26,540', '$']);
    expect([pesos.millions('652576418.91'), plain(pesos.millionsUnit)]).toEqual(['652,6', '$ M']);
  });

  it('writes shares, points and days as the country does', () => {
    expect(plain(pesos.percent(0.314))).toBe('31,4 %');
    expect(plain(dollars.percent(0.314))).toBe('31.4 %');
    expect(plain(pesos.points(-0.0211))).toBe('2,1 pp');
    expect(plain(pesos.percent(-0.00001))).toBe('0,0 %');
  });

  it('gives spreadsheets plain numbers in their own writing', () => {
    expect(pesos.paste('-1234567.89')).toBe('-1234567,89');
    expect(dollars.paste('-1234567.89')).toBe('-1234567.89');
  });
});
