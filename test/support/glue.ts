import { AlturasError } from '../../functions/core/errors.ts';

/** A column as the Glue catalogue names it: Hive types, lower case. */
export interface GlueColumn {
  readonly name: string;
  readonly type: string;
}

/** A partition of a table: its values in the order of the partition keys, and where its manifest lies. */
export interface GluePartition {
  readonly values: readonly string[];
  readonly location: string;
}

/**
 * The few calls of the Glue API that a table of listed Parquet files needs, against moto.
 *
 * A table reads exactly the files that a manifest lists (Hive's symlink format, which Athena reads too): which files
 * make a relation is our delivery index's and published pointer's to say, not a folder listing's.
 */
export class GlueCatalogue {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async createDatabase(name: string): Promise<void> {
    await this.#call('CreateDatabase', { DatabaseInput: { Name: name } });
  }

  /** Creates a table over manifests; without `keys`, `location` is its only one. */
  async createTable(table: {
    readonly database: string;
    readonly name: string;
    readonly columns: readonly GlueColumn[];
    readonly keys: readonly GlueColumn[];
    readonly location: string;
    readonly partitions: readonly GluePartition[];
  }): Promise<void> {
    const described = (location: string) => ({
      Columns: table.columns.map(glueColumn),
      Location: location,
      InputFormat: 'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat',
      OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
      SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
    });
    await this.#call('CreateTable', {
      DatabaseName: table.database,
      TableInput: {
        Name: table.name,
        TableType: 'EXTERNAL_TABLE',
        Parameters: { EXTERNAL: 'TRUE' },
        PartitionKeys: table.keys.map(glueColumn),
        StorageDescriptor: described(table.location),
      },
    });
    // Glue takes at most 100 partitions a call.
    for (let at = 0; at < table.partitions.length; at += 100)
      await this.#call('BatchCreatePartition', {
        DatabaseName: table.database,
        TableName: table.name,
        PartitionInputList: table.partitions.slice(at, at + 100).map((partition) => ({
          Values: partition.values,
          StorageDescriptor: described(partition.location),
        })),
      });
  }

  async #call(action: string, body: unknown): Promise<void> {
    const answer = await fetch(this.#url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-amz-json-1.1',
        'X-Amz-Target': `AWSGlue.${action}`,
        // moto reads the name of the service from here, and checks no signature.
        Authorization:
          'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/glue/aws4_request, SignedHeaders=host, Signature=none',
      },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok || /"Errors":\s*\[\s*\{/.test(text))
      throw new AlturasError(
        'internal',
        'GLUE_FAILED',
        `Glue ${action}: ${answer.status} ${text.slice(0, 500)}`,
      );
  }
}

function glueColumn(column: GlueColumn): { readonly Name: string; readonly Type: string } {
  return { Name: column.name, Type: column.type };
}
