import { describe, expect, test } from 'vitest';
import type { AccountRecord } from '../../../src/core/rotation/account-record.ts';
import { fromMilliseconds } from '../../../src/core/time.ts';
import type { FakeApp } from '../../fakes/app.ts';
import { createFakeApp, DAY } from '../../fakes/app.ts';
import type { Instance } from '../../fakes/world.ts';
import { ACCOUNTS, quiesce } from '../support/simulation.ts';

const [account] = ACCOUNTS;
const HOUR = 3600;
const repeatability = '0f8fad5b-d9cb-469f-a165-70867728950e';

function appWith(skews: readonly number[]): { app: FakeApp; first: Instance; second: Instance } {
  const app = createFakeApp({ skews });
  app.arm.add(account, { primary: 10 * DAY, secondary: 10 * DAY });
  const [first, second = first] = app.world.instances;
  if (first === undefined || second === undefined) throw new Error('No instance is there.');
  return { app, first, second };
}

function order(app: FakeApp, instance: Instance, firstSent = app.world.serviceTime()): void {
  app.regenerate({ account, keyType: 'primary', requestIds: { repeatability, firstSent } }, instance);
}

function codes(app: FakeApp): unknown[] {
  return app.requests.map(({ result }) => (result?.kind === 'failed' ? result.failure.code : result?.kind));
}

describe.each([
  ['ahead', 40 * HOUR],
  ['behind', -40 * HOUR],
])('CLK-03: an instance whose clock is 40 hours %s', (_, skew) => {
  test.each([
    ['it wrote', [skew, 0]],
    ['another one wrote', [0, skew]],
  ])('drops no request id too early that %s', async (_who, skews) => {
    const { app, first, second } = appWith(skews);
    const sent = app.world.serviceTime();
    order(app, first);
    await quiesce(app);
    await app.world.run(app.world.now() + 23 * HOUR);
    app.runReconcile(second);
    await quiesce(app);

    order(app, second, sent);
    await quiesce(app);

    expect(codes(app)).toEqual(['keys', 'keys']);
    expect(app.arm.changes).toHaveLength(1);
  });

  test('drops one once it has served its time', async () => {
    const { app, first } = appWith([skew]);
    order(app, first);
    await quiesce(app);
    await app.world.run(app.world.now() + 26 * HOUR);

    app.runReconcile(first);
    await quiesce(app);

    expect(app.rows().filter(({ rowKey }) => rowKey.startsWith('request-'))).toEqual([]);
  });

  test('keeps the time at which an event was accepted by the clock of the service', async () => {
    const { app, first } = appWith([skew]);
    order(app, first);
    await quiesce(app);

    const row = app.rows().find(({ rowKey }) => rowKey === 'account');
    const { announced } = JSON.parse(String(row?.record)) as AccountRecord;
    const [accepted] = app.topic.accepted;
    const off =
      Date.parse(announced?.acceptedAt ?? '') -
      (Date.parse('2026-11-25T03:00:00Z') + (accepted?.at ?? 0) * 1000);
    expect(Math.abs(off)).toBeLessThan(5000);
    expect(announced?.acceptedAt.slice(0, 13)).toBe(fromMilliseconds(app.world.serviceTime()).slice(0, 13));
  });

  test('takes a request that was first sent just now, and none of the day before yesterday', async () => {
    const { app, first } = appWith([skew]);

    order(app, first);
    await quiesce(app);
    order(app, first, app.world.serviceTime() - 30 * HOUR * 1000);
    await quiesce(app);
    order(app, first, app.world.serviceTime() + HOUR * 1000);
    await quiesce(app);

    expect(codes(app)).toEqual(['keys', 'RepeatabilityExpired', 'InvalidHeader']);
  });
});

test('CLK-03: a repetition that is still taken never regenerates again, however late in its day it comes', async () => {
  const { app, first } = appWith([0]);
  const sent = app.world.serviceTime() + 500_000;
  order(app, first, sent);
  await app.world.run(24 * HOUR + 600);

  order(app, first, sent);
  await quiesce(app);

  expect(codes(app)).toEqual(['keys', 'keys']);
  expect(app.arm.changes).toHaveLength(1);
});
