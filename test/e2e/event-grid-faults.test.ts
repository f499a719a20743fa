import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Fault } from '../../tools/local-azure/local-azure.ts';
import { expectError, expectNothingAfterEnd, expectTold } from '../support/expectations.ts';
import {
  allOver,
  calls,
  events,
  regenerateKey,
  regenerations,
  rotationRows,
  sendMessage,
  until,
} from '../support/observe.ts';
import type { RunningApp } from '../support/running-app.ts';
import { type Site, startSite, type World } from '../support/world.ts';

let site: Site;

beforeAll(async () => {
  site = await startSite(12);
});

afterAll(() => site?.close());

/** A topic is of one world, so each test has its own. */
async function start(...faults: Omit<Fault, 'operation'>[]): Promise<{ world: World; app: RunningApp }> {
  const world = await site.world();
  for (const fault of faults) world.azure.faults.add({ operation: 'publish', ...fault });
  return { world, app: await world.start() };
}

describe.concurrent('while Event Grid does not accept', () => {
  test.for<[string, Omit<Fault, 'operation'>]>([
    ['EVT-00: answers 503 ten times', { status: 503, times: 10 }],
    ['EVT-03: answers 401', { status: 401, times: 2 }],
    ['EVT-03: answers 403', { status: 403, times: 2 }],
    ['WAIT-01: answers 429 with Retry-After', { status: 429, headers: { 'Retry-After': '7' }, times: 1 }],
    ['EVT-06: answers 413 to a single event', { status: 413, times: 1 }],
    ['EVT-01: answers 400, as a topic of another schema', { status: 400, times: 1 }],
    ['never answers', { delayMs: Number.POSITIVE_INFINITY, times: 1 }],
    ['breaks the connection', { drop: 'before', times: 4 }],
  ])(
    '%s, the caller gets the keys, and the event follows without another regeneration',
    async ([, fault], { expect }) => {
      const { world, app } = await start(fault);
      const accountId = world.addAccount();

      const answer = await regenerateKey(app, accountId, 'primary');
      const early = await rotationRows(world, accountId);
      await allOver(world, accountId, 40);

      expect(answer.status, answer.text).toBe(200);
      expect(answer.seconds).toBeLessThan(9);
      expect(answer.body).toEqual(world.azure.accounts.keys(accountId));
      expect(early).toMatchObject([{ state: 'verified', told: false }]);
      expect(calls(world, 'regenerateKey', accountId)).toHaveLength(1);
      expect(events(world, accountId).map(({ id }) => id)).toEqual([answer.headers.get('x-ms-rotation-id')]);
      await expectTold(world, accountId);
      expectNothingAfterEnd(world);
      await world.close();
    },
  );

  test('EVT-05: an event whose acceptance got lost comes again under the same id', async ({ expect }) => {
    const { world, app } = await start({ drop: 'after', times: 3 });
    const accountId = world.addAccount();

    const answer = await regenerateKey(app, accountId, 'primary');
    await allOver(world, accountId);
    const next = await regenerateKey(app, accountId, 'secondary');

    const ids = events(world, accountId).map(({ id }) => id);
    const [first, second] = [answer, next].map(({ headers }) => headers.get('x-ms-rotation-id'));
    expect(ids.length).toBeGreaterThan(2);
    expect(new Set(ids)).toEqual(new Set([first, second]));
    expect(first).not.toBe(second);
    await expectTold(world, accountId);
    await world.close();
  });

  test('a rotation of the timer is told of later too, and blocks the policy until then but no order', async ({
    expect,
  }) => {
    const { world, app } = await start({ status: 503, times: Number.POSITIVE_INFINITY });
    const accountId = world.addAccount();
    await app.invoke('rotateDueAccounts');
    await until('regenerated', () => regenerations(world, accountId).length === 1);
    await until('saved', async () =>
      (await rotationRows(world, accountId)).some(
        ({ state, attempt }) => state === 'verified' && attempt > 0,
      ),
    );

    const guarded = await app.fetch(`/api${accountId}/rotate?force=true`, { method: 'POST' });
    const order = await regenerateKey(app, accountId, 'primary');
    world.azure.faults.clear();
    await allOver(world, accountId);

    expect([guarded.status, await guarded.json()]).toMatchObject([409, { error: { code: 'EventPending' } }]);
    expect(order.status).toBe(200);
    expect(regenerations(world, accountId).map(({ keyType }) => keyType)).toEqual(['secondary', 'primary']);
    await expectTold(world, accountId);
    await world.close();
  });

  test('a rotation that failed is told of as well, as soon as that is possible', async ({ expect }) => {
    const { world } = await start({ status: 500, times: 4 });
    const accountId = world.addAccount();
    world.azure.faults.add({ operation: 'regenerateKey', account: accountId, status: 404 });
    await sendMessage(world, { version: 1, kind: 'account', accountId, attempt: 0 });

    await until('failed', async () =>
      (await rotationRows(world, accountId)).some(({ state }) => state === 'failed'),
    );
    await allOver(world, accountId);

    const [row] = await rotationRows(world, accountId);
    expect(events(world, accountId, 'KeyRotationFailed').map(({ id }) => id)).toEqual([
      `${row?.rotationId}/failed`,
    ]);
    expect(row?.code).toBe('ResourceNotFound');
    await expectTold(world, accountId);
    await world.close();
  });

  test('a token for the topic that can not be had stops an order before the key is touched', async ({
    expect,
  }) => {
    const { world, app } = await start();
    const accountId = world.addAccount();
    let tokens = 0;
    world.azure.setHook((operation, phase) => {
      if (operation === 'token' && phase === 'before') tokens += 1;
    });
    await regenerateKey(app, accountId, 'primary');
    world.azure.setHook(undefined);

    const broken = await world.start({ EVENT_GRID_TOPIC_ENDPOINT: 'https://nowhere.invalid/api/events' });
    world.azure.faults.add({ operation: 'token', status: 400, times: Number.POSITIVE_INFINITY });
    const answer = await regenerateKey(broken, accountId, 'secondary');

    expect(tokens).toBe(2);
    expectError(answer, [503]);
    expect(regenerations(world, accountId)).toHaveLength(1);
    await world.close();
  });
});
