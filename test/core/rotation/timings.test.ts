import { describe, expect, test } from 'vitest';
import { unavailable } from '../../../src/core/failure.ts';
import { backoff } from '../../../src/core/rotation/backoff.ts';
import { TIMINGS } from '../../../src/core/rotation/timings.ts';
import { TIMINGS as FAST } from '../../support/fast-timings.ts';

/** The local Azure's and the clocks' resolution: the Table service's `Date` has whole seconds. */
const DATE_RESOLUTION = 1;

describe.each([
  ['the real times', TIMINGS],
  ["the tests' short times", FAST],
])('%s', (_, timings) => {
  const { sendWindow, margin, lease, postTimeout, httpBudget, maxAttempts } = timings;
  const { settleServerError, settleDropped, settleTimedOut, firstBackoff, maxBackoff, maxRetryAfter } =
    timings;

  test('a POST that leaves at the last moment is settled when its rotation is taken over', () => {
    const latestSend = sendWindow + margin;
    const takeOver = lease + margin;

    expect(latestSend + settleTimedOut).toBeLessThanOrEqual(takeOver);
    expect(sendWindow + settleTimedOut).toBeLessThanOrEqual(lease);
  });

  test('the longest settling covers the others, and the wait for an answer', () => {
    expect(settleTimedOut).toBeGreaterThanOrEqual(settleDropped);
    expect(settleTimedOut).toBeGreaterThanOrEqual(settleServerError);
    expect(settleTimedOut).toBeGreaterThan(postTimeout);
    expect(Math.min(settleServerError, settleDropped, sendWindow, margin)).toBeGreaterThan(0);
  });

  test('a driver that is well saves its result before it can be taken over', () => {
    expect(sendWindow + postTimeout).toBeLessThan(lease + margin - DATE_RESOLUTION);
  });

  test('a request can send a POST, settle a dropped one or a 5xx, and send again', () => {
    expect(httpBudget).toBeGreaterThanOrEqual(postTimeout + settleServerError + postTimeout);
    expect(httpBudget).toBeGreaterThan(settleDropped + postTimeout);
  });

  test('a driver that waits within its request is not taken over meanwhile', () => {
    const longestWait = httpBudget - postTimeout;

    expect(longestWait).toBeLessThan(lease + margin);
  });

  test('the delays are bounded: by what a queue can hold, and in their sum', () => {
    expect(maxRetryAfter).toBeLessThan(7 * 86_400);
    expect(firstBackoff).toBeLessThan(maxBackoff);
    expect(maxAttempts * maxBackoff).toBeLessThan(7 * 86_400);
  });
});

describe('a backoff', () => {
  const FAILURE = unavailable('Unreachable', 'No answer.');
  const delay = (attempt: number, id = 'a') => backoff(id, attempt, FAILURE, TIMINGS);

  test('doubles with each attempt up to its longest, spread by up to a quarter', () => {
    for (let attempt = 0; attempt < 1_000; attempt++) {
      const plain = Math.min(TIMINGS.firstBackoff * 2 ** attempt, TIMINGS.maxBackoff);
      expect(delay(attempt)).toBeGreaterThanOrEqual(plain);
      expect(delay(attempt)).toBeLessThanOrEqual(plain * 1.25);
    }
  });

  test('brings a fleet back at many different moments', () => {
    const moments = Array.from({ length: 200 }, (_, i) =>
      delay(3, `019abf3c-7e50-7cc1-8a52-${i}`).toFixed(1),
    );

    expect(new Set(moments).size).toBeGreaterThan(80);
  });

  test('obeys a Retry-After up to a day', () => {
    const asked = (retryAfterSeconds: number) => backoff('a', 3, { ...FAILURE, retryAfterSeconds }, TIMINGS);

    expect([asked(17), asked(1e9)]).toEqual([17, TIMINGS.maxRetryAfter]);
  });
});
