import { describe, expect, test } from 'vitest';
import { TIMINGS } from '../../../src/core/rotation/timings.ts';
import type { FakeApp } from '../../fakes/app.ts';
import { createFakeApp, DAY } from '../../fakes/app.ts';
import type { PostFault } from '../../fakes/faults.ts';
import { outage, until } from '../../fakes/outage.ts';
import { breachesOf } from '../support/invariants.ts';
import { ACCOUNTS, quiesce } from '../support/simulation.ts';

const [account] = ACCOUNTS;

const WAYS: readonly [string, (app: FakeApp) => void][] = [
  ['an order', (app) => app.regenerate({ account, keyType: 'primary', requestIds: {} })],
  ['rotate', (app) => app.rotate(account, true)],
];

/** A POST had no answer, and for two hours the keys can't be read: the account waits ever longer in doubt. */
async function longInDoubt(trigger: 'timer' | 'http', fault: PostFault): Promise<FakeApp> {
  const app = createFakeApp({ faults: [{ operation: 'post', nth: 0, fault }] });
  app.arm.add(account, { primary: 100 * DAY, secondary: 100 * DAY });
  if (trigger === 'timer') app.runTimer();
  else app.regenerate({ account, keyType: 'secondary', requestIds: {} });
  await until(app, () => app.arm.posts.length > 0);
  app.plan(outage(['read']));
  await app.world.run(app.world.now() + 7200);
  return app;
}

async function answered(app: FakeApp) {
  await until(app, () => app.requests.at(-1)?.result !== undefined);
  return app.requests.at(-1)?.result;
}

function eventsOf(app: FakeApp, rotationId: string | undefined): string[] {
  return app.topic.accepted
    .filter(({ event }) => event.data.rotationId === rotationId)
    .map(({ event }) => event.type);
}

describe.each(WAYS)('ARM-23: once ARM is well again, %s', (_, send) => {
  describe.each(['timer', 'http'] as const)(
    'for an account that one of the trigger %s left in doubt',
    (trigger) => {
      test('is carried out at once, where nothing had happened', async () => {
        const app = await longInDoubt(trigger, { kind: 'time-out' });
        const inDoubt = app.arm.posts[0]?.rotationId;
        app.plan([]);
        const asked = app.world.now();
        send(app);

        const result = await answered(app);
        const took = app.world.now() - asked;
        await quiesce(app);

        expect(['keys', 'rotation']).toContain(result?.kind);
        expect(took).toBeLessThan(TIMINGS.httpBudget);
        expect(app.arm.posts.map(({ rotationId }) => rotationId === inDoubt)).toEqual([true, false]);
        expect(app.arm.changes).toHaveLength(1);
        expect(eventsOf(app, inDoubt)).toEqual(trigger === 'timer' ? [] : ['KeyRotationFailed']);
        expect(breachesOf(app)).toEqual([]);
      });

      test('is carried out at once, where it had happened, and that is told', async () => {
        const app = await longInDoubt(trigger, { kind: 'time-out', carryOut: 0.9 });
        const inDoubt = app.arm.posts[0]?.rotationId;
        app.plan([]);
        send(app);

        const result = await answered(app);
        await quiesce(app);

        expect(['keys', 'rotation']).toContain(result?.kind);
        expect(app.arm.posts).toHaveLength(2);
        expect(eventsOf(app, inDoubt)).toEqual(['KeyRegenerated']);
        expect(breachesOf(app)).toEqual([]);
      });

      test('is told to wait, and for how long, while the keys can not be read', async () => {
        const app = await longInDoubt(trigger, { kind: 'time-out', carryOut: 0.9 });
        send(app);

        const result = await answered(app);

        expect(result).toMatchObject({
          kind: 'failed',
          rotationId: app.arm.posts[0]?.rotationId,
          failure: { code: 'RotationInProgress' },
        });
        const wait = result?.kind === 'failed' ? result.failure.retryAfterSeconds : undefined;
        expect(wait).toBeLessThanOrEqual(TIMINGS.settleTimedOut);
        expect(app.arm.posts).toHaveLength(1);
      });
    },
  );

  test('that can not go on itself leaves a rotation of the timer to its own message', async () => {
    const app = await longInDoubt('timer', { kind: 'time-out' });
    const inDoubt = app.arm.posts[0]?.rotationId;
    // The reading that settles it, alone.
    app.plan(outage(['read']).filter(({ nth }) => nth >= 2));
    send(app);
    const result = await answered(app);
    app.plan([]);

    await quiesce(app);

    expect(result?.kind).toBe('failed');
    expect(app.arm.posts.map(({ rotationId }) => rotationId)).toEqual([inDoubt, inDoubt]);
    expect(eventsOf(app, inDoubt)).toEqual(['KeyRegenerated']);
    expect(breachesOf(app)).toEqual([]);
  });

  test('settles nothing before its time', async () => {
    const app = createFakeApp({
      faults: [{ operation: 'post', nth: 0, fault: { kind: 'time-out', carryOut: 0.95 } }],
    });
    app.arm.add(account, { primary: 100 * DAY, secondary: 100 * DAY });
    app.runTimer();
    await until(app, () => app.arm.posts.length > 0);
    await app.world.run(app.world.now() + 15);
    send(app);

    const result = await answered(app);
    await quiesce(app);

    expect(result).toMatchObject({ failure: { code: 'RotationInProgress' } });
    expect(app.arm.posts).toHaveLength(1);
    expect(breachesOf(app)).toEqual([]);
  });
});
