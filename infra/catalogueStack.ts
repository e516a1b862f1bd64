import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import {
  type CataloguedModel,
  catalogueOf,
  GLUE_PARAMETERS,
  GLUE_PARQUET,
  GLUE_VIEW_EXPANDED,
  type GlueColumn,
  type GlueTable,
  type GlueView,
  glueViewText,
} from '../functions/warehouse/glue.ts';
import { bucketArn, bucketName, type Environment } from './environment.ts';
import type { LakeStack } from './lakeStack.ts';

const BYTES_OF_A_GB = 1_000_000_000;

export interface CatalogueStackProps extends StackProps {
  readonly environment: Environment;
  readonly lake: LakeStack;
  /** The headers of the models: the columns have no other source. */
  readonly models: readonly CataloguedModel[];
}

/** What Athena knows of the lake, and what a query may cost. */
export class CatalogueStack extends Stack {
  readonly database: string;
  readonly workgroup: string;
  readonly resultsArn: string;
  readonly #lake: LakeStack;

  constructor(scope: Construct, id: string, props: CatalogueStackProps) {
    super(scope, id, props);
    const { environment, lake } = props;
    this.#lake = lake;
    this.database = `alturas_${environment.name}`;
    this.workgroup = environment.prefix;

    const database = new CfnDatabase(this, 'Database', {
      catalogId: this.account,
      databaseInput: { name: this.database, description: `Premium receivables (${environment.name})` },
    });
    const { tables, views } = catalogueOf({ models: props.models });
    for (const input of [
      ...tables.map((table) => tableInput(table, `s3://${lake.lakeName}/${table.prefix}`)),
      ...views.map((view) => viewInput(view, this.database)),
    ])
      new CfnTable(this, `Table-${input.name}`, {
        catalogId: this.account,
        databaseName: this.database,
        tableInput: input,
      }).addResourceDependency(database);

    const resultsName = bucketName(environment, this, 'results');
    this.resultsArn = bucketArn(this, resultsName);
    new Bucket(this, 'Results', {
      bucketName: resultsName,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.KMS,
      encryptionKey: lake.key,
      bucketKeyEnabled: true,
      serverAccessLogsBucket: lake.accessLogs,
      serverAccessLogsPrefix: 'results/',
      // Copies of rows that the lake holds: never worth keeping.
      removalPolicy: RemovalPolicy.DESTROY,
      lifecycleRules: [
        {
          id: 'results',
          expiration: Duration.days(7),
          abortIncompleteMultipartUploadAfter: Duration.days(2),
        },
      ],
    });
    new CfnWorkGroup(this, 'WorkGroup', {
      name: this.workgroup,
      description: 'Range builds, parity and ad-hoc questions',
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        requesterPaysEnabled: false,
        bytesScannedCutoffPerQuery: environment.scanCapGb * BYTES_OF_A_GB,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: `s3://${resultsName}/`,
          encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKey: lake.key.keyArn },
          expectedBucketOwner: this.account,
        },
      },
    });

    new CfnOutput(this, 'DatabaseName', { value: this.database });
    new CfnOutput(this, 'WorkGroupName', { value: this.workgroup });
  }

  /** What a function must know to build on Athena. */
  get variables(): Record<string, string> {
    return {
      ALTURAS_ATHENA_WORKGROUP: this.workgroup,
      ALTURAS_GLUE_DATABASE: this.database,
    };
  }

  /** Range builds: run queries of this workgroup, read their results, register partitions of our tables. */
  buildStatements(): PolicyStatement[] {
    const glue = (resource: string, resourceName?: string) =>
      this.formatArn({ service: 'glue', resource, ...(resourceName ? { resourceName } : {}) });
    return [
      new PolicyStatement({
        sid: 'Query',
        actions: [
          'athena:StartQueryExecution',
          'athena:GetQueryExecution',
          'athena:GetQueryResults',
          'athena:GetWorkGroup',
          'athena:StopQueryExecution',
        ],
        resources: [
          this.formatArn({ service: 'athena', resource: 'workgroup', resourceName: this.workgroup }),
        ],
      }),
      new PolicyStatement({
        sid: 'Catalogue',
        actions: [
          'glue:GetDatabase',
          'glue:GetTable',
          'glue:GetTables',
          'glue:GetPartition',
          'glue:GetPartitions',
          'glue:BatchGetPartition',
          'glue:BatchCreatePartition',
          // Tables of a run, gone when it ends.
          'glue:CreateTable',
          'glue:BatchDeleteTable',
        ],
        resources: [glue('catalog'), glue('database', this.database), glue('table', `${this.database}/*`)],
      }),
      new PolicyStatement({
        sid: 'Results',
        actions: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
        resources: [`${this.resultsArn}/*`],
      }),
      new PolicyStatement({
        sid: 'ResultsBucket',
        actions: ['s3:GetBucketLocation', 's3:ListBucket'],
        resources: [this.resultsArn],
      }),
      new PolicyStatement({
        sid: 'LakeLocation',
        actions: ['s3:GetBucketLocation'],
        resources: [this.#lake.lakeArn],
      }),
    ];
  }
}

const columnsOf = (columns: readonly GlueColumn[]) =>
  columns.map(({ name, type, comment }) => ({ name, type, comment }));

function tableInput(table: GlueTable, location: string) {
  return {
    name: table.name,
    description: table.description,
    tableType: 'EXTERNAL_TABLE',
    parameters: GLUE_PARAMETERS.table,
    partitionKeys: columnsOf(table.partitionKeys),
    storageDescriptor: {
      location,
      columns: columnsOf(table.columns),
      inputFormat: GLUE_PARQUET.inputFormat,
      outputFormat: GLUE_PARQUET.outputFormat,
      serdeInfo: { serializationLibrary: GLUE_PARQUET.serde },
    },
  };
}

function viewInput(view: GlueView, database: string) {
  return {
    name: view.name,
    description: view.description,
    tableType: 'VIRTUAL_VIEW',
    parameters: GLUE_PARAMETERS.view,
    partitionKeys: [],
    viewOriginalText: glueViewText(view, database),
    viewExpandedText: GLUE_VIEW_EXPANDED,
    storageDescriptor: { columns: columnsOf(view.columns), location: '', serdeInfo: {} },
  };
}
