import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FEATURES, featuresOf } from '../support/features.ts';
import { breachesOf } from '../support/invariants.ts';
import { scenarios } from '../support/scenario.ts';
import { play } from '../support/simulation.ts';
import { breachesOfTelling } from '../support/telling-invariants.ts';

/** The same scenarios at each run; others, and more of them, where somebody looks for trouble. */
const { SIMULATION_RUNS = '400', SIMULATION_SEED = '7' } = process.env;

const seen = new Set<string>();

test('whatever crashes, freezes, fails or races, the invariants hold once the world works again', async () => {
  await fc.assert(
    fc.asyncProperty(scenarios, async (scenario) => {
      const app = await play(scenario);
      for (const feature of featuresOf(app, scenario)) seen.add(feature);

      expect(breachesOf(app)).toEqual([]);
      expect(breachesOfTelling(app, scenario)).toEqual([]);
    }),
    { numRuns: Number(SIMULATION_RUNS), seed: Number(SIMULATION_SEED) },
  );
});

/** The rarest happens in about one of 60 scenarios; `npm run simulate:protocol` counts all of it. */
test('the scenarios were of a world in which all of that really happens', () => {
  expect(FEATURES.filter((feature) => !seen.has(feature))).toEqual([]);
});
