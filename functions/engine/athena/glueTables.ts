import {
  BatchCreatePartitionCommand,
  BatchDeleteTableCommand,
  CreateTableCommand,
  type ErrorDetail,
  GlueClient,
  type StorageDescriptor,
} from '@aws-sdk/client-glue';
import { AlturasError } from '../../core/errors.ts';
import type { Column } from '../engine.ts';
import { clientSettings } from './clients.ts';
import { GLUE_PARQUET, glueType } from './types.ts';

/** Glue takes at most 100 partitions, and 100 tables, a call. */
const AT_ONCE = 100;

/** `listed`: the files that a manifest names (Hive's symlink format), one `s3://` address a line. */
export type GlueFormat = 'files' | 'listed';

/** A partition: its values in the order of the partition keys, and the prefix of its files or manifest. */
export interface GluePartition {
  readonly values: readonly string[];
  readonly location: string;
}

/** A table over Parquet files. */
export interface NewGlueTable {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly keys: readonly Column[];
  /** `s3://bucket/prefix/`; without keys, where the files or the manifest lie. */
  readonly location: string;
  readonly format: GlueFormat;
}

/**
 * Tables and partitions of one Glue database.
 *
 * Errors: AlturasError `GLUE_REFUSED` with what Glue says, partition by partition.
 */
export class GlueTables {
  readonly #client: GlueClient;
  readonly #database: string;

  constructor(database: string) {
    this.#client = new GlueClient(clientSettings());
    this.#database = database;
  }

  async create(table: NewGlueTable): Promise<void> {
    await this.#sent(`table ${table.name}`, () =>
      this.#client.send(
        new CreateTableCommand({
          DatabaseName: this.#database,
          TableInput: {
            Name: table.name,
            TableType: 'EXTERNAL_TABLE',
            Parameters: { EXTERNAL: 'TRUE', classification: 'parquet' },
            PartitionKeys: table.keys.map(glueColumn),
            StorageDescriptor: storage(table.format, table.columns, table.location),
          },
        }),
      ),
    );
  }

  /** Registers partitions; one that is there already, at whatever place, stays. */
  async addPartitions(
    table: { readonly name: string; readonly columns: readonly Column[]; readonly format: GlueFormat },
    partitions: readonly GluePartition[],
  ): Promise<void> {
    for (let at = 0; at < partitions.length; at += AT_ONCE) {
      const some = partitions.slice(at, at + AT_ONCE);
      const { Errors = [] } = await this.#sent(`partitions of ${table.name}`, () =>
        this.#client.send(
          new BatchCreatePartitionCommand({
            DatabaseName: this.#database,
            TableName: table.name,
            PartitionInputList: some.map(({ values, location }) => ({
              Values: [...values],
              StorageDescriptor: storage(table.format, table.columns, location),
            })),
          }),
        ),
      );
      const faults = Errors.filter(({ ErrorDetail: detail }) => !isThere(detail));
      if (faults.length > 0)
        throw new AlturasError(
          'internal',
          'GLUE_REFUSED',
          `Glue did not take ${faults.length} of ${some.length} partitions of ${table.name}.`,
          {
            file: `${this.#database}.${table.name}`,
            causes: faults.map(
              ({ PartitionValues = [], ErrorDetail: detail }) =>
                `${PartitionValues.join(', ')}: ${detail?.ErrorCode} ${detail?.ErrorMessage ?? ''}`,
            ),
            safe: 'nothing of the build is visible',
            hint: 'run the build again: partitions that are there stay',
          },
        );
    }
  }

  /** Drops tables with their partitions; their files stay. One that is missing is no error. */
  async drop(tables: readonly string[]): Promise<void> {
    for (let at = 0; at < tables.length; at += AT_ONCE)
      await this.#sent('tables', () =>
        this.#client.send(
          new BatchDeleteTableCommand({
            DatabaseName: this.#database,
            TablesToDelete: tables.slice(at, at + AT_ONCE),
          }),
        ),
      );
  }

  close(): void {
    this.#client.destroy();
  }

  async #sent<T>(what: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (cause) {
      const { name, message } = cause instanceof Error ? cause : { name: 'Error', message: String(cause) };
      throw new AlturasError(
        'internal',
        'GLUE_REFUSED',
        `Glue, ${what}: ${message} (${name})`,
        {
          file: this.#database,
          hint: 'look at the name of the Glue database, and at what the role may do',
        },
        cause,
      );
    }
  }
}

function storage(format: GlueFormat, columns: readonly Column[], location: string): StorageDescriptor {
  return {
    Columns: columns.map(glueColumn),
    Location: location,
    InputFormat:
      format === 'listed' ? 'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat' : GLUE_PARQUET.inputFormat,
    OutputFormat: GLUE_PARQUET.outputFormat,
    SerdeInfo: { SerializationLibrary: GLUE_PARQUET.serde },
  };
}

function glueColumn({ name, type }: Column): { readonly Name: string; readonly Type: string } {
  return { Name: name, Type: glueType(type) };
}

function isThere(detail: ErrorDetail | undefined): boolean {
  return detail?.ErrorCode === 'AlreadyExistsException';
}
