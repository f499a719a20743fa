import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import { exponentialRetryPolicy, systemErrorRetryPolicy } from '@azure/core-rest-pipeline';

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
    additionalPolicies: [
      { policy: exponentialRetryPolicy(delays), position: 'perCall' },
      { policy: systemErrorRetryPolicy(delays), position: 'perCall' },
    ],
  };
}
