import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY, type FleetOptions, simulateFleet } from '../../simulation/fleet.ts';
import { createRandom } from '../../simulation/random.ts';

/** Policies that can be held: max age at least twice the overlap and four periods. */
const policies = fc
  .record({
    overlapDays: fc.integer({ min: 1, max: 20 }),
    spareDays: fc.integer({ min: 8, max: 120 }),
    periodHours: fc.constantFrom(6, 12, 24, 48),
  })
  .map(({ overlapDays, spareDays, periodHours }) => ({
    maxAge: (2 * overlapDays + spareDays) * DAY,
    overlap: overlapDays * DAY,
    period: periodHours * 3600,
  }));

/** Consumers move within half of the overlap, and Event Grid accepts before the timer's next run. */
function fleetOf(
  { maxAge, overlap, period }: { maxAge: number; overlap: number; period: number },
  seed: number,
  world: Partial<FleetOptions> = {},
): FleetOptions {
  return {
    accounts: 12,
    years: 3,
    policy: { rotateUntagged: false, maxAge, overlap, inUse: 'unknown' },
    period,
    missedRuns: 0,
    refusals: 0,
    handsAYear: 0,
    optOutsAYear: 0,
    consumerDelay: overlap / 4,
    eventDelay: Math.min(overlap, period) / 4,
    random: createRandom(seed),
    ...world,
  };
}

describe('a fleet over years', () => {
  test('no key gets older than max age and one period, and nothing in use is regenerated', () => {
    fc.assert(
      fc.property(policies, fc.integer(), (policy, seed) => {
        const report = simulateFleet(fleetOf(policy, seed));

        expect(report.largestAge).toBeLessThanOrEqual(policy.maxAge + policy.period);
        expect(report.shortestOverlap).toBeGreaterThanOrEqual(policy.overlap);
        expect(report.interruptions).toBe(0);
        expect(report.rotations).toBeGreaterThan(0);
      }),
      { numRuns: 10 },
    );
  });

  test('so it is where runs are missed, ARM refuses, and people regenerate and opt out by hand', () => {
    fc.assert(
      fc.property(policies, fc.integer(), (policy, seed) => {
        const world = { missedRuns: 0.05, refusals: 0.05, handsAYear: 3, optOutsAYear: 1 };

        const report = simulateFleet(fleetOf(policy, seed, world));

        expect(report.largestAge).toBeLessThanOrEqual(policy.maxAge + policy.period);
        expect(report.shortestOverlap).toBeGreaterThanOrEqual(policy.overlap);
        expect(report.interruptions).toBe(0);
      }),
      { numRuns: 10 },
    );
  });

  test('it is not rotated more often than two keys each within max age need', () => {
    const policy = { maxAge: 90 * DAY, overlap: 7 * DAY, period: DAY };

    const { rotations } = simulateFleet(fleetOf(policy, 1, { accounts: 50, years: 5 }));

    expect(rotations / 50 / 5).toBeLessThan((2 * 365) / 90 + 0.6);
  });
});
