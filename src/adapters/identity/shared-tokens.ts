import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/identity';

type Token = Promise<AccessToken | null>;

/**
 * However many calls wait for a token of one audience, one is asked for: an instance that has just started would else ask
 * once for each of its requests, and identity endpoints allow a few a second. No caller's signal ends the wait: a client
 * of the SDK shares the token of its first caller, with that one's signal, among all of its callers. Each of them has a
 * deadline around his whole call, and the credential one around its own. What failed is asked for anew. How long a token
 * lasts and when it is renewed is the SDK's matter.
 */
export function sharingTokens(credential: TokenCredential): TokenCredential {
  const underWay = new Map<string, Token>();
  return {
    getToken(scopes: string | string[], options: GetTokenOptions = {}): Token {
      const { abortSignal: _, ...asked } = options;
      const key = JSON.stringify([[scopes].flat(), asked.claims, asked.tenantId]);
      const known = underWay.get(key);
      if (known !== undefined) return known;
      const token = credential.getToken(scopes, asked);
      underWay.set(key, token);
      const forget = () => underWay.delete(key);
      // Each who waits is told of a failure by the promise itself.
      token.then(forget, forget);
      return token;
    },
  };
}
