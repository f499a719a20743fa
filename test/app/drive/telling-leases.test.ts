import { expect, test } from 'vitest';
import { createFakeApp, DAY } from '../../fakes/app.ts';
import { breachesOf } from '../support/invariants.ts';
import { ACCOUNTS, quiesce } from '../support/simulation.ts';

const [account] = ACCOUNTS;

test.each([
  ['store its key once', 0, 3],
  ['store its key once', 0, 4],
  ['store its key once', 0, 6],
  ['make it the current one once', 2, 4],
  ['make it the current one once', 2, 6],
  ['make it the current one once', 2, 7],
] as const)('two messages that wake a rotation at one time %s (%i, %i)', async (_, nth, seed) => {
  const app = createFakeApp({
    seed,
    stores: true,
    faults: [{ operation: 'vault', nth, fault: { kind: 'fail', done: false } }],
  });
  app.arm.add(account, { primary: 10 * DAY, secondary: 10 * DAY });
  app.regenerate({ account, keyType: 'primary', requestIds: {} });
  await app.world.run(15);
  const current = app.vault.current.length;

  // The queue still hides the message with this attempt.
  app.queue.repeat(1);
  app.queue.repeat(1);
  await quiesce(app);

  expect(current).toBe(0);
  expect(app.vault.versions).toHaveLength(1);
  expect(app.vault.current).toHaveLength(1);
  expect(breachesOf(app)).toEqual([]);
});
