import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Daemon, freePort, startDaemon } from './daemon.ts';
import { installTrino } from './trino-install.ts';

/** The S3 server whose objects Trino reads and writes. The buckets `lake` and `meta` must exist. */
export interface S3Access {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A running Trino beside its Glue API. Catalogue `awsdatacatalog` reads what Glue knows; `unload` writes. */
export interface TrinoServer {
  readonly url: string;
  readonly glueUrl: string;
  stop(): Promise<void>;
}

/** Buckets that a Trino needs: the data, and the metastore of the writing catalogue. */
export const TRINO_BUCKETS = { lake: 'lake', meta: 'meta' } as const;

/** Installs what is missing, then starts Trino and moto on free loopback ports. About 15 s and 1 GB of memory. */
export async function startTrino(s3: S3Access): Promise<TrinoServer> {
  const tools = await installTrino();
  const folder = await mkdtemp(join(tmpdir(), 'alturas-trino-'));
  const [port, gluePort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const glueUrl = `http://127.0.0.1:${gluePort}`;
  const started: Daemon[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((daemon) => daemon.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await writeConfiguration(join(folder, 'etc'), { folder, port, glueUrl, s3 });
    const daemons = await Promise.allSettled([
      startDaemon({
        name: 'moto, the Glue API',
        command: 'python3',
        args: ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(gluePort)],
        env: { ...process.env, PYTHONPATH: tools.python },
        log: join(folder, 'glue.log'),
        ready: async () => (await fetch(`${glueUrl}/moto-api/`)).ok,
        seconds: 60,
      }),
      startDaemon({
        name: 'Trino',
        command: join(tools.server, 'bin', 'launcher'),
        args: ['run', '--etc-dir', join(folder, 'etc')],
        env: {
          ...process.env,
          JAVA_HOME: tools.javaHome,
          PATH: `${join(tools.javaHome, 'bin')}:${process.env.PATH ?? ''}`,
        },
        log: join(folder, 'trino.log'),
        ready: async () => {
          const info = await fetch(`${url}/v1/info`);
          return info.ok && ((await info.json()) as { starting?: boolean }).starting === false;
        },
        seconds: 180,
      }),
    ]);
    for (const daemon of daemons) if (daemon.status === 'fulfilled') started.push(daemon.value);
    for (const daemon of daemons) if (daemon.status === 'rejected') throw daemon.reason;
    return { url, glueUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function writeConfiguration(
  etc: string,
  run: { readonly folder: string; readonly port: number; readonly glueUrl: string; readonly s3: S3Access },
): Promise<void> {
  const s3 = [
    'connector.name=hive',
    'hive.non-managed-table-writes-enabled=true',
    'hive.non-managed-table-creates-enabled=true',
    'hive.storage-format=PARQUET',
    'hive.compression-codec=ZSTD',
    // moto has no column statistics, and every refused call is retried for seconds.
    'hive.table-statistics-enabled=false',
    'hive.collect-column-statistics-on-write=false',
    'fs.native-s3.enabled=true',
    `s3.endpoint=${run.s3.endpoint}`,
    `s3.region=${run.s3.region}`,
    's3.path-style-access=true',
    // A busy machine is no reason to fail.
    's3.socket-read-timeout=3m',
    `s3.aws-access-key=${run.s3.accessKeyId}`,
    `s3.aws-secret-key=${run.s3.secretAccessKey}`,
  ];
  const files: Readonly<Record<string, readonly string[]>> = {
    'node.properties': [
      'node.environment=test',
      'node.id=test',
      `node.data-dir=${join(run.folder, 'data')}`,
      'node.bind-ip=127.0.0.1',
      'node.internal-address=127.0.0.1',
    ],
    'jvm.config': [
      '-server',
      '-Xmx3G',
      '-XX:+UseG1GC',
      '-XX:+ExitOnOutOfMemoryError',
      // Half the cold start; the queries are small.
      '-XX:TieredStopAtLevel=1',
      '-Djdk.attach.allowAttachSelf=true',
      '-Dfile.encoding=UTF-8',
    ],
    'config.properties': [
      'coordinator=true',
      'node-scheduler.include-coordinator=true',
      `http-server.http.port=${run.port}`,
      `discovery.uri=http://127.0.0.1:${run.port}`,
      'catalog.management=static',
      'query.max-memory=1GB',
      'query.max-memory-per-node=1GB',
    ],
    'catalog/awsdatacatalog.properties': [
      ...s3,
      'hive.metastore=glue',
      'hive.hive-views.enabled=true',
      'hive.metastore.glue.region=us-east-1',
      `hive.metastore.glue.endpoint-url=${run.glueUrl}`,
      'hive.metastore.glue.aws-access-key=test',
      'hive.metastore.glue.aws-secret-key=testtest',
    ],
    // Stands in for Athena's UNLOAD, as moto cannot take a table that Trino writes: create table as select, then drop
    // the external table; its files stay.
    'catalog/unload.properties': [
      ...s3,
      'hive.metastore=file',
      `hive.metastore.catalog.dir=s3://${TRINO_BUCKETS.meta}/unload`,
    ],
  };
  await mkdir(join(etc, 'catalog'), { recursive: true });
  for (const [name, lines] of Object.entries(files))
    await writeFile(join(etc, name), `${lines.join('\n')}\n`);
}
