import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';

type TokenOptions = {
  lifetimeSeconds?: number;
  /** 2 where the application's `requestedAccessTokenVersion` is 2. */
  version?: 1 | 2;
  /** Takes the place of claims, for tests of what a subscriber has to refuse. */
  claims?: Record<string, unknown>;
};

/** Tokens that Microsoft Entra ID issues to Event Grid for a subscriber's application: signed, so that any library can check them. */
export type DeliveryTokens = {
  issue(audience: string, tenantId: string, options?: TokenOptions): string;
  /** The public keys, as `discovery/v2.0/keys` shows them. */
  keys(): { keys: Record<string, unknown>[] };
};

/** Microsoft.EventGrid, in all tenants. */
export const eventGridAppId = '4962773b-9cdb-44cf-a8bf-237846a00ab7';
const eventGridPrincipalId = 'df247a9a-0000-4000-8000-00000000e9d0';
const usualLifetime = 24 * 60 * 60 + 300;

/** `authority` is read with each token: its port is known only once the server listens. */
export function createDeliveryTokens(authority: () => string): DeliveryTokens {
  const kid = randomUUID();
  let made: { privateKey: KeyObject; publicKey: KeyObject } | undefined;
  // It takes a while, and few need it.
  const pair = () => {
    made ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
    return made;
  };

  return {
    issue(audience, tenantId, options = {}) {
      const claims = {
        ...toClaims(audience, tenantId, options.lifetimeSeconds ?? usualLifetime),
        ...(options.version === 2
          ? { iss: `${authority()}/${tenantId}/v2.0`, azp: eventGridAppId, azpacr: '2', ver: '2.0' }
          : {
              iss: `https://sts.windows.net/${tenantId}/`,
              appid: eventGridAppId,
              appidacr: '2',
              idp: `https://sts.windows.net/${tenantId}/`,
              ver: '1.0',
            }),
        ...options.claims,
      };
      const unsigned = `${encode({ typ: 'JWT', alg: 'RS256', kid })}.${encode(claims)}`;
      return `${unsigned}.${sign('sha256', Buffer.from(unsigned), pair().privateKey).toString('base64url')}`;
    },
    keys: () => ({
      keys: [{ ...pair().publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }],
    }),
  };
}

function toClaims(audience: string, tenantId: string, lifetime: number): Record<string, unknown> {
  const issuedAt = Math.floor(Date.now() / 1000);
  return {
    aud: audience,
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + lifetime,
    oid: eventGridPrincipalId,
    sub: eventGridPrincipalId,
    tid: tenantId,
    uti: randomUUID(),
    roles: ['AzureEventGridSecureWebhookSubscriber'],
  };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
