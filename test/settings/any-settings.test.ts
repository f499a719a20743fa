import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadWith } from './loaded-app.ts';
import { settingsCase } from './settings-case.ts';

/** `SETTINGS_RUNS=5000 npx vitest run test/settings` for more. */
const RUNS = Number(process.env.SETTINGS_RUNS ?? 150);
const SEED = Number(process.env.SETTINGS_SEED ?? 7);

/** On a busy machine; alone a set takes 20 ms. */
const TIMEOUT = 60_000 + RUNS * 500;

const FUNCTIONS = [
  ...['regenerateKey', 'rotateAccount', 'planRotations', 'listRotations', 'getRotation', 'health', 'status'],
  ...['openapi', 'eventSchema', 'rotateDueAccounts', 'reconcileRotations', 'driveRotation', 'rotationPoison'],
].sort();

test(
  'TMR-10: with any value of any setting all functions are there, and health names the one that is wrong',
  async () => {
    const cases = fc.sample(settingsCase, { numRuns: RUNS, seed: SEED });

    for (const { environment, wrong, changed, loaded } of await loadWith(cases)) {
      const named = loaded.health.body?.settings ?? [];
      const seen = JSON.stringify({ environment, loaded }).slice(0, 3000);
      expect([...loaded.functions].sort(), seen).toStrictEqual(FUNCTIONS);
      expect(loaded.errors, seen).toStrictEqual([]);
      expect(loaded.health, seen).toMatchObject({ status: '503', body: { status: 'unhealthy' } });
      expect(named, seen).toContain(wrong);
      expect(
        named.filter((name) => !changed.some((other) => other.startsWith(name)) && !dependsOn(name, changed)),
        seen,
      ).toEqual([]);
    }
  },
  TIMEOUT,
);

/** Max age is right or wrong by the overlap and the schedule as well. */
function dependsOn(name: string, changed: readonly string[]): boolean {
  const others = ['ROTATION_OVERLAP', 'ROTATION_SCHEDULE'];
  return name === 'ROTATION_MAX_AGE' && others.some((other) => changed.includes(other));
}
