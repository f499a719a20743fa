import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectError, expectNothingAfterEnd, expectTold } from '../support/expectations.ts';
import {
  type Answer,
  isFinal,
  messageCount,
  regenerateKey,
  regenerations,
  repeatable,
  rotationRows,
  sendMessage,
  until,
} from '../support/observe.ts';
import type { RunningApp } from '../support/running-app.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
let apps: [RunningApp, RunningApp];

beforeAll(async () => {
  world = await startWorld();
  apps = await Promise.all([world.start(), world.start()]);
});

afterAll(async () => {
  expectNothingAfterEnd(world);
  await world?.close();
});

/** Ten requests at once, over both processes. */
function tenRequests(accountId: string, headers: () => Record<string, string>): Promise<Answer[]> {
  return Promise.all(
    Array.from({ length: 10 }, (_, i) =>
      regenerateKey(i % 2 ? apps[0] : apps[1], accountId, 'primary', headers()),
    ),
  );
}

/** Slow enough for the others to come while it runs. */
function holdThePost(accountId: string): void {
  world.azure.faults.add({ operation: 'regenerateKey', account: accountId, delayMs: 1500 });
}

test('of ten requests at once for one account, one regenerates and the others are told to wait for it', async () => {
  const accountId = world.addAccount();
  holdThePost(accountId);

  const answers = await tenRequests(accountId, () => repeatable(randomUUID()));

  const done = answers.filter(({ status }) => status === 200);
  const refused = answers.filter(({ status }) => status !== 200);
  expect(done).toHaveLength(1);
  for (const answer of refused) {
    expectError(answer, [409], 'RotationInProgress');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answer.headers.get('x-ms-rotation-id')).toBe(done[0]?.headers.get('x-ms-rotation-id'));
  }
  expect(regenerations(world, accountId)).toHaveLength(1);
  await expectTold(world, accountId);
});

test('HTTP-04: ten requests at once with one Repeatability-Request-ID are one, with one answer', async () => {
  const accountId = world.addAccount();
  const id = randomUUID();
  holdThePost(accountId);

  const answers = await tenRequests(accountId, () => repeatable(id));

  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(new Set(answers.map(({ headers }) => headers.get('x-ms-rotation-id'))).size).toBe(1);
  expect(new Set(answers.map(({ headers }) => headers.get('repeatability-result')))).toEqual(
    new Set(['accepted']),
  );
  expect(regenerations(world, accountId)).toHaveLength(1);
  await expectTold(world, accountId);
});

test('where the first request of an id regenerated nothing, its repetitions at once are one again', async () => {
  const accountId = world.addAccount();
  const id = randomUUID();
  world.azure.faults.add({ operation: 'regenerateKey', account: accountId, status: 403 });
  const failed = await regenerateKey(apps[0], accountId, 'primary', repeatable(id));
  holdThePost(accountId);

  const answers = await tenRequests(accountId, () => repeatable(id));

  expect(failed.status).toBe(403);
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
  expect(regenerations(world, accountId)).toHaveLength(1);
  await expectTold(world, accountId);
});

test('an id is bound to one key, and another id is another request', async () => {
  const accountId = world.addAccount();
  const id = randomUUID();
  const client = { 'x-ms-client-request-id': randomUUID() };

  const first = await regenerateKey(apps[0], accountId, 'primary', { ...repeatable(id), ...client });
  const again = await regenerateKey(apps[1], accountId, 'primary', { ...repeatable(id), ...client });
  const other = await regenerateKey(apps[0], accountId, 'secondary', repeatable(id));
  const anew = await regenerateKey(apps[1], accountId, 'primary', { ...repeatable(randomUUID()), ...client });

  expect([first.status, again.status, anew.status]).toEqual([200, 200, 200]);
  expect(again.text).toBe(first.text);
  expectError(other, [412]);
  expect(other.headers.get('repeatability-result')).toBe('rejected');
  expect(anew.body.primaryKey).not.toBe(first.body.primaryKey);
  expect(regenerations(world, accountId)).toHaveLength(2);
});

test("the SDK's own repetition, with one x-ms-client-request-id, does not regenerate again", async () => {
  const accountId = world.addAccount();
  const headers = { 'x-ms-client-request-id': randomUUID() };

  const first = await regenerateKey(apps[0], accountId, 'primary', headers);
  const again = await regenerateKey(apps[1], accountId, 'primary', headers);

  expect([first.status, again.status]).toEqual([200, 200]);
  expect(again.text).toBe(first.text);
  expect(regenerations(world, accountId)).toHaveLength(1);
});

test('TMR-01, TMR-03, QUE-05: two apps whose timers fire at once, with every message doubled, rotate once', async () => {
  const accountIds = Array.from({ length: 5 }, () => world.addAccount());
  const doubled = accountIds.map((accountId) => ({ version: 1, kind: 'account', accountId, attempt: 0 }));

  const [answers] = await Promise.all([
    Promise.all(apps.map((app) => app.invoke('rotateDueAccounts'))),
    ...doubled.map((message) => sendMessage(world, message)),
  ]);
  await until('all rotated', async () => {
    const rows = await Promise.all(accountIds.map((accountId) => rotationRows(world, accountId)));
    return rows.every((found) => found.length > 0 && found.every(isFinal));
  });
  for (const message of doubled) await sendMessage(world, message);
  await until('all messages done with', async () => (await messageCount(world)) === 0);

  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  for (const accountId of accountIds) {
    expect(regenerations(world, accountId)).toHaveLength(1);
    await expectTold(world, accountId);
  }
});
