import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  CfnOutput,
  CfnResource,
  Duration,
  RemovalPolicy,
  SecretValue,
  Stack,
  type StackProps,
} from 'aws-cdk-lib';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import type { Construct } from 'constructs';
import { AlturasError } from '../functions/core/errors.ts';
import { securityHeaders } from '../functions/serve/securityHeaders.ts';
import { acknowledge, acknowledgeWildcards } from './acknowledge.ts';
import type { Environment } from './environment.ts';
import { lakeStatements } from './grants.ts';
import { type Artefact, JobFunction } from './jobFunction.ts';
import type { LakeStack } from './lakeStack.ts';
import type { OperationsStack } from './operationsStack.ts';
import { People } from './people.ts';

const TWO_YEARS = Duration.days(730);

export interface ServeStackProps extends StackProps {
  readonly environment: Environment;
  readonly operations: OperationsStack;
  readonly lake: LakeStack;
  readonly artefact: Artefact;
  /** The built boards: `dashboards/dist`. */
  readonly boards: string;
  /** The firewall of EdgeStack. */
  readonly firewallArn: string;
}

/** One address for people and hosts: the boards from S3, the answers from a function, a firewall in front of both. */
export class ServeStack extends Stack {
  readonly serve: JobFunction;
  readonly api: HttpApi;
  readonly people: People;
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, props: ServeStackProps) {
    super(scope, id, props);
    const { environment, operations, lake } = props;
    const frameAncestors = environment.access?.frame_ancestors ?? [];

    this.people = new People(this, 'People', { environment });
    this.serve = new JobFunction(this, 'Serve', {
      environment,
      job: 'serve',
      artefact: props.artefact,
      description: 'Answers questions of callers, each seeing only what its policy shows',
      logKey: operations.key,
      variables: {
        ALTURAS_LAKE: `s3://${lake.lakeName}`,
        // YAML takes JSON as it is; a Lambda function's environment holds 4 KB.
        ALTURAS_ACCESS_YAML: this.toJsonString({
          audience: environment.access?.audience ?? 'alturas',
          issuers: [this.people.issuer, ...(environment.access?.issuers ?? [])],
          frame_ancestors: frameAncestors,
        }),
        ...signingKey(environment.signingSecret),
      },
      statements: lakeStatements('serve', lake.lakeArn, lake.key),
    });
    this.api = this.#gateway(props);

    const boards = new Bucket(this, 'Boards', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      // Public code, no data: a key of ours would have to name the distribution, which names the bucket.
      encryption: BucketEncryption.S3_MANAGED,
      serverAccessLogsBucket: lake.accessLogs,
      serverAccessLogsPrefix: 'boards/',
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.distribution = this.#distribution(props, boards, frameAncestors);
    this.#deployBoards(boards, props.boards);

    new CfnOutput(this, 'Address', { value: `https://${this.distribution.distributionDomainName}` });
    new CfnOutput(this, 'UserPoolId', { value: this.people.pool.userPoolId });
    new CfnOutput(this, 'UserPoolClientId', { value: this.people.client.userPoolClientId });
  }

  /** The function behind HTTP. Not a function URL behind OAC: that signs in the header that carries callers' tokens. */
  #gateway({ environment, operations }: ServeStackProps): HttpApi {
    const api = new HttpApi(this, 'Api', {
      apiName: `${environment.prefix}-serve`,
      description: 'Answers; every call carries a token that the function checks',
      createDefaultStage: false,
    });
    const log = new LogGroup(this, 'ApiLog', {
      logGroupName: `/aws/vendedlogs/apigateway/${environment.prefix}-serve`,
      retention: environment.name === 'prod' ? RetentionDays.ONE_YEAR : RetentionDays.ONE_MONTH,
      encryptionKey: operations.key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 100, burstLimit: 200 },
      accessLogSettings: { destination: new LogGroupLogDestination(log) },
    });
    const routes = api.addRoutes({
      path: '/api/{proxy+}',
      methods: [HttpMethod.ANY],
      integration: new HttpLambdaIntegration('ServeFunction', this.serve.function),
    });
    for (const route of routes)
      acknowledge(route, {
        APIG4:
          'Tokens of hosts are EdDSA, which the gateway cannot check; the function checks every token itself and answers 401 without one (functions/serve/session.ts).',
      });
    return api;
  }

  #distribution(
    { environment, firewallArn, lake }: ServeStackProps,
    boards: Bucket,
    frameAncestors: readonly string[],
  ): Distribution {
    const logs = new Bucket(this, 'EdgeLogs', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      encryption: BucketEncryption.S3_MANAGED,
      // CloudFront's standard log is delivered by an ACL.
      objectOwnership: ObjectOwnership.OBJECT_WRITER,
      serverAccessLogsBucket: lake.accessLogs,
      serverAccessLogsPrefix: 'edge/',
      removalPolicy: environment.name === 'prod' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      lifecycleRules: [
        {
          id: 'logs',
          expiration: Duration.days(environment.logDays),
          abortIncompleteMultipartUploadAfter: Duration.days(2),
        },
      ],
    });
    const distribution = new Distribution(this, 'Distribution', {
      comment: `${environment.prefix} boards`,
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_ALL,
      webAclId: firewallArn,
      enableLogging: true,
      logBucket: logs,
      logFilePrefix: 'distribution/',
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(boards),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy: this.#headers(environment, frameAncestors),
        compress: true,
      },
      additionalBehaviors: {
        '/api/*': {
          // The function sends its own headers.
          origin: new HttpOrigin(`${this.api.apiId}.execute-api.${this.region}.${this.urlSuffix}`, {
            protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
            originSslProtocols: [OriginSslPolicy.TLS_V1_2],
            readTimeout: Duration.seconds(30),
          }),
          viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
          allowedMethods: AllowedMethods.ALLOW_ALL,
          cachePolicy: CachePolicy.CACHING_DISABLED,
          originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        },
      },
    });
    acknowledge(distribution, {
      CFR1: 'Portfolios are watched from wherever their owners travel; the token decides, not the country.',
      CFR4: 'The certificate of cloudfront.net fixes its own lowest TLS version; with a domain of your own it is TLS 1.2.',
    });
    return distribution;
  }

  #headers(environment: Environment, frameAncestors: readonly string[]): ResponseHeadersPolicy {
    const { 'content-security-policy': contentSecurityPolicy, ...others } = securityHeaders(frameAncestors);
    const byName: Record<string, string> = others;
    return new ResponseHeadersPolicy(this, 'Headers', {
      responseHeadersPolicyName: `${environment.prefix}-boards`,
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy, override: true },
        contentTypeOptions: { override: true },
        strictTransportSecurity: { accessControlMaxAge: TWO_YEARS, includeSubdomains: true, override: true },
      },
      customHeadersBehavior: {
        customHeaders: Object.entries(byName)
          .filter(([header]) => header !== 'x-content-type-options')
          .map(([header, value]) => ({ header, value, override: true })),
      },
    });
  }

  /** Hashed files first and for ever; then the pages, looked at anew each time. */
  #deployBoards(bucket: Bucket, folder: string): void {
    if (!existsSync(path.join(folder, 'index.html')))
      throw new AlturasError('usage', 'BOARDS_MISSING', 'The boards are not built.', {
        file: folder,
        expected: 'index.html and its assets',
        safe: 'nothing was synthesised',
        hint: 'run npm run boards',
      });
    const assets = new BucketDeployment(this, 'Assets', {
      destinationBucket: bucket,
      sources: [Source.asset(folder, { exclude: ['*', '!assets', '!assets/**'] })],
      cacheControl: [CacheControl.fromString('public, max-age=31536000, immutable')],
      // A page that is open still asks for the files of its own version.
      prune: false,
    });
    const pages = new BucketDeployment(this, 'Pages', {
      destinationBucket: bucket,
      sources: [Source.asset(folder, { exclude: ['assets', 'assets/**'] })],
      cacheControl: [CacheControl.fromString('no-cache')],
      prune: false,
      distribution: this.distribution,
      distributionPaths: ['/*'],
    });
    pages.node.addDependency(assets);
    this.#acknowledgeCopier(bucket);
  }

  /** The function that the CDK itself brings to copy files into a bucket. */
  #acknowledgeCopier(bucket: Bucket): void {
    const copier = this.node.children.find(({ node }) => node.id.startsWith('Custom::CDKBucketDeployment'));
    const { defaultChild } = bucket.node;
    if (!copier || !CfnResource.isCfnResource(defaultChild))
      throw new TypeError('a deployment without its function');
    const policy =
      'Policy of the function that the CDK brings to copy the boards; it holds public code only.';
    const boards = this.getLogicalId(defaultChild);
    const assets = `${this.account}-${this.region}`;
    acknowledge(copier, {
      L1: 'The CDK chooses the runtime of the function that it brings.',
      'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]': policy,
      ...Object.fromEntries(
        ['GetBucket', 'GetObject', 'List', 'Abort', 'DeleteObject'].map((action) => [
          `IAM5[Action::s3:${action}*]`,
          policy,
        ]),
      ),
      'IAM5[Resource::*]':
        'Invalidation of a distribution; see the policy of the function that the CDK brings.',
      [`IAM5[Resource::<${boards}.Arn>/*]`]: policy,
    });
    acknowledgeWildcards(copier, [`arn:aws:s3:::cdk-hnb659fds-assets-${assets}/*`], policy);
  }
}

/** The template holds a reference; CloudFormation puts the secret into the function's environment, encrypted. */
function signingKey(name: string | null): Record<string, string> {
  return name === null ? {} : { ALTURAS_SIGNING_KEY: SecretValue.secretsManager(name).unsafeUnwrap() };
}
