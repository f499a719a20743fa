import { describe, expect, test } from 'vitest';
import { MOST_UNTOLD } from '../../../src/app/request/begin-rotation.ts';
import type { Account } from '../../../src/core/account/account.ts';
import type { AccountRecord } from '../../../src/core/rotation/account-record.ts';
import type { FakeApp, HttpRequest } from '../../fakes/app.ts';
import { createFakeApp, DAY, SUBSCRIPTION } from '../../fakes/app.ts';
import type { PlannedFault } from '../../fakes/faults.ts';

const ACCOUNT: Account = { subscriptionId: SUBSCRIPTION, resourceGroupName: 'maps', accountName: 'roads' };

/** Each of the next readings fails. */
function unreadable(count: number): PlannedFault[] {
  return Array.from({ length: count }, (_, nth) => ({
    operation: 'read',
    nth,
    fault: { kind: 'fail', done: false },
  }));
}

async function order(app: FakeApp, account: Account = ACCOUNT): Promise<HttpRequest['result']> {
  app.regenerate({ account, keyType: 'secondary', requestIds: {} });
  const request = app.requests.at(-1);
  await app.world.run(app.world.now() + 60, () => request?.result !== undefined);
  return request?.result;
}

describe('LOAD-01: an order that can not be carried out', () => {
  test('for accounts that nobody has read yet leaves no message and no row', async () => {
    const app = createFakeApp({ faults: unreadable(100) });

    for (let i = 0; i < 20; i++) {
      expect(await order(app, { ...ACCOUNT, accountName: `nobody-${i}` })).toMatchObject({ kind: 'failed' });
    }

    expect(app.rows()).toEqual([]);
    expect(app.queue.open()).toBe(0);
  });

  test('for an account that was read before leaves no row, and its message comes to nothing', async () => {
    const app = createFakeApp();
    app.arm.add(ACCOUNT, { primary: 10 * DAY, secondary: 10 * DAY });
    await order(app);
    await app.world.run(app.world.now() + 300);
    const before = app.rows().length;
    app.plan(unreadable(100));

    for (let i = 0; i < 20; i++) expect(await order(app)).toMatchObject({ kind: 'failed' });

    expect(app.rows()).toHaveLength(before);
    await app.world.run(app.world.now() + 300);
    expect(app.queue.open()).toBe(0);
    expect(app.arm.posts).toHaveLength(1);
  });

  test('is carried out as soon as it can be', async () => {
    const app = createFakeApp({ faults: unreadable(1) });
    app.arm.add(ACCOUNT, { primary: 10 * DAY, secondary: 10 * DAY });

    expect(await order(app)).toMatchObject({ kind: 'failed' });
    expect(await order(app)).toMatchObject({ kind: 'keys' });
  });
});

function recordOf(app: FakeApp): AccountRecord {
  const row = app.rows().find(({ rowKey }) => rowKey === 'account');
  return JSON.parse(String(row?.record)) as AccountRecord;
}

test('LOAD-01: events that wait have a bound, each is sent in the end, and then the account is as before', async () => {
  const app = createFakeApp({ topicRefusesUntil: 3600, mostEvents: 100_000 });
  app.arm.add(ACCOUNT, { primary: 10 * DAY, secondary: 10 * DAY });
  for (let i = 0; i < MOST_UNTOLD; i++) expect(await order(app)).toMatchObject({ kind: 'keys' });

  const refused = [await order(app), await order(app)];
  const record = recordOf(app);

  expect(refused).toMatchObject(
    Array(2).fill({ kind: 'failed', failure: { code: 'TooManyEventsPending', status: 503 } }),
  );
  expect(app.arm.posts).toHaveLength(MOST_UNTOLD);
  expect(record.untold).toHaveLength(MOST_UNTOLD);
  expect(JSON.stringify(record).length).toBeLessThan(32_768 / 3);

  await app.world.run(6 * 3600);

  expect(recordOf(app).untold).toEqual([]);
  expect(new Set(app.topic.accepted.map(({ event }) => event.id)).size).toBe(MOST_UNTOLD);
  expect(await order(app)).toMatchObject({ kind: 'keys' });
});
