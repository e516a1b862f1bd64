import { CreateDatabaseCommand, GlueClient } from '@aws-sdk/client-glue';
import type { TestProject } from 'vitest/node';
import { TrinoClient } from '../support/trino-client.ts';
import { startTrino, TRINO_BUCKETS } from '../support/trino-server.ts';
import { startVersitygw } from '../support/versitygw.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the Trino of this run answers. */
    trino: string;
    /** The variables under which AWS clients find the S3 server and the Glue API. */
    aws: Readonly<Record<string, string>>;
  }
}

/** The Glue database of the suite. */
export const GLUE_DATABASE = 'alturas';

/** One Trino, one S3 server and one Glue API for all files of the suite. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const s3 = await startVersitygw();
  try {
    for (const bucket of Object.values(TRINO_BUCKETS)) await s3.createBucket(bucket);
    const trino = await startTrino({ ...s3, region: 'us-east-1' });
    try {
      await new TrinoClient(trino.url).query('create schema unload.alturas');
      const glue = new GlueClient({
        endpoint: trino.glueUrl,
        region: 'us-east-1',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      });
      await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: GLUE_DATABASE } }));
      glue.destroy();
    } catch (error) {
      await trino.stop();
      throw error;
    }
    project.provide('trino', trino.url);
    project.provide('aws', { ...s3.environment, AWS_ENDPOINT_URL_GLUE: trino.glueUrl });
    return async () => {
      await trino.stop();
      await s3.stop();
    };
  } catch (error) {
    await s3.stop();
    throw error;
  }
}
