import { AsyncLocalStorage } from 'node:async_hooks';
import { AzureMapsManagementClient } from '@azure/arm-maps';
import type { PipelinePolicy, PipelineRequest } from '@azure/core-rest-pipeline';
import { redirectPolicyName } from '@azure/core-rest-pipeline';
import type { TokenCredential } from '@azure/identity';
import { WRITES_PER_SECOND } from '../../core/policy/pacing.ts';
import type { Timings } from '../../core/rotation/timings.ts';
import { withoutWaiting } from '../sdk-retries.ts';

export interface ArmMapsOptions {
  readonly endpoint: string;
  readonly credential: TokenCredential;
  readonly timings: Timings;
  readonly now: () => number;
  /** Told of each answer 429, and to what it was. */
  readonly onThrottle?: (operation: string) => void;
}

export function perSubscription<T>(create: (subscriptionId: string) => T): (subscriptionId: string) => T {
  const known = new Map<string, T>();
  return (subscriptionId) => {
    const key = subscriptionId.toLowerCase();
    const value = known.get(key) ?? create(subscriptionId);
    known.set(key, value);
    return value;
  };
}

export function createReader(
  { endpoint, credential }: ArmMapsOptions,
  limits: RateLimits,
  subscriptionId: string,
): AzureMapsManagementClient {
  const retries = withoutWaiting({ maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1000 });
  const client = new AzureMapsManagementClient(credential, subscriptionId, { endpoint, ...retries });
  client.pipeline.addPolicy(limits.policy(subscriptionId), { afterPhase: 'Sign' });
  client.pipeline.addPolicy(gatePolicy, { afterPhase: 'Sign' });
  return client;
}

/** The one call that is not repeatable goes by a client without retries and redirects, past a gate at its very end. */
export function createWriter(
  { endpoint, credential }: ArmMapsOptions,
  limits: RateLimits,
  subscriptionId: string,
): AzureMapsManagementClient {
  const client = new AzureMapsManagementClient(credential, subscriptionId, {
    endpoint,
    retryOptions: { maxRetries: 0 },
  });
  client.pipeline.removePolicy({ name: redirectPolicyName });
  client.pipeline.addPolicy(limits.policy(subscriptionId), { afterPhase: 'Sign' });
  client.pipeline.addPolicy(gatePolicy, { afterPhase: 'Sign' });
  return client;
}

/** Whether the call under way may be sent, and whether it was. */
export interface Gate {
  readonly maySend: () => Promise<boolean>;
  /** Whether it has come so far: before that there is only its token to wait for. */
  reached?: boolean;
  /** On the monotonic clock, in seconds. */
  sentAt?: number;
}

/** Thrown at the gate: nothing was sent. */
export class NotSentError extends Error {
  override readonly name = 'NotSentError';
}

const gates = new AsyncLocalStorage<Gate>();

/** Asked last of all, once the token is there, so that a slow token can't carry the POST past its lease or its caller. */
const gatePolicy: PipelinePolicy = {
  name: 'sendGatePolicy',
  async sendRequest(request, next) {
    const gate = gates.getStore();
    if (gate !== undefined) gate.reached = true;
    const isLate = () => request.abortSignal?.aborted === true;
    if (gate === undefined || isLate() || !(await gate.maySend()) || isLate())
      throw new NotSentError('The time for the request ended before it was sent.');
    gate.sentAt = performance.now() / 1000;
    return next(request);
  },
};

export function throughGate<T>(gate: Gate, call: () => Promise<T>): Promise<T> {
  return gates.run(gate, call);
}

/** What ARM says, with each answer, of the requests that are left before it refuses. */
export interface RateLimits {
  policy(subscriptionId: string): PipelinePolicy;
  writesLeft(subscriptionId: string): number | undefined;
}

const WRITES_LEFT = 'x-ms-ratelimit-remaining-subscription-writes';

/** `listKeys`, `regenerateKey`, or `read`. */
function operationOf({ method, url }: PipelineRequest): string {
  return method === 'POST' ? (new URL(url).pathname.split('/').at(-1) ?? '') : 'read';
}

export function createRateLimits(onThrottle?: (operation: string) => void): RateLimits {
  const said = new Map<string, { left: number; at: number }>();
  return {
    policy: (subscriptionId) => ({
      name: 'rateLimitPolicy',
      async sendRequest(request, next) {
        const response = await next(request);
        if (response.status === 429) onThrottle?.(operationOf(request));
        const left = Number(response.headers.get(WRITES_LEFT) ?? Number.NaN);
        if (!Number.isNaN(left)) said.set(subscriptionId.toLowerCase(), { left, at: performance.now() });
        return response;
      },
    }),
    writesLeft(subscriptionId) {
      const last = said.get(subscriptionId.toLowerCase());
      if (last === undefined) return undefined;
      return last.left + ((performance.now() - last.at) / 1000) * WRITES_PER_SECOND;
    },
  };
}
