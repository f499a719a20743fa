import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import { expect, test } from 'vitest';
import { createServiceTime } from '../../../src/adapters/table/service-time.ts';

const DATE = 'Mon, 30 Nov 2026 12:00:00 GMT';

/** Seconds of the monotonic clock until the service has answered, and from then on. */
async function timeAfter(seconds: { answer: number; since: number }, date: string | undefined) {
  let monotonic = 1000;
  const clock = { now: () => 7, monotonic: () => monotonic };
  const { policy, now } = createServiceTime(clock);
  await policy.sendRequest(createPipelineRequest({ url: 'https://table.example' }), async (request) => {
    monotonic += seconds.answer;
    return { request, status: 200, headers: createHttpHeaders(date === undefined ? {} : { date }) };
  });
  monotonic += seconds.since;
  return now();
}

test("the service's time goes on between two answers", async () => {
  expect(await timeAfter({ answer: 0, since: 90 }, DATE)).toBe(Date.parse(DATE) + 90_000);
});

test('an answer that was long on its way does not set the time back', async () => {
  // It may have been given at once, and held up for all of the three seconds.
  expect(await timeAfter({ answer: 3, since: 1 }, DATE)).toBe(Date.parse(DATE) + 4000);
});

test.each([undefined, 'soon'])(
  "without a date (%s) the instance's own clock is all there is",
  async (date) => {
    expect(await timeAfter({ answer: 1, since: 1 }, date)).toBe(7);
  },
);
