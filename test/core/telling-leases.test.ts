import { expect, test } from 'vitest';
import { createFakeApp, DAY } from '../fakes/app.ts';
import { breachesOf } from './support/invariants.ts';
import { ACCOUNTS, quiesce } from './support/simulation.ts';

const [account] = ACCOUNTS;

test.each([3, 4, 6])(
  'two messages that wake a rotation at one time store its key once (%i)',
  async (seed) => {
    const app = createFakeApp({
      seed,
      stores: true,
      faults: [{ operation: 'vault', nth: 0, fault: { kind: 'fail', done: false } }],
    });
    app.arm.add(account, { primary: 10 * DAY, secondary: 10 * DAY });
    app.regenerate({ account, keyType: 'primary', requestIds: {} });
    await app.world.run(15);
    const stored = app.vault.versions.length;

    // The queue still hides the message with this attempt.
    app.queue.repeat(1);
    app.queue.repeat(1);
    await quiesce(app);

    expect(stored).toBe(0);
    expect(app.vault.versions).toHaveLength(1);
    expect(breachesOf(app)).toEqual([]);
  },
);
