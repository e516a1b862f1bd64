import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAccess } from '../../functions/serve/access.ts';
import { securityHeaders } from '../../functions/serve/securityHeaders.ts';
import { deployed, ofType, resources, resourcesOf, the, variablesOf } from './deployed.ts';

const HOST = 'https://host.example';
const dev = resources();

function accessFile(issuer: string): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'alturas-access-')), 'access.yml');
  writeFileSync(file, `issuers:\n  - ${issuer}\nframe_ancestors: [${HOST}]\n`);
  return file;
}

const eddsa = `{issuer: ${HOST}, algorithm: EdDSA, key: {kty: OKP, crv: Ed25519, x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo}}`;
const framed = resourcesOf(deployed({ access: accessFile(eddsa) }));

describe('the address of the boards', () => {
  const distribution = the(dev, 'AWS::CloudFront::Distribution', 'Distribution');
  const config = JSON.stringify(distribution.properties);

  it('has a firewall with managed rules and a rate per address in front', () => {
    const [firewall] = ofType(dev, 'AWS::WAFv2::WebACL');
    expect(firewall?.properties.Scope).toBe('CLOUDFRONT');
    const rules = JSON.stringify(firewall?.properties.Rules);
    expect(rules).toContain('"RateBasedStatement":{"AggregateKeyType":"IP"');
    expect(rules).toContain('AWSManagedRulesCommonRuleSet');
    expect(config).toContain('"WebACLId":');
  });

  it('sends HTTPS only, reads the boards as the one who may, and never keeps an answer', () => {
    expect(config).toContain('"ViewerProtocolPolicy":"redirect-to-https"');
    expect(config).toContain('"OriginAccessControlId"');
    const { DistributionConfig } = distribution.properties as {
      DistributionConfig: {
        CacheBehaviors: { PathPattern: string; CachePolicyId: string; ViewerProtocolPolicy: string }[];
      };
    };
    expect(DistributionConfig.CacheBehaviors).toEqual([
      expect.objectContaining({
        PathPattern: '/api/*',
        // The managed policies CachingDisabled and AllViewerExceptHostHeader.
        CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
        OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
        ViewerProtocolPolicy: 'https-only',
      }),
    ]);
  });

  it('sends the headers of the server, frames by those alone whom the access file names', () => {
    const headers = (all: typeof dev) =>
      (
        the(all, 'AWS::CloudFront::ResponseHeadersPolicy', 'Headers').properties as {
          ResponseHeadersPolicyConfig: {
            SecurityHeadersConfig: { ContentSecurityPolicy: { ContentSecurityPolicy: string } };
            CustomHeadersConfig: { Items: { Header: string; Value: string }[] };
          };
        }
      ).ResponseHeadersPolicyConfig;
    const policyOf = (all: typeof dev) =>
      headers(all).SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy;
    expect(policyOf(dev)).toBe(securityHeaders([])['content-security-policy']);
    expect(policyOf(dev)).toMatch(/frame-ancestors 'self'$/);
    expect(policyOf(framed)).toMatch(/frame-ancestors 'self' https:\/\/host\.example$/);
    expect(
      headers(dev)
        .CustomHeadersConfig.Items.map(({ Header }) => Header)
        .sort(),
    ).toEqual(['cross-origin-resource-policy', 'referrer-policy']);
  });
});

describe('who may ask', () => {
  it('are people that an administrator made, with a second factor and a long password', () => {
    const pool = the(dev, 'AWS::Cognito::UserPool', 'PeoplePool');
    expect(pool.properties).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      Policies: { PasswordPolicy: { MinimumLength: 14, RequireSymbols: true } },
    });
  });

  it('cannot say themselves what they see', () => {
    const client = the(dev, 'AWS::Cognito::UserPoolClient', 'PeoplePoolBoards');
    expect(client.properties.WriteAttributes).toEqual(['name']);
    expect(client.properties.ReadAttributes).toEqual(expect.arrayContaining(['custom:role', 'custom:scope']));
  });

  it('are told to the function in the form that it reads', () => {
    const variable = (all: typeof dev) => {
      const joined = (variablesOf(all, 'serve').ALTURAS_ACCESS_YAML as { 'Fn::Join': [string, unknown[]] })[
        'Fn::Join'
      ][1];
      return joined.map((part) => (typeof part === 'string' ? part : 'known-later')).join('');
    };
    expect(readAccess('dev', variable(dev)).issuers).toEqual([
      {
        issuer: 'https://cognito-idp.us-east-1.amazonaws.com/known-later',
        algorithm: 'RS256',
        audience: 'known-later',
        keys: 'https://cognito-idp.us-east-1.amazonaws.com/known-later/.well-known/jwks.json',
      },
    ]);
    expect(readAccess('framed', variable(framed)).issuers.map(({ algorithm }) => algorithm)).toEqual([
      'RS256',
      'EdDSA',
    ]);
  });

  it('never share a secret through a template', () => {
    const shared = accessFile(`{issuer: h, algorithm: HS256, key: {kty: oct, k: ${'A'.repeat(43)}}}`);
    expect(() => deployed({ access: shared })).toThrow('An issuer with a shared secret cannot be deployed.');
    const signed = JSON.stringify(resourcesOf(deployed({ 'signing-secret': 'alturas/dev/signing' })));
    expect(signed).toContain('{{resolve:secretsmanager:alturas/dev/signing:SecretString:::}}');
  });
});
