import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DayMemory } from '../../../functions/query/dayMemory.ts';
import { Answers, SMALLEST_COMPRESSED, written } from '../../../functions/serve/answers.ts';

const weigh = (text: string): number => text.length;

describe('answers of a publish', () => {
  it('are made once for all who ask the same, also while the first is being made', async () => {
    const answers = new Answers();
    let made = 0;
    const ask = (key: string) =>
      answers.remember(
        key,
        async () => {
          made += 1;
          await Promise.resolve();
          return `of ${key}`;
        },
        weigh,
      );
    expect(await Promise.all([ask('a'), ask('a'), ask('b')])).toEqual(['of a', 'of a', 'of b']);
    expect(await ask('a')).toBe('of a');
    expect(made).toBe(2);
  });

  it('hold no more than their bytes; those used longest ago go first', async () => {
    const answers = new Answers(300);
    const made: string[] = [];
    const ask = (key: string) =>
      answers.remember(
        key,
        async () => {
          made.push(key);
          return key.repeat(100);
        },
        weigh,
      );
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await ask(key);
    expect(made).toEqual(['a', 'b', 'c', 'b']);
    expect(answers.bytes).toBeLessThanOrEqual(300);
  });

  it('are forgotten where they failed, or may differ the next time', async () => {
    const answers = new Answers();
    const failing = () => answers.remember('x', () => Promise.reject(new Error('no')), weigh);
    await expect(Promise.all([failing(), failing()])).rejects.toThrow('no');
    expect(await answers.remember('x', async () => 'yes', weigh)).toBe('yes');
    await answers.remember(
      'passing',
      async () => 'first',
      () => Number.POSITIVE_INFINITY,
    );
    expect(await answers.remember('passing', async () => 'second', weigh)).toBe('second');
    expect(answers.bytes).toBe('x'.length + 'yes'.length + 'passing'.length + 'second'.length);
  });

  it('are written once, compressed where that pays, each with a tag of its own bytes', async () => {
    const [small, large] = [await written({ a: 1 }), await written({ a: 'x'.repeat(SMALLEST_COMPRESSED) })];
    expect(small.zipped).toBeNull();
    expect(new TextDecoder().decode(small.text)).toBe('{"a":1}');
    expect(gunzipSync(large.zipped ?? new Uint8Array())).toEqual(Buffer.from(large.text));
    expect((await written({ a: 1 })).tag).toBe(small.tag);
    expect(large.tag).not.toBe(small.tag);
  });
});

describe('what days said', () => {
  const asker = { policy: 'p', isTraced: false };
  const told = (text: string, rows = 1) => ({ text, rows: Array.from({ length: rows }, () => text) });

  it('is told again, in order, and only what is missing is asked', async () => {
    const memory = new DayMemory();
    const asked: number[][] = [];
    const ask = async (keys: readonly string[], who = asker) =>
      (
        await memory.rememberAll(who, keys, async (missing) => {
          asked.push([...missing]);
          return missing.map((at) => told(keys[at] ?? ''));
        })
      ).map(({ text }) => text);
    expect(await ask(['1', '2'])).toEqual(['1', '2']);
    expect(await ask(['3', '2', '1'])).toEqual(['3', '2', '1']);
    expect(await ask(['1', '2'])).toEqual(['1', '2']);
    expect(asked).toEqual([[0, 1], [0]]);
  });

  it('belongs to a policy: another one asks for itself; and whoever wants the statements sees them run', async () => {
    const memory = new DayMemory();
    const ask = (policy: string, isTraced = false) =>
      memory.rememberAll({ policy, isTraced }, ['day'], async () => [told(policy)]);
    expect(await ask('all')).toEqual([told('all')]);
    expect(await ask('office')).toEqual([told('office')]);
    let ran = false;
    await memory.rememberAll({ policy: 'all', isTraced: true }, ['day'], async () => {
      ran = true;
      return [told('all')];
    });
    expect(ran).toBe(true);
  });

  it('holds no more than its rows; days used longest ago go first', async () => {
    const memory = new DayMemory(25);
    const made: string[] = [];
    const ask = (key: string) =>
      memory.rememberAll(asker, [key], async () => {
        made.push(key);
        return [told(key, 9)];
      });
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await ask(key);
    expect(made).toEqual(['a', 'b', 'c', 'b']);
  });
});
