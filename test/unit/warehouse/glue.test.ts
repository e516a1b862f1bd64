import { describe, expect, it } from 'vitest';
import { FEED_NAMES, feedOf } from '../../../functions/contracts/feeds.ts';
import { glueType, sqlType, trinoType } from '../../../functions/engine/athena/types.ts';
import { checkModels, MODELS } from '../../../functions/warehouse/check.ts';
import { catalogueOf, glueViewText, readModelHeaders } from '../../../functions/warehouse/glue.ts';

const { project } = await checkModels();
const { tables, views } = catalogueOf(project);
const stored = project.models.filter(({ header }) => !header.view);
const table = (name: string) => tables.find((one) => one.name === name);
const view = (name: string) => {
  const found = views.find((one) => one.name === name);
  if (!found) throw new Error(`no view ${name}`);
  return found;
};

describe('the Glue catalogue', () => {
  it('has a table per feed and stored model, the pointer, and a view per stored model, each name once', () => {
    expect(tables.map(({ name }) => name)).toEqual([
      ...FEED_NAMES,
      ...stored.map(({ name }) => `${name}_builds`),
      'published',
    ]);
    expect(views.map(({ name }) => name)).toEqual(stored.map(({ name }) => name));
    const names = [...tables, ...views].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('takes columns, types and comments from the contracts and headers', () => {
    expect(table('receipts')?.columns).toContainEqual({
      name: 'open_total',
      type: 'decimal(18,2)',
      comment: feedOf('receipts').columns.find(({ name }) => name === 'open_total')?.en,
    });
    for (const model of stored) {
      expect(table(`${model.name}_builds`)?.columns.map(({ name }) => name)).toEqual(
        model.header.columns.map(({ name }) => name),
      );
      expect(view(model.name).columns).toEqual(table(`${model.name}_builds`)?.columns);
    }
    for (const { columns, partitionKeys } of tables)
      for (const { type, comment } of [...columns, ...partitionKeys]) {
        expect(type).toMatch(/^(string|int|bigint|double|boolean|date|timestamp|decimal\(\d+,\d+\))$/);
        expect(comment).not.toBe('');
      }
  });

  it('never has a column twice: partition keys are not in the files', () => {
    for (const { name, columns, partitionKeys } of tables) {
      const names = [...columns, ...partitionKeys].map((column) => column.name);
      expect(new Set(names).size, name).toBe(names.length);
    }
  });

  it('finds files where the warehouse puts them', () => {
    expect(table('receipts')?.prefix).toBe('ledger/receipts/');
    expect(table('clients')?.prefix).toBe('ledger/clients/state/');
    expect(table('aging_builds')?.prefix).toBe('marts/aging/');
    expect(table('published')?.prefix).toBe('published/');
  });

  it('stores a view as Athena does', () => {
    const text = glueViewText(view('aging'), 'alturas_dev');
    const base64 = /^\/\* Presto View: ([A-Za-z0-9+/=]+) \*\/$/.exec(text)?.[1] ?? '';
    const decoded: unknown = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
    expect(decoded).toEqual({
      originalSql: view('aging').sql,
      catalog: 'awsdatacatalog',
      schema: 'alturas_dev',
      columns: view('aging').types,
      runAsInvoker: true,
    });
    expect(view('aging').types[0]).toEqual({ name: 'as_of', type: 'date' });
    expect(view('aging').sql).toContain('"aging_builds"');
  });

  it('is the same from the headers alone, without an engine', () => {
    const headers = catalogueOf({ models: readModelHeaders(MODELS) });
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    expect([...headers.tables].sort(byName)).toEqual([...tables].sort(byName));
    expect([...headers.views].sort(byName)).toEqual([...views].sort(byName));
  });
});

describe('types', () => {
  it('have one spelling per engine, and no spelling where they are not shared', () => {
    expect([glueType('DECIMAL(18,2)'), trinoType('DECIMAL(18,2)')]).toEqual([
      'decimal(18,2)',
      'decimal(18,2)',
    ]);
    expect([glueType('TIMESTAMP'), trinoType('TIMESTAMP')]).toEqual(['timestamp', 'timestamp(3)']);
    expect([glueType('VARCHAR[]'), trinoType('VARCHAR[]')]).toEqual(['array<string>', 'array(varchar)']);
    expect([sqlType('decimal', 38, 2), sqlType('varchar'), sqlType('interval')]).toEqual([
      'DECIMAL(38,2)',
      'VARCHAR',
      'INTERVAL',
    ]);
    expect(() => glueType('HUGEINT')).toThrow('HUGEINT is no type that both engines share.');
    expect(() => trinoType('HUGEINT')).toThrow('HUGEINT is no type that both engines share.');
  });
});
