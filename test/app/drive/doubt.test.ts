import { expect, test } from 'vitest';
import { createFakeApp, DAY } from '../../fakes/app.ts';
import type { PlannedFault, PostFault } from '../../fakes/faults.ts';
import { breachesOf } from '../support/invariants.ts';
import { ACCOUNTS, quiesce } from '../support/simulation.ts';

const [account] = ACCOUNTS;
const post = (nth: number, fault: PostFault): PlannedFault => ({ operation: 'post', nth, fault });

test.each([
  ['a dropped', { kind: 'drop', carryOut: 0.95 }],
  ['an unanswered', { kind: 'time-out', carryOut: 0.95 }],
  ['a failed', { kind: 'server-error', carryOut: 0.95 }],
] as const)(
  'ARM-02: %s POST that ARM carries out late is not sent again, though a message wakes it early',
  async (_, fault) => {
    const app = createFakeApp({ faults: [post(0, fault)] });
    app.arm.add(account, { primary: 100 * DAY, secondary: 100 * DAY });
    app.runTimer();
    for (let second = 0; second < 30; second++) {
      await app.world.run(app.world.now() + 1);
      for (const nth of [1, 2, 3]) app.queue.repeat(nth);
    }

    await quiesce(app);

    expect(app.arm.posts).toHaveLength(1);
    expect(breachesOf(app)).toEqual([]);
  },
);

test('ARM-02: a change that ARM made without saying so is answered with the keys within the request', async () => {
  const app = createFakeApp({ faults: [post(0, { kind: 'server-error', carryOut: 0.9 })] });
  app.arm.add(account, { primary: 10 * DAY, secondary: 10 * DAY });

  app.regenerate({ account, keyType: 'primary', requestIds: {} });
  await app.world.run(25);

  expect(app.requests.map(({ result }) => result?.kind)).toEqual(['keys']);
  expect(app.arm.posts).toHaveLength(1);
});

test('no failure is told of a rotation that a repeated request goes on with at the same moment', async () => {
  const order = {
    account,
    keyType: 'primary',
    requestIds: { repeatability: '0f8fad5b-d9cb-469f-a165-70867728950e' },
  } as const;
  const breaches: string[] = [];
  for (let tenth = 0; tenth < 60; tenth++) {
    const app = createFakeApp({
      seed: tenth,
      faults: [post(0, { kind: 'refuse', status: 429, retryAfterSeconds: 5 }), post(1, { kind: 'time-out' })],
    });
    app.arm.add(account, { primary: 10 * DAY, secondary: 10 * DAY });
    app.regenerate(order);
    await app.world.run(60, () => app.requests[0]?.result !== undefined);
    await app.world.run(app.world.now() + 9 + tenth / 20);

    app.regenerate(order);
    await quiesce(app);

    breaches.push(...breachesOf(app));
  }

  expect(breaches).toEqual([]);
});
