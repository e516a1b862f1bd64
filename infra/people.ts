import { Duration, Stack } from 'aws-cdk-lib';
import {
  AccountRecovery,
  ClientAttributes,
  FeaturePlan,
  Mfa,
  StandardThreatProtectionMode,
  StringAttribute,
  UserPool,
  type UserPoolClient,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import type { Environment } from './environment.ts';
import { removalOf } from './removal.ts';

/** People who sign in themselves. Administrators make them and say what they see; nobody signs up. */
export class People extends Construct {
  readonly pool: UserPool;
  readonly client: UserPoolClient;

  constructor(scope: Construct, id: string, props: { readonly environment: Environment }) {
    super(scope, id);
    const { environment } = props;
    this.pool = new UserPool(this, 'Pool', {
      userPoolName: environment.prefix,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 14,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      featurePlan: FeaturePlan.PLUS,
      standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION,
      // The policy of a caller (functions/query/policy.ts): a role, and as JSON the members that it sees or "all".
      customAttributes: {
        role: new StringAttribute({ mutable: true, minLen: 1, maxLen: 40 }),
        scope: new StringAttribute({ mutable: true, minLen: 1, maxLen: 2048 }),
      },
      deletionProtection: environment.name === 'prod',
      removalPolicy: removalOf(this, { env: environment.name, destroy: false }),
    });
    this.client = this.pool.addClient('Boards', {
      userPoolClientName: `${environment.prefix}-boards`,
      generateSecret: false,
      authFlows: { userSrp: true },
      disableOAuth: true,
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      idTokenValidity: Duration.minutes(60),
      accessTokenValidity: Duration.minutes(60),
      refreshTokenValidity: Duration.hours(12),
      readAttributes: new ClientAttributes()
        .withStandardAttributes({ email: true, fullname: true })
        .withCustomAttributes('role', 'scope'),
      // Not `role` and `scope`: what a person sees is not for that person to say.
      writeAttributes: new ClientAttributes().withStandardAttributes({ fullname: true }),
    });
  }

  /** The issuer of their tokens, as `--access` names issuers. */
  get issuer() {
    const issuer = `https://cognito-idp.${Stack.of(this).region}.amazonaws.com/${this.pool.userPoolId}`;
    return {
      issuer,
      algorithm: 'RS256',
      audience: this.client.userPoolClientId,
      keys: `${issuer}/.well-known/jwks.json`,
    } as const;
  }
}
