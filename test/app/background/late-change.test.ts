import { expect, test } from 'vitest';
import type { RequestIds } from '../../../src/app/ports/ports.ts';
import type { FakeApp } from '../../fakes/app.ts';
import { createFakeApp, DAY } from '../../fakes/app.ts';
import type { Fault } from '../../fakes/faults.ts';
import { breachesOf } from '../support/invariants.ts';
import { ACCOUNTS, quiesce } from '../support/simulation.ts';

const [account] = ACCOUNTS;
const order = { account, keyType: 'primary', requestIds: {} } as const;

/** A request for the primary key had no answer, was settled as not carried out, and failed. */
async function failedInDoubt(requestIds: RequestIds = {}): Promise<{ app: FakeApp; rotationId: string }> {
  const app = createFakeApp({ faults: [{ operation: 'post', nth: 0, fault: { kind: 'time-out' } }] });
  app.arm.add(account, { primary: 10 * DAY, secondary: 10 * DAY });
  app.regenerate({ ...order, requestIds });
  await quiesce(app);
  return { app, rotationId: app.arm.posts[0]?.rotationId ?? '' };
}

function told(app: FakeApp, rotationId: string): string[] {
  return app.topic.accepted.filter(({ event }) => event.id === rotationId).map(({ event }) => event.type);
}

test('a key that changes long after its rotation failed in doubt is announced by the next reading', async () => {
  const { app, rotationId } = await failedInDoubt();
  app.arm.change(account, 'primary', rotationId);

  app.rotate(account, false);
  await quiesce(app);

  expect(told(app, rotationId)).toEqual(['KeyRegenerated']);
  expect(app.arm.posts).toHaveLength(1);
});

/** Where a process that announces such a change dies: before or after each of its calls. */
const CRASHES = Array.from({ length: 14 }, (_, nth) => nth).flatMap((nth) => [
  { nth, fault: { kind: 'crash-before' } satisfies Fault },
  { nth, fault: { kind: 'crash-after' } satisfies Fault },
]);

test('such an announcement survives a crash at any moment', async () => {
  const left: string[] = [];
  for (const crash of CRASHES) {
    const { app, rotationId } = await failedInDoubt();
    app.arm.change(account, 'primary', rotationId);
    app.plan([{ operation: 'any', ...crash }]);
    app.rotate(account, false);
    await app.world.run(app.world.now() + 300);
    app.plan([]);
    await quiesce(app);

    app.rotate(account, false);
    await quiesce(app);

    const open = app.rows().filter(({ state, told }) => state !== undefined && told !== true);
    if (told(app, rotationId).length === 0 || open.length > 0)
      left.push(`${crash.fault.kind} ${crash.nth}: ${open.map(({ state }) => state)}`);
  }

  expect(left).toEqual([]);
});

test('a rotation that failed in doubt does not take the change of a later rotation for its own', async () => {
  const { app, rotationId } = await failedInDoubt();
  app.regenerate(order);
  await quiesce(app);

  app.regenerate({ ...order, keyType: 'secondary' });
  await quiesce(app);

  expect(told(app, rotationId)).toEqual([]);
  expect(breachesOf(app)).toEqual([]);
});

test('nor does it where a request reads the keys long after it read the account', async () => {
  const { app, rotationId } = await failedInDoubt();
  app.plan([{ operation: 'read', nth: 0, fault: { kind: 'slow', seconds: 20 } }]);
  app.regenerate({ ...order, keyType: 'secondary' });
  await app.world.run(app.world.now() + 5);

  app.regenerate(order);
  await quiesce(app);

  expect(told(app, rotationId)).toEqual([]);
  expect(breachesOf(app)).toEqual([]);
});

test('a request that is repeated after such a change regenerates nothing more', async () => {
  const requestIds = { repeatability: '0f6d1d0e-5a5b-4b38-9f1c-0d2a4be0a001' };
  const { app, rotationId } = await failedInDoubt(requestIds);
  app.arm.change(account, 'primary', rotationId);

  app.regenerate({ ...order, requestIds });
  await quiesce(app);

  expect(app.arm.posts).toHaveLength(1);
  expect(app.arm.changes).toHaveLength(1);
  expect(told(app, rotationId)).toEqual(['KeyRegenerated']);
});
