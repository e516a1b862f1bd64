import { AlturasError } from '../../core/errors.ts';

/** Input and output format and SerDe of every table here: Parquet. */
export const GLUE_PARQUET = {
  inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
  outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
  serde: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
} as const;

const GLUE: Readonly<Record<string, string>> = {
  VARCHAR: 'string',
  INTEGER: 'int',
  BIGINT: 'bigint',
  DOUBLE: 'double',
  BOOLEAN: 'boolean',
  DATE: 'date',
  TIMESTAMP: 'timestamp',
};

/** Athena's spelling of the types that it names otherwise than we do. */
const OURS: Readonly<Record<string, string>> = {
  varchar: 'VARCHAR',
  char: 'VARCHAR',
  integer: 'INTEGER',
  tinyint: 'TINYINT',
  smallint: 'SMALLINT',
  bigint: 'BIGINT',
  double: 'DOUBLE',
  float: 'FLOAT',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
};

const DECIMAL = /^DECIMAL\(\d+,\d+\)$/;
const LIST = /^(?<item>.+)\[\]$/;

/**
 * A type of a header or contract as the Glue catalogue (Hive) spells it: `decimal(18,2)`, `array<string>`.
 * @throws AlturasError `TYPE_NOT_SHARED`
 */
export function glueType(type: string): string {
  const item = LIST.exec(type)?.groups?.item;
  if (item !== undefined) return `array<${glueType(item)}>`;
  const found = DECIMAL.test(type) ? type.toLowerCase() : GLUE[type];
  if (found === undefined) throw notShared(type);
  return found;
}

/** A type of a header or contract as Trino's SQL spells it. Timestamps are kept to the millisecond. */
export function trinoType(type: string): string {
  const item = LIST.exec(type)?.groups?.item;
  if (item !== undefined) return `array(${trinoType(item)})`;
  if (type === 'TIMESTAMP') return 'timestamp(3)';
  if (!DECIMAL.test(type) && GLUE[type] === undefined) throw notShared(type);
  return type.toLowerCase();
}

/** A column type of an Athena result in our spelling; a type that we never store keeps Athena's, in capitals. */
export function sqlType(
  type: string,
  precision: number | undefined = undefined,
  scale: number | undefined = undefined,
): string {
  if (type === 'decimal') return `DECIMAL(${precision ?? 38},${scale ?? 0})`;
  return OURS[type] ?? type.toUpperCase();
}

function notShared(type: string): AlturasError {
  return new AlturasError('internal', 'TYPE_NOT_SHARED', `${type} is no type that both engines share.`, {
    value: type,
    expected: [...Object.keys(GLUE), 'DECIMAL(p,s)'].join(', '),
  });
}
