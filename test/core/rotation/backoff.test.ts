import { expect, test } from 'vitest';
import { unavailable } from '../../../src/core/failure.ts';
import { backoff } from '../../../src/core/rotation/backoff.ts';
import { TIMINGS } from '../../../src/core/rotation/timings.ts';

const REFUSED = unavailable('Busy', 'Busy.');
const ids = Array.from(
  { length: 200 },
  (_, i) => `01a2138c-2881-7403-ac1f-${i.toString(16).padStart(12, '0')}`,
);

test('a delay doubles with each attempt, up to an hour', () => {
  const delays = [0, 1, 2, 5, 20].map((attempt) => Math.floor(backoff('id', attempt, REFUSED, TIMINGS)));

  const [first = 0, second = 0, third = 0, sixth = 0, last = 0] = delays;
  expect(first).toBeGreaterThanOrEqual(15);
  expect(second).toBeGreaterThanOrEqual(30);
  expect(third).toBeGreaterThanOrEqual(60);
  expect(sixth).toBeGreaterThanOrEqual(480);
  expect(last).toBeLessThanOrEqual(3600 * 1.25);
});

test('a fleet that is refused at once does not come back at once', () => {
  const delays = new Set(ids.map((id) => Math.round(backoff(id, 0, REFUSED, TIMINGS) * 100)));

  expect(delays.size).toBeGreaterThan(50);
});

test('a Retry-After is obeyed, and outgrown where ARM keeps on refusing', () => {
  const asked = { ...REFUSED, retryAfterSeconds: 2 };

  const delays = [0, 2, 4, 12].map((attempt) => backoff('id', attempt, asked, TIMINGS));

  expect(delays.slice(0, 2)).toEqual([2, 2]);
  expect(delays[2]).toBeGreaterThan(20);
  expect(delays[3]).toBeGreaterThan(3000);
});
