import { AsyncLocalStorage } from 'node:async_hooks';
import type { HttpClient, PipelineResponse } from '@azure/core-rest-pipeline';
import { createDefaultHttpClient, createEmptyPipeline } from '@azure/core-rest-pipeline';
import type { AccessToken, TokenCredential } from '@azure/identity';
import { TokenError } from '../../app/token-error.ts';
import { toGuid } from '../../core/known-forms.ts';
import { readRetryAfter } from '../../core/retry-after.ts';
import type { IdentityAnswer } from '../../core/service-codes/identity.ts';
import { withLimit } from '../deadline.ts';
import { hastyRetryPolicy } from '../sdk-retries.ts';

/** What the identity endpoint answered last to one request for a token. */
interface Exchange {
  answer?: IdentityAnswer;
}

const exchanges = new AsyncLocalStorage<Exchange>();

/** More of them would outlast any caller: a failed token is tried again with the call that needed it. */
const RETRIES = { maxRetries: 1, retryDelayInMs: 300, maxRetryDelayInMs: 600 };

/**
 * The way to the identity endpoint. Each try ends after `trySeconds`. The credential's own retries would obey any
 * `Retry-After`, and no policy can take their place: the credential puts its own in the place of those that it is given.
 */
export function createIdentityClient(trySeconds: number): HttpClient {
  const http = createDefaultHttpClient();
  const pipeline = createEmptyPipeline();
  pipeline.addPolicy(hastyRetryPolicy(RETRIES));
  return {
    async sendRequest(request) {
      request.timeout = trySeconds * 1000;
      note({ kind: 'none' });
      const response = await pipeline.sendRequest(http, request);
      note(toAnswer(response));
      return response;
    },
  };
}

function note(answer: IdentityAnswer): void {
  const exchange = exchanges.getStore();
  if (exchange !== undefined) exchange.answer = answer;
}

function toAnswer({ status, headers, bodyAsText }: PipelineResponse): IdentityAnswer {
  const body = parse(bodyAsText);
  const said = [body?.correlationId, headers.get('x-correlation-id'), headers.get('x-ms-request-id')];
  const correlationId = said.map(toGuid).find((id) => id !== undefined);
  const retryAfterSeconds = readRetryAfter((name) => headers.get(name), Date.now());
  return {
    kind: !bodyAsText ? 'empty' : body === undefined || status < 400 ? 'unreadable' : 'refused',
    status,
    ...(correlationId !== undefined && { correlationId }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
}

function parse(text: string | null | undefined): { readonly correlationId?: unknown } | undefined {
  try {
    const body: unknown = JSON.parse(text ?? '');
    return typeof body === 'object' && body !== null ? body : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Tells of a token that there is not what was answered in its place. It ends by itself after so many seconds, since
 * those who share the call can't end it, and not every credential has an end of its own.
 */
export function tellingAnswers(credential: TokenCredential, seconds: number): TokenCredential {
  return {
    async getToken(scopes, options): Promise<AccessToken> {
      const exchange: Exchange = {};
      try {
        const token = await exchanges.run(exchange, () =>
          withLimit(seconds, (abortSignal) => credential.getToken(scopes, { ...options, abortSignal })),
        );
        if (token !== null) return token;
      } catch (error) {
        throw new TokenError(exchange.answer ?? { kind: 'unknown' }, { cause: error });
      }
      throw new TokenError(exchange.answer ?? { kind: 'unknown' });
    },
  };
}
