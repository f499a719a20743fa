import { afterAll, beforeAll, describe, test } from 'vitest';
import { expectError, expectNothingAfterEnd, expectTold } from '../support/expectations.ts';
import {
  calls,
  events,
  isFinal,
  messageCount,
  regenerateKey,
  regenerations,
  rotationRows,
  sendMessage,
  until,
} from '../support/observe.ts';
import type { RunningApp } from '../support/running-app.ts';
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

/** Slow enough for others to come while it runs. */
function holdThePost(accountId: string): void {
  world.azure.faults.add({ operation: 'regenerateKey', account: accountId, delayMs: 1500 });
}

// Each of these waits for the last message of all, so they wait together.
describe.concurrent('with messages that come late', () => {
  test('QUE-05: a message of a waiting rotation that comes five times is worked off once', async ({
    expect,
  }) => {
    const accountId = world.addAccount();
    world.azure.faults.add({
      operation: 'regenerateKey',
      account: accountId,
      status: 429,
      headers: { 'Retry-After': '3' },
    });
    await sendMessage(world, { version: 1, kind: 'account', accountId, attempt: 0 });
    await until('waiting', async () =>
      (await rotationRows(world, accountId)).some(({ attempt }) => attempt === 1),
    );
    const [row] = await rotationRows(world, accountId);
    const message = { version: 1, kind: 'rotation', rotationId: row?.rotationId };

    await Promise.all(Array.from({ length: 5 }, () => sendMessage(world, { ...message, attempt: 1 }, 4)));
    await sendMessage(world, { ...message, attempt: 0 });
    await until('over', async () => (await rotationRows(world, accountId)).every(isFinal));
    await until('all messages done with', async () => (await messageCount(world)) === 0);

    expect(calls(world, 'regenerateKey', accountId)).toHaveLength(2);
    expect(regenerations(world, accountId)).toHaveLength(1);
    await expectTold(world, accountId);
  });

  test('an order over HTTP takes the place of a waiting rotation of the timer, whose late message does nothing', async ({
    expect,
  }) => {
    const accountId = world.addAccount();
    world.azure.faults.add({
      operation: 'regenerateKey',
      account: accountId,
      status: 429,
      headers: { 'Retry-After': '86400' },
    });
    await sendMessage(world, { version: 1, kind: 'account', accountId, attempt: 0 });
    await until('waiting', async () =>
      (await rotationRows(world, accountId)).some(({ attempt }) => attempt === 1),
    );

    const answer = await regenerateKey(app, accountId, 'primary');
    await until('the late message came', async () => (await messageCount(world)) === 0);

    expect(answer.status).toBe(200);
    expect(await rotationRows(world, accountId)).toMatchObject([
      { trigger: 'timer', state: 'failed', code: 'Superseded', told: true },
      { trigger: 'http', state: 'completed' },
    ]);
    expect(regenerations(world, accountId).map(({ keyType }) => keyType)).toEqual(['primary']);
    expect(events(world, accountId, 'KeyRotationFailed')).toEqual([]);
    await expectTold(world, accountId);
  });

  test('an order over HTTP waits for a rotation of the timer whose POST is out', async ({ expect }) => {
    const accountId = world.addAccount();
    holdThePost(accountId);
    await sendMessage(world, { version: 1, kind: 'account', accountId, attempt: 0 });
    await until('sent', () => calls(world, 'regenerateKey', accountId).length === 1);

    const answer = await regenerateKey(app, accountId, 'primary');
    await until('over', async () => (await rotationRows(world, accountId)).every(isFinal));

    expectError(answer, [409], 'RotationInProgress');
    expect(regenerations(world, accountId).map(({ keyType }) => keyType)).toEqual(['secondary']);
    await expectTold(world, accountId);
  });

  test('NAME-01: names in another case are the same account: one rotation, and events in one form', async ({
    expect,
  }) => {
    const accountId = world.addAccount();
    const shouted = accountId
      .replace('resourceGroups/rg-Maps', 'RESOURCEGROUPS/RG-MAPS')
      .replace(/maps-[^/]+$/, (name) => name.toUpperCase());
    holdThePost(accountId);

    const [answer] = await Promise.all([
      regenerateKey(app, shouted, 'primary'),
      until('sent', () => calls(world, 'regenerateKey', accountId).length === 1).then(() =>
        sendMessage(world, { version: 1, kind: 'account', accountId, attempt: 0 }),
      ),
    ]);
    await until('all messages done with', async () => (await messageCount(world)) === 0);
    const next = await regenerateKey(app, accountId.toLowerCase(), 'secondary');

    expect([answer.status, next.status]).toEqual([200, 200]);
    expect(regenerations(world, accountId)).toHaveLength(2);
    expect(events(world, accountId).map(({ source, subject }) => [source, subject])).toEqual([
      [accountId, `accounts/${accountId.split('/').at(-1)}/keys/primary`],
      [accountId, `accounts/${accountId.split('/').at(-1)}/keys/secondary`],
    ]);
    await expectTold(world, accountId);
  });
});
