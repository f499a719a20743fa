import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Fault } from '../../tools/local-azure/local-azure.ts';
import { expectError, expectNothingAfterEnd, expectTold } from '../support/expectations.ts';
import {
  calls,
  events,
  isFinal,
  regenerateKey,
  regenerations,
  repeatable,
  rotationRows,
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

/** An account whose next regenerateKey goes wrong. */
function accountWith(fault: Omit<Fault, 'operation'>): string {
  const accountId = world.addAccount();
  world.azure.faults.add({ operation: 'regenerateKey', account: accountId, ...fault });
  return accountId;
}

describe.concurrent('over HTTP', () => {
  test.for<[string, Omit<Fault, 'operation'>, number]>([
    ['ARM-01: a 500 that hides the change', { status: 500, carryOut: true }, 1],
    ['a 502 that hides the change', { status: 502, carryOut: true }, 1],
    [
      'a 503 with Retry-After that hides the change',
      { status: 503, carryOut: true, headers: { 'Retry-After': '1' } },
      1,
    ],
    ['a 504 that hides the change', { status: 504, carryOut: true }, 1],
    ['a 500 in place of the change', { status: 500 }, 2],
    ['a 502 in place of the change', { status: 502, body: '<html>proxy</html>' }, 2],
    ['a 503 with Retry-After in place of the change', { status: 503, headers: { 'Retry-After': '1' } }, 2],
    ['a 504 in place of the change', { status: 504 }, 2],
    ['a connection that breaks before the change', { drop: 'before' }, 2],
    ['ARM-02: a connection that breaks after the change', { drop: 'after' }, 1],
    ['a connection that breaks in the answer', { drop: 'midway' }, 1],
    ['no answer and no change', { delayMs: Number.POSITIVE_INFINITY }, 2],
    ['no answer but the change', { delayMs: Number.POSITIVE_INFINITY, carryOut: true }, 1],
    ['a 429 with a short Retry-After', { status: 429, headers: { 'Retry-After': '1' } }, 2],
    ['ARM-03: a 409 with Retry-After', { status: 409, headers: { 'Retry-After': '1' } }, 2],
  ])('%s is settled: the key changes once', async ([, fault, posts], { expect }) => {
    const accountId = accountWith(fault);

    const answer = await regenerateKey(app, accountId, 'primary');

    expect(answer.status, answer.text).toBe(200);
    expect(answer.body).toEqual(world.azure.accounts.keys(accountId));
    expect(regenerations(world, accountId)).toHaveLength(1);
    expect(calls(world, 'regenerateKey', accountId)).toHaveLength(posts);
    expect(events(world, accountId).map(({ id }) => id)).toEqual([answer.headers.get('x-ms-rotation-id')]);
    await expectTold(world, accountId);
  });

  test('a Retry-After that is a date is waited for', async ({ expect }) => {
    const date = new Date(Date.now() + 2000).toUTCString();
    const accountId = accountWith({ status: 429, headers: { 'Retry-After': date } });

    const answer = await regenerateKey(app, accountId, 'primary');

    expect(answer.status).toBe(200);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(date));
    expect(regenerations(world, accountId)).toHaveLength(1);
  });

  test.for<[string, () => string]>([
    ['ARM-07: in seconds', () => '86400'],
    ['as a date', () => new Date(Date.now() + 86_400_000).toUTCString()],
  ])('a Retry-After of a day, %s, is passed on at once', async ([, retryAfter], { expect }) => {
    const accountId = accountWith({ status: 429, headers: { 'Retry-After': retryAfter() } });

    const answer = await regenerateKey(app, accountId, 'primary');

    expectError(answer, [429], 'SubscriptionRequestsThrottled');
    expect(answer.seconds).toBeLessThan(4);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(86_300);
    expect(answer.headers.get('x-ms-rotation-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(calls(world, 'regenerateKey', accountId)).toHaveLength(1);
    await until('over', async () => (await rotationRows(world, accountId)).every(isFinal));
    await expectTold(world, accountId);
  });

  test('ARM-05: a 429 without Retry-After is answered with one, and names the throttling', async ({
    expect,
  }) => {
    const accountId = accountWith({ status: 429 });

    const answer = await regenerateKey(app, accountId, 'primary');

    expectError(answer, [429, 503]);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answer.body.error?.message).toMatch(/too many requests|throttl/i);
    expect(regenerations(world, accountId)).toEqual([]);
  });

  test('ARM-08: a 403 is tried once and says which action is missing, where, and for whom', async ({
    expect,
  }) => {
    const accountId = accountWith({ status: 403, times: Number.POSITIVE_INFINITY });

    const answer = await regenerateKey(app, accountId, 'primary');

    expectError(answer, [403], 'AuthorizationFailed');
    expect(answer.body.error?.message).toContain('Microsoft.Maps/accounts/regenerateKey/action');
    expect(answer.body.error?.message).toContain(accountId);
    expect(answer.body.error?.message).toMatch(/object id '[0-9a-f-]{36}'/);
    expect(calls(world, 'regenerateKey', accountId)).toHaveLength(1);
    expect(regenerations(world, accountId)).toEqual([]);
  });

  test('what never gets better ends within the budget, and nothing is regenerated afterwards', async ({
    expect,
  }) => {
    const accountId = world.addAccount();
    const mend = world.azure.faults.add({
      operation: 'regenerateKey',
      account: accountId,
      status: 500,
      times: Number.POSITIVE_INFINITY,
    });
    const id = randomUUID();

    const answer = await regenerateKey(app, accountId, 'primary', repeatable(id));
    mend();
    const posts = calls(world, 'regenerateKey', accountId).length;
    await until('over', async () => (await rotationRows(world, accountId)).every(isFinal));
    await sleep(3000);
    const later = calls(world, 'regenerateKey', accountId).length;
    const repeated = await regenerateKey(app, accountId, 'primary', repeatable(id));

    expectError(answer, [429, 503]);
    expect(answer.seconds).toBeLessThan(9.5);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answer.headers.get('x-ms-rotation-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(later).toBe(posts);
    expect(repeated.status).toBe(200);
    expect(regenerations(world, accountId)).toHaveLength(1);
    await expectTold(world, accountId);
  });
});
