import { describe, expect, it } from 'vitest';
import { inOrder, type OrderedCell } from '../../../dashboards/parts/tableOrder.ts';

const line = (key: string, sort: number | string | null, among?: string) => ({
  key,
  cells: [{ sort, ...(among === undefined ? {} : { among }) } satisfies OrderedCell],
});
const keys = (lines: readonly { readonly key: string }[]) => lines.map(({ key }) => key);

describe('a column of a table', () => {
  const MIXED = [
    line('900 USD', 900, 'USD'),
    line('5000 COP', 5_000, 'COP'),
    line('none', null, 'COP'),
    line('70 USD', 70, 'USD'),
    line('800 COP', 800, 'COP'),
  ];

  it('never ranks amounts of several currencies among each other', () => {
    expect(keys(inOrder(MIXED, { column: 0, up: true }))).toEqual([
      '800 COP',
      '5000 COP',
      '70 USD',
      '900 USD',
      'none',
    ]);
    expect(keys(inOrder(MIXED, { column: 0, up: false }))).toEqual([
      '5000 COP',
      '800 COP',
      '900 USD',
      '70 USD',
      'none',
    ]);
  });

  it('is in order of one currency, of words, and as it came until a reader chooses', () => {
    const words = [line('b', 'b'), line('10', 10), line('a', 'a'), line('9', 9)];
    expect(keys(inOrder(words, null))).toEqual(['b', '10', 'a', '9']);
    expect(
      keys(
        inOrder(
          [words[1], words[3]].flatMap((one) => one ?? []),
          { column: 0, up: true },
        ),
      ),
    ).toEqual(['9', '10']);
    expect(
      keys(
        inOrder(
          [words[0], words[2]].flatMap((one) => one ?? []),
          { column: 0, up: true },
        ),
      ),
    ).toEqual(['a', 'b']);
  });
});
