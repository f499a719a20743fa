import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/identity';

type Token = Promise<AccessToken | null>;

/**
 * However many calls wait for a token of one audience, one is asked for: an instance that has just started would else ask
 * once for each of its requests, and identity endpoints allow a few a second. Who stops waiting leaves the others waiting;
 * what failed is asked for anew. How long a token lasts and when it is renewed is the SDK's matter.
 */
export function sharingTokens(credential: TokenCredential): TokenCredential {
  const underWay = new Map<string, Token>();
  return {
    async getToken(scopes: string | string[], options: GetTokenOptions = {}): Token {
      const { abortSignal, ...asked } = options;
      const key = JSON.stringify([[scopes].flat(), asked.claims, asked.tenantId]);
      const token = underWay.get(key) ?? credential.getToken(scopes, asked);
      if (!underWay.has(key)) {
        underWay.set(key, token);
        const forget = () => underWay.delete(key);
        // Each who waits is told of a failure by the promise itself.
        token.then(forget, forget);
      }
      return abortSignal === undefined ? token : untilAborted(token, abortSignal);
    },
  };
}

type AbortSignalLike = NonNullable<GetTokenOptions['abortSignal']>;

async function untilAborted(token: Token, signal: AbortSignalLike): Token {
  const aborted = () => new DOMException('No token was waited for any longer.', 'AbortError');
  if (signal.aborted) throw aborted();
  let stop: () => void = () => undefined;
  const abort = new Promise<never>((_, reject) => {
    stop = () => reject(aborted());
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([token, abort]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
