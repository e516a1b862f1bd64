import { expect, it } from 'vitest';
import { objectsOf } from '../../support/lakeContract.ts';
import { changedEngine } from './changedEngine.ts';
import { deliver } from './story.ts';
import { MODELS, ToyLake } from './toyLake.ts';

it('an engine that makes a float of money is refused before anything of it is in the lake', async () => {
  const lake = await ToyLake.make(MODELS);
  try {
    await deliver(lake);
    const floats = (select: string): string =>
      select.includes('open_total')
        ? `select * replace (cast(open_total as double) as open_total) from (${select}\n)`
        : select;
    const openEngine = changedEngine((engine) => {
      const [write, split] = [engine.write.bind(engine), engine.split.bind(engine)];
      engine.write = (select, ...rest) => write(floats(select), ...rest);
      engine.split = (select, ...rest) => split(floats(select), ...rest);
    });
    await expect(lake.build({ openEngine })).rejects.toMatchObject({
      code: 'MODEL_TYPES',
      details: {
        file: 'position/position.sql',
        causes: [
          expect.stringContaining('open_total is DOUBLE, but declared DECIMAL(18,2): money is never a float'),
        ],
      },
    });
    expect(await objectsOf(lake.lake, 'marts')).toEqual([]);
    expect(await lake.publishedRows()).toEqual([]);
    expect((await lake.build()).status).toBe('published');
  } finally {
    await lake.close();
  }
});
