import { Annotations, type App, Tags } from 'aws-cdk-lib';
import type { CataloguedModel } from '../functions/warehouse/glue.ts';
import { CatalogueStack } from './catalogueStack.ts';
import { EDGE_REGION, EdgeStack } from './edgeStack.ts';
import type { Environment, Job } from './environment.ts';
import type { Artefact } from './jobFunction.ts';
import { LakeStack } from './lakeStack.ts';
import { ObservabilityStack } from './observabilityStack.ts';
import { OperationsStack } from './operationsStack.ts';
import { PipelineStack } from './pipelineStack.ts';
import { ServeStack } from './serveStack.ts';

/** What a deployment is made of beside its environment; everything here was built before. */
export interface Parts {
  readonly artefacts: Readonly<Record<Job, Artefact>>;
  readonly models: readonly CataloguedModel[];
  /** Folder of the built boards. */
  readonly boards: string;
  /** File of the state machine. */
  readonly definition: string;
}

/**
 * Every stack of one environment. Each names only stacks above it:
 * operations, lake -> catalogue -> pipeline; edge -> serve; observability sees all.
 */
export function deploy(app: App, environment: Environment, parts: Parts) {
  const { prefix, place } = environment;
  // The first of two keys; the second is `-c destroy=dev` (removal.ts).
  const destroy = environment.name === 'dev';
  const crossRegionReferences = place.region !== EDGE_REGION;
  const common = { environment, env: place };
  const operations = new OperationsStack(app, `${prefix}-operations`, {
    ...common,
    destroy,
    description: 'Alturas: notices, and the key of logs and dead letters',
  });
  const lake = new LakeStack(app, `${prefix}-lake`, {
    ...common,
    destroy,
    description: 'Alturas: inbox, lake and their key',
  });
  const catalogue = new CatalogueStack(app, `${prefix}-catalogue`, {
    ...common,
    lake,
    models: parts.models,
    description: 'Alturas: Glue tables and views, Athena workgroup',
  });
  const pipeline = new PipelineStack(app, `${prefix}-pipeline`, {
    ...common,
    operations,
    lake,
    catalogue,
    artefacts: parts.artefacts,
    definition: parts.definition,
    description: 'Alturas: land, build, laws, publish',
  });
  const edge = new EdgeStack(app, `${prefix}-edge`, {
    environment,
    env: { ...place, region: EDGE_REGION },
    crossRegionReferences,
    description: 'Alturas: firewall of the boards',
  });
  const serve = new ServeStack(app, `${prefix}-serve`, {
    ...common,
    crossRegionReferences,
    operations,
    lake,
    artefact: parts.artefacts.serve,
    boards: parts.boards,
    firewallArn: edge.firewallArn,
    description: 'Alturas: boards and answers',
  });
  const observability = new ObservabilityStack(app, `${prefix}-observability`, {
    ...common,
    operations,
    pipeline,
    serve,
    description: 'Alturas: alarms, dashboard, budget',
  });
  // Buckets are named, not referenced (environment.ts), so who needs them says so.
  catalogue.addStackDependency(lake);
  pipeline.addStackDependency(catalogue);
  serve.addStackDependency(lake);
  const stacks = { operations, lake, catalogue, pipeline, edge, serve, observability };
  for (const stack of Object.values(stacks)) {
    Tags.of(stack).add('alturas:environment', environment.name);
    Tags.of(stack).add('alturas:stack', stack.stackName);
  }
  if (environment.signingSecret === null)
    Annotations.of(serve).addInfo(
      'Every process signs number receipts with a key of its own: give one with -c signing-secret=',
    );
  if (environment.alarmsTo === null)
    Annotations.of(operations).addInfo(
      'Nobody subscribes to the notices: give an address with -c alarms-to=',
    );
  return stacks;
}
