import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readModelHeaders } from '../functions/warehouse/glue.ts';
import { artefact, entryOf } from './artefacts.ts';
import { deploy } from './deployment.ts';
import { environmentOf, type Job } from './environment.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const app = new App();
const environment = environmentOf(app.node);
const ready = async (job: Job) => ({
  folder: await artefact(job, { arch: environment.architecture === 'arm64' ? 'arm64' : 'x64' }),
  handler: entryOf(job),
});
deploy(app, environment, {
  artefacts: { land: await ready('land'), build: await ready('build'), serve: await ready('serve') },
  models: readModelHeaders(path.join(ROOT, 'sql')),
  boards: path.join(ROOT, 'dashboards/dist'),
  definition: path.join(ROOT, 'infra/pipeline.asl.json'),
});
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
