import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { WebhookSettings } from './settings.ts';

/** `unknown`: the signing keys could not be read, so nothing can be said of the token. */
type Verdict = 'valid' | 'refused' | 'unknown';

export type CheckToken = (authorization: string | undefined) => Promise<Verdict>;

/** Microsoft.EventGrid, the same in all tenants of Azure's public cloud. */
const eventGridAppId = '4962773b-9cdb-44cf-a8bf-237846a00ab7';

const refusals = [
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JWTClaimValidationFailed,
  errors.JWTExpired,
  errors.JWTInvalid,
];

/** Is it from Event Grid, for this app, and of this tenant? Any application of the tenant can get a token for the app. */
export function createTokenCheck({ tenantId, audience, authorityHost }: WebhookSettings): CheckToken {
  const keys = createRemoteJWKSet(new URL(`${authorityHost}/${tenantId}/discovery/v2.0/keys`));
  const expected = {
    audience,
    // Which of them depends on requestedAccessTokenVersion in the app registration's manifest.
    issuer: [`https://sts.windows.net/${tenantId}/`, `${authorityHost}/${tenantId}/v2.0`],
    algorithms: ['RS256'],
    requiredClaims: ['exp', 'tid'],
    clockTolerance: '5 minutes',
  };

  return async (authorization) => {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return 'refused';
    try {
      const { payload } = await jwtVerify(token, keys, expected);
      const caller = payload.appid ?? payload.azp;
      return payload.tid === tenantId && caller === eventGridAppId ? 'valid' : 'refused';
    } catch (error) {
      return refusals.some((refusal) => error instanceof refusal) ? 'refused' : 'unknown';
    }
  };
}
