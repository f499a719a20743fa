import { describe, expect, test } from 'vitest';
import { forCaller } from '../../../src/adapters/callers-time.ts';
import { createEventGrid } from '../../../src/adapters/event-grid/event-grid.ts';
import { TokenError } from '../../../src/app/token-error.ts';
import { rotationEvent } from '../../../src/core/rotation/events.ts';
import type { Fault } from '../../../tools/local-azure/local-azure.ts';
import { AFTER, waiting } from '../../core/support/rotations.ts';
import { localCredential, trustedAzure } from '../../tools/local-azure/helpers.ts';

const event = rotationEvent(waiting({ state: 'regenerated', after: AFTER }));

async function publishUnder(fault: Omit<Fault, 'operation'>) {
  const azure = await trustedAzure();
  azure.faults.add({ operation: 'publish', times: Number.POSITIVE_INFINITY, ...fault });
  const topic = createEventGrid({ endpoint: azure.topicEndpoint, credential: localCredential(azure) });
  const begun = performance.now();
  const failure = await topic.publish(event);
  return { failure, seconds: (performance.now() - begun) / 1000, calls: azure.calls.length };
}

describe('WAIT-01: what Event Grid says is kept, and not waited for', () => {
  test.each([
    [429, { 'Retry-After': '10' }, 10],
    [503, { 'Retry-After': '30' }, 30],
    [429, { 'retry-after-ms': '1500' }, 2],
  ] as const)('%i %o', async (status, headers, retryAfterSeconds) => {
    const { failure, seconds, calls } = await publishUnder({ status, headers });

    expect(failure).toMatchObject({ status, retryAfterSeconds, passing: true });
    expect(seconds).toBeLessThan(3);
    expect(calls).toBe(1);
  });

  test('a 503 without it is tried once more', async () => {
    expect(await publishUnder({ status: 503 })).toMatchObject({ failure: { status: 503 }, calls: 2 });
  });
});

describe('EVT-06: an answer that is the same for the same bytes has a code of its own', () => {
  test.each([
    [413, 'EventTooLarge'],
    [400, 'EventRefused'],
  ])('%i is %s', async (status, code) => {
    const { failure, calls } = await publishUnder({ status });

    expect(failure).toMatchObject({ status, code, passing: false, serviceStatus: status });
    // What Event Grid itself called it is for the log.
    expect(failure?.serviceCode).toMatch(/^[A-Z]/);
    expect(failure?.serviceCode).not.toBe(code);
    expect(failure?.message).toContain(`Event Grid answered ${status} ${code}: `);
    expect(calls).toBe(1);
  });
});

test('IDN-06: that there is no token is told with what the identity endpoint answered', async () => {
  const azure = await trustedAzure();
  const answer = { kind: 'refused', status: 429, retryAfterSeconds: 20 } as const;
  const credential = { getToken: () => Promise.reject(new TokenError(answer)) };
  const topic = createEventGrid({ endpoint: azure.topicEndpoint, credential });

  const failures = [await topic.ready(), await topic.publish(event)];

  for (const failure of failures) {
    expect(failure).toMatchObject({ code: 'IdentityUnavailable', serviceStatus: 429, retryAfterSeconds: 20 });
  }
});

test('EVT-03: a topic’s firewall is told as that, whatever code Key Vault has for a missing role', async () => {
  const { failure } = await publishUnder({ status: 403, code: 'Forbidden' });

  expect(failure).toMatchObject({ code: 'EventForbidden', serviceCode: 'Forbidden', passing: true });
  expect(failure?.message).toMatch(/firewall.*no matter of roles/);
});

test('IDN-06: a token that comes too late is no silence of Event Grid', async () => {
  const azure = await trustedAzure();
  const tokenless = createEventGrid({
    endpoint: azure.topicEndpoint,
    credential: { getToken: () => new Promise(() => undefined) },
  });
  const topic = createEventGrid({ endpoint: azure.topicEndpoint, credential: localCredential(azure) });
  azure.faults.add({ operation: 'publish', delayMs: Number.POSITIVE_INFINITY });

  const failures = await forCaller(
    () => 0,
    () => Promise.all([tokenless.publish(event), tokenless.ready(), topic.publish(event)]),
  );

  expect(failures.map((failure) => failure?.code)).toEqual([
    'IdentityUnavailable',
    'IdentityUnavailable',
    'Timeout',
  ]);
});
