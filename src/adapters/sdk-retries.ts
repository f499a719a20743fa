import type { PipelinePolicy, RetryStrategy } from '@azure/core-rest-pipeline';
import { retryPolicy } from '@azure/core-rest-pipeline';

interface Delays {
  readonly maxRetries: number;
  readonly retryDelayInMs: number;
  readonly maxRetryDelayInMs: number;
}

interface Retries {
  readonly retryOptions: { readonly maxRetries: 0 };
  readonly additionalPolicies: { policy: PipelinePolicy; position: 'perCall' | 'perRetry' }[];
}

/**
 * Options of a client that repeats a call after 5xx and broken connections, but not after a `Retry-After`: that can be a
 * day long. Who has to wait for it is not the invocation's choice, and what the service said would be lost in a timeout.
 */
export function withoutWaiting(delays: Delays): Retries {
  return {
    retryOptions: { maxRetries: 0 },
    additionalPolicies: [{ policy: hastyRetryPolicy(delays), position: 'perCall' }],
  };
}

/** One loop for all: the SDK's policies for answers and for connections would each repeat what the other one repeats. */
export function hastyRetryPolicy({ maxRetries, retryDelayInMs, maxRetryDelayInMs }: Delays): PipelinePolicy {
  const strategy: RetryStrategy = {
    name: 'hastyRetryStrategy',
    retry({ retryCount, response, responseError }) {
      const isWorthIt =
        response === undefined
          ? BROKEN.has(responseError?.code ?? '')
          : isInTrouble(response.status) && !WAITS.some((name) => response.headers.has(name));
      if (!isWorthIt) return { skipStrategy: true };
      const longest = Math.min(retryDelayInMs * 2 ** retryCount, maxRetryDelayInMs);
      return { retryAfterInMs: longest * (0.5 + Math.random() / 2) };
    },
  };
  return retryPolicy([strategy], { maxRetries });
}

/** What is not implemented won't be a moment later. */
function isInTrouble(status: number): boolean {
  return status === 408 || (status >= 500 && status !== 501 && status !== 505);
}

/** Of a connection that was not made, or ended before there was an answer. */
const BROKEN: ReadonlySet<string> = new Set([
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'ENOTFOUND',
]);

const WAITS = ['retry-after-ms', 'x-ms-retry-after-ms', 'retry-after'];
