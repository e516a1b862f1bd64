import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { glueColumns } from '../../functions/contracts/feed.ts';
import { FEED_NAMES, feedOf } from '../../functions/contracts/feeds.ts';
import { readModelHeaders } from '../../functions/warehouse/glue.ts';
import { ofType, ROOT, resources } from './deployed.ts';

interface TableInput {
  readonly Name: string;
  readonly TableType: string;
  readonly StorageDescriptor: {
    readonly Columns: readonly { readonly Name: string; readonly Type: string; readonly Comment: string }[];
    readonly Location: unknown;
  };
  readonly ViewOriginalText?: string;
}

const dev = resources();
const tables = new Map(
  ofType(dev, 'AWS::Glue::Table').map(({ properties }) => {
    const input = properties.TableInput as TableInput;
    return [input.Name, input];
  }),
);
const models = readModelHeaders(path.join(ROOT, 'sql')).filter(({ header }) => !header.view);

describe('the Glue catalogue', () => {
  it('has the columns of the contracts', () => {
    for (const name of FEED_NAMES)
      expect(
        tables.get(name)?.StorageDescriptor.Columns.map(({ Name, Type, Comment }) => [Name, Type, Comment]),
        name,
      ).toEqual(glueColumns(feedOf(name)).map(({ name: column, type, comment }) => [column, type, comment]));
  });

  it('has the columns of the headers, for the files of every build and for the view of the current ones', () => {
    expect(models.length).toBeGreaterThan(10);
    for (const { name, header } of models)
      for (const table of [`${name}_builds`, name])
        expect(
          tables.get(table)?.StorageDescriptor.Columns.map(({ Name, Comment }) => [Name, Comment]),
          table,
        ).toEqual(header.columns.map((column) => [column.name, column.en]));
    expect(tables.size).toBe(FEED_NAMES.length + 2 * models.length + 1);
  });

  it('looks for files in the lake of its environment, and names its own database in views', () => {
    expect(JSON.stringify(tables.get('aging_builds')?.StorageDescriptor.Location)).toMatch(
      /alturas-dev-lake-.*-us-east-1\/marts\/aging\//,
    );
    const text = tables.get('aging')?.ViewOriginalText ?? '';
    const view = JSON.parse(
      Buffer.from(/Presto View: (\S+)/.exec(text)?.[1] ?? '', 'base64').toString('utf8'),
    ) as { schema: string };
    expect(view.schema).toBe('alturas_dev');
  });
});

describe('the Athena workgroup', () => {
  it('has the last word on cost and encryption', () => {
    const [group] = ofType(dev, 'AWS::Athena::WorkGroup');
    expect(group?.properties.WorkGroupConfiguration).toMatchObject({
      EnforceWorkGroupConfiguration: true,
      BytesScannedCutoffPerQuery: 5_000_000_000,
      ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_KMS' } },
    });
    const results = ofType(dev, 'AWS::S3::Bucket', 'catalogue');
    expect(JSON.stringify(results[0]?.properties.LifecycleConfiguration)).toContain('"ExpirationInDays":7');
  });
});
