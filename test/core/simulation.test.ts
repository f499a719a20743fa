import fc from 'fast-check';
import { expect, test } from 'vitest';
import { breachesOf } from './support/invariants.ts';
import { scenarios } from './support/scenario.ts';
import { play } from './support/simulation.ts';
import { breachesOfTelling } from './support/telling-invariants.ts';

/** The same scenarios at each run; others, and more of them, where somebody looks for trouble. */
const { SIMULATION_RUNS = '800', SIMULATION_SEED = '7' } = process.env;

test('whatever crashes, freezes, fails or races, the invariants hold once the world works again', async () => {
  await fc.assert(
    fc.asyncProperty(scenarios, async (scenario) => {
      const app = await play(scenario);

      expect(breachesOf(app)).toEqual([]);
      expect(breachesOfTelling(app, scenario)).toEqual([]);
    }),
    { numRuns: Number(SIMULATION_RUNS), seed: Number(SIMULATION_SEED) },
  );
});
