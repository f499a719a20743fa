import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { tokenIssuers } from './clouds.ts';
import type { WebhookSettings } from './settings.ts';

/** `unknown`: the signing keys could not be read, so nothing can be said of the token. */
type Verdict = 'valid' | 'refused' | 'unknown';

export type CheckToken = (authorization: string | undefined) => Promise<Verdict>;

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
export function createTokenCheck(settings: WebhookSettings): CheckToken {
  const { tenantId, audience, authorityHost, eventGridAppId } = settings;
  const keys = createRemoteJWKSet(new URL(`${authorityHost}/${tenantId}/discovery/v2.0/keys`));
  const expected = {
    audience,
    issuer: tokenIssuers(tenantId, authorityHost),
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
