import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectError, expectNothingAfterEnd, expectTold } from '../support/expectations.ts';
import {
  calls,
  events,
  isFinal,
  locks,
  messageCount,
  regenerateKey,
  regenerations,
  rotationRows,
  sendMessage,
  until,
} from '../support/observe.ts';
import type { RunningApp } from '../support/running-app.ts';
import type { StorageHook } from '../support/storage-proxy.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
let app: RunningApp;

beforeAll(async () => {
  world = await startWorld();
  app = await world.start();
});

afterAll(async () => {
  expectNothingAfterEnd(world);
  await world?.close();
});

function errorLines(): string[] {
  return app.log.filter(({ level }) => level === 'error').map(({ message }) => message);
}

async function poisonCount(): Promise<number> {
  await world.poison.createIfNotExists();
  return (await world.poison.getProperties()).approximateMessagesCount ?? 0;
}

test.each([
  ['broken JSON', '{'],
  ['an array', '[]'],
  ['null', 'null'],
  ['fields of something else', '{"keyType":"x"}'],
  ['a version to come', '{"version":99,"kind":"account","accountId":"x","attempt":0}'],
  ['an account that is none', '{"version":1,"kind":"account","accountId":"/subscriptions/x","attempt":0}'],
  // Deeper ones overflow the stack of `@azure/functions` itself, before a function is called.
  ['1,000 lists in one another', '['.repeat(1000) + ']'.repeat(1000)],
  ['5,000 brackets in a text', JSON.stringify('['.repeat(5000))],
])(
  'QUE-02 QUE-11: a message that is %s is reported once and gone, with no call to Azure',
  async (_, text) => {
    const before = { errors: errorLines().length, calls: world.azure.calls.length };

    await sendMessage(world, text);
    await until('worked off', async () => (await messageCount(world)) === 0);

    expect(errorLines().slice(before.errors)).toHaveLength(1);
    expect(world.azure.calls).toHaveLength(before.calls);
    expect(await poisonCount()).toBe(0);
  },
);

test('QUE-11: a message that was encoded once more is worked off', async () => {
  const accountId = world.addAccount();

  await sendMessage(
    world,
    JSON.stringify(JSON.stringify({ version: 1, kind: 'account', accountId, attempt: 0 })),
  );
  await until('rotated', async () => (await rotationRows(world, accountId)).some(isFinal));

  expect(regenerations(world, accountId)).toHaveLength(1);
  await expectTold(world, accountId);
});

test('QUE-01: messages are Base64, as host.json says, and one that is not gets to the poison queue alone', async () => {
  const accountId = world.addAccount();
  const sent: string[] = [];
  world.hookStorage({
    before: ({ label, body }) => void (label === 'queue send account' && sent.push(body)),
  });

  await world.queue.createIfNotExists();
  await world.queue.sendMessage(JSON.stringify({ version: 1, kind: 'account', accountId, attempt: 0 }));
  await until('out of the queue', async () => (await messageCount(world)) === 0);
  const untouched = regenerations(world, accountId).length;
  await app.invoke('rotateDueAccounts');
  await until('rotated', async () => (await rotationRows(world, accountId)).some(isFinal));
  world.hookStorage(undefined);
  await world.poison.clearMessages();

  expect(untouched).toBe(0);
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatch(/<MessageText>[A-Za-z0-9+/]+=*<\/MessageText>/);
  await expectTold(world, accountId);
});

describe('QUE-09: where the queue takes no message', () => {
  const refuse: StorageHook = {
    before: ({ label }) =>
      label.startsWith('queue send')
        ? { kind: 'answer', status: 403, code: 'AuthorizationFailure' }
        : undefined,
  };

  test('PROC-02: an order is a 5xx, the key is not touched, and no call goes on after the answer', async () => {
    const accountId = world.addAccount();
    world.azure.faults.add({ operation: 'listKeys', account: accountId, delayMs: 1000 });
    world.hookStorage(refuse);

    const answer = await regenerateKey(app, accountId, 'primary');
    const open = calls(world, 'listKeys', accountId).filter(({ endedAt }) => endedAt === null);
    world.hookStorage(undefined);

    expectError(answer, [500, 503]);
    expect(open).toEqual([]);
    expect(calls(world, 'regenerateKey', accountId)).toEqual([]);
    expect(await rotationRows(world, accountId)).toEqual([]);
  });

  test('the timer fails visibly, and its next run makes up for it', async () => {
    const accountId = world.addAccount();
    world.hookStorage(refuse);

    const failed = await app.invoke('rotateDueAccounts');
    world.hookStorage(undefined);
    const next = await app.invoke('rotateDueAccounts');
    await until('rotated', async () => (await rotationRows(world, accountId)).some(isFinal));

    expect([failed.status, next.status]).toEqual([500, 200]);
    expect(regenerations(world, accountId)).toHaveLength(1);
    await expectTold(world, accountId);
  });
});

describe('a message that the host gave up on', () => {
  /** A rotation of the timer that waits, and its message as the poison queue has it. */
  async function waiting(status: number, more: object = {}) {
    const accountId = world.addAccount();
    const headers = { 'Retry-After': '86400' };
    world.azure.faults.add({ operation: 'regenerateKey', account: accountId, status, headers, ...more });
    await sendMessage(world, { version: 1, kind: 'account', accountId, attempt: 0 });
    await until('waiting', async () =>
      (await rotationRows(world, accountId)).some(({ attempt }) => attempt > 0),
    );
    const [row] = await rotationRows(world, accountId);
    const message = { version: 1, kind: 'rotation', rotationId: row?.rotationId, attempt: row?.attempt };
    return { accountId, rotationId: row?.rotationId, message };
  }

  async function poison(message: object): Promise<void> {
    await world.poison.createIfNotExists();
    await world.poison.sendMessage(Buffer.from(JSON.stringify(message)).toString('base64'));
    await until('taken from the poison queue', async () => (await poisonCount()) === 0);
  }

  test('fails its rotation where nothing was sent that could have changed the key', async () => {
    const { accountId, rotationId, message } = await waiting(429);

    await poison(message);
    await until('over', async () => (await rotationRows(world, accountId)).every(isFinal));

    expect(await rotationRows(world, accountId)).toMatchObject([
      { state: 'failed', code: 'SubscriptionRequestsThrottled' },
    ]);
    expect(events(world, accountId, 'KeyRotationFailed').map(({ id }) => id)).toEqual([
      `${rotationId}/failed`,
    ]);
    expect(errorLines().some((line) => line.includes(`${rotationId}`))).toBe(true);
    await expectTold(world, accountId);
  });

  test('wakes its rotation again where the key may have changed', async () => {
    const { accountId, message } = await waiting(500, { carryOut: true });

    await poison(message);
    await until('over', async () => (await rotationRows(world, accountId)).every(isFinal));

    expect(await rotationRows(world, accountId)).toMatchObject([{ state: 'completed' }]);
    expect(regenerations(world, accountId)).toHaveLength(1);
    await expectTold(world, accountId);
  });

  test('does nothing to a rotation that is over, or to an account', async () => {
    const accountId = world.addAccount();
    const answer = await regenerateKey(app, accountId, 'primary');
    const rotationId = answer.headers.get('x-ms-rotation-id');

    await poison({ version: 1, kind: 'rotation', rotationId, attempt: 0 });
    await poison({ version: 1, kind: 'account', accountId, attempt: 0 });
    await sleep(500);

    expect(await rotationRows(world, accountId)).toMatchObject([{ state: 'completed' }]);
    expect(regenerations(world, accountId)).toHaveLength(1);
    expect(await locks(world)).toEqual([]);
  });
});
