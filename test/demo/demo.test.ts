import { expect, test } from 'vitest';
import { runDemo } from './demo.ts';

test('a map goes on without one refused tile while both keys are rotated, which the naive way does not give', async () => {
  const { ours, naive } = await runDemo({
    rotations: 2,
    requestsPerSecond: 50,
    keyAcceptanceDelayMs: 300,
  });

  expect(ours.refused).toBe(0);
  expect(ours.requests).toBeGreaterThan(200);
  expect(naive.refused).toBeGreaterThan(0);
}, 120_000);
