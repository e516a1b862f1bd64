import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { readModelHeaders } from '../../functions/warehouse/glue.ts';
import { deploy, type Parts } from '../../infra/deployment.ts';
import { environmentOf, type Job } from '../../infra/environment.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const DEFINITION = path.join(ROOT, 'infra/pipeline.asl.json');

const { context: CONTEXT } = JSON.parse(readFileSync(path.join(ROOT, 'cdk.json'), 'utf8')) as {
  context: Readonly<Record<string, unknown>>;
};

/** Parts as small as a template needs: what is in a bundle changes no template (test/infra/synth.test.ts has real ones). */
export function smallParts(): Parts {
  const folder = mkdtempSync(path.join(tmpdir(), 'alturas-infra-'));
  const artefact = (job: Job) => {
    const home = path.join(folder, job);
    mkdirSync(home);
    writeFileSync(path.join(home, 'handler.mjs'), `export const handler = () => '${job}';\n`);
    return { folder: home, handler: 'handler.handler' };
  };
  const boards = path.join(folder, 'boards');
  mkdirSync(path.join(boards, 'assets'), { recursive: true });
  writeFileSync(path.join(boards, 'index.html'), '<!doctype html>\n');
  writeFileSync(path.join(boards, 'assets/a-1.js'), 'export {};\n');
  return {
    artefacts: { land: artefact('land'), build: artefact('build'), serve: artefact('serve') },
    models: readModelHeaders(path.join(ROOT, 'sql')),
    boards,
    definition: DEFINITION,
  };
}

/** The stacks of an environment, as cdk.json and the command line give it. */
export function deployed(context: Readonly<Record<string, unknown>> = {}, parts: Parts = smallParts()) {
  const app = new App({
    context: { ...CONTEXT, ...context },
    outdir: mkdtempSync(path.join(tmpdir(), 'alturas-cdk-')),
  });
  return { app, parts, stacks: deploy(app, environmentOf(app.node), parts) };
}

export interface Resource {
  readonly stack: string;
  readonly id: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly deletionPolicy: string | undefined;
}

type TemplateBody = {
  Resources?: Record<string, { Type: string; Properties?: Resource['properties']; DeletionPolicy?: string }>;
};

/** Every resource of every stack of a deployment, after synthesis. */
export function resourcesOf({ app }: ReturnType<typeof deployed>): Resource[] {
  return app.synth().stacks.flatMap((stack) => {
    const { Resources = {} } = stack.template as TemplateBody;
    return Object.entries(Resources).map(([id, { Type, Properties = {}, DeletionPolicy }]) => ({
      stack: stack.stackName,
      id,
      type: Type,
      properties: Properties,
      deletionPolicy: DeletionPolicy,
    }));
  });
}

const made = new Map<string, Resource[]>();

/** The resources of a deployment, made once for all tests of this process. */
export function resources(context: Readonly<Record<string, unknown>> = {}): Resource[] {
  const key = JSON.stringify(context);
  const known = made.get(key) ?? resourcesOf(deployed(context));
  made.set(key, known);
  return known;
}

/** The resources of a type in a stack, `lake` for `alturas-dev-lake`. */
export function ofType(all: readonly Resource[], type: string, stack?: string): Resource[] {
  return all.filter((one) => one.type === type && (stack === undefined || one.stack.endsWith(`-${stack}`)));
}

/** The one resource of a type whose id begins so. */
export function the(all: readonly Resource[], type: string, id: string): Resource {
  const found = all.filter((one) => one.type === type && one.id.startsWith(id));
  const [first] = found;
  if (!first || found.length > 1) throw new Error(`${found.length} of ${type} ${id}`);
  return first;
}

/** The environment of a function, by the end of its name. */
export function variablesOf(all: readonly Resource[], job: string): Readonly<Record<string, unknown>> {
  const [found] = functionsOf(all).filter(({ properties }) =>
    String(properties.FunctionName).endsWith(`-${job}`),
  );
  if (!found) throw new Error(`no function ${job}`);
  return (found.properties.Environment as { Variables: Record<string, unknown> }).Variables;
}

/** Our own functions, without those that the CDK brings. */
export function functionsOf(all: readonly Resource[]): Resource[] {
  return ofType(all, 'AWS::Lambda::Function').filter(({ properties }) =>
    String(properties.FunctionName ?? '').startsWith('alturas-'),
  );
}
