import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { GlueCatalogue } from '../support/glue.ts';
import { TrinoClient } from '../support/trino-client.ts';
import { TrinoEngine } from '../support/trino-engine.ts';
import { TrinoRelations } from '../support/trino-relations.ts';
import { startTrino, TRINO_BUCKETS } from '../support/trino-server.ts';
import { startVersitygw } from '../support/versitygw.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the Trino of this run answers. */
    trino: string;
    /** Where its Glue API answers. */
    glue: string;
    /** The folder behind the bucket `lake`. */
    lakeFolder: string;
  }
}

/** One Trino, one S3 server and one Glue API for all files of the suite. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const s3 = await startVersitygw();
  try {
    for (const bucket of Object.values(TRINO_BUCKETS)) await s3.createBucket(bucket);
    const trino = await startTrino({ ...s3, region: 'us-east-1' });
    try {
      await TrinoEngine.prepare(new TrinoClient(trino.url));
      await TrinoRelations.prepare(new GlueCatalogue(trino.glueUrl));
    } catch (error) {
      await trino.stop();
      throw error;
    }
    project.provide('trino', trino.url);
    project.provide('glue', trino.glueUrl);
    project.provide('lakeFolder', join(s3.folder, TRINO_BUCKETS.lake));
    return async () => {
      await trino.stop();
      await s3.stop();
    };
  } catch (error) {
    await s3.stop();
    throw error;
  }
}
