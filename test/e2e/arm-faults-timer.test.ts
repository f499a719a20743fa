import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Fault } from '../../tools/local-azure/local-azure.ts';
import { expectNothingAfterEnd, expectTold } from '../support/expectations.ts';
import { calls, events, isFinal, regenerations, rotationRows, until } from '../support/observe.ts';
import type { RunningApp } from '../support/running-app.ts';
import { SUBSCRIPTION, startWorld, type World } from '../support/world.ts';

interface Case {
  readonly name: string;
  readonly fault: Omit<Fault, 'operation'> & Partial<Fault>;
  readonly posts: number;
}

/** Each one's account meets its fault in one and the same run of the timer. */
const CASES: readonly Case[] = [
  { name: 'ARM-01: a 500 that hides the change', fault: { status: 500, carryOut: true }, posts: 1 },
  { name: 'a 502 that hides the change', fault: { status: 502, carryOut: true }, posts: 1 },
  { name: 'a 503 that hides the change', fault: { status: 503, carryOut: true }, posts: 1 },
  { name: 'a 504 that hides the change', fault: { status: 504, carryOut: true }, posts: 1 },
  { name: 'a 500 in place of the change', fault: { status: 500 }, posts: 2 },
  { name: 'a 503 in place of the change', fault: { status: 503, headers: { 'Retry-After': '1' } }, posts: 2 },
  { name: 'a connection that breaks before the change', fault: { drop: 'before' }, posts: 2 },
  { name: 'ARM-02: a connection that breaks after the change', fault: { drop: 'after' }, posts: 1 },
  { name: 'no answer and no change', fault: { delayMs: Number.POSITIVE_INFINITY }, posts: 2 },
  {
    name: 'no answer but the change',
    fault: { delayMs: Number.POSITIVE_INFINITY, carryOut: true },
    posts: 1,
  },
  { name: 'a 429 with Retry-After', fault: { status: 429, headers: { 'Retry-After': '1' } }, posts: 2 },
  {
    name: 'ARM-07: a 429 with a Retry-After of a day',
    fault: { status: 429, headers: { 'Retry-After': '86400' } },
    posts: 2,
  },
  { name: 'ARM-05: 429 without Retry-After', fault: { status: 429, times: 3 }, posts: 4 },
  {
    name: 'ARM-03: a 409 with Retry-After',
    fault: { status: 409, headers: { 'Retry-After': '1' } },
    posts: 2,
  },
  {
    name: 'ARM-20: a 412 with Retry-After',
    fault: { status: 412, headers: { 'Retry-After': '1' } },
    posts: 2,
  },
  { name: 'ARM-20: a 423', fault: { status: 423, code: 'Locked' }, posts: 2 },
  { name: 'ARM-20: a 412 to a reading', fault: { operation: 'listKeys', status: 412 }, posts: 1 },
  {
    name: 'ARM-13: real throttling',
    fault: { status: 429, code: 'SubscriptionRequestsThrottled', headers: { 'Retry-After': '1' } },
    posts: 2,
  },
  { name: 'ARM-09: a 403 for six deliveries', fault: { status: 403, times: 6 }, posts: 7 },
  {
    name: 'ARM-09: a 403 for six readings',
    fault: { operation: 'listKeys', status: 403, times: 6 },
    posts: 1,
  },
  { name: 'a reading that breaks off', fault: { operation: 'listKeys', drop: 'before', times: 4 }, posts: 1 },
  {
    name: 'a reading with a Retry-After of a day',
    fault: { operation: 'getAccount', status: 429, headers: { 'Retry-After': '86400' } },
    posts: 1,
  },
];

let world: World;
let app: RunningApp;
const accounts = new Map<string, string>();
let locked: string;
let gone: string;
let unread: string;

beforeAll(async () => {
  world = await startWorld();
  app = await world.start();
  for (const { name, fault } of CASES) {
    const accountId = world.addAccount();
    accounts.set(name, accountId);
    world.azure.faults.add({ operation: 'regenerateKey', account: accountId, ...fault });
  }
  [locked, gone, unread] = [world.addAccount(), world.addAccount(), world.addAccount()];
  const always = { times: Number.POSITIVE_INFINITY };
  const post = { operation: 'regenerateKey', ...always } as const;
  world.azure.faults.add({ ...post, account: locked, status: 409, code: 'ScopeLocked' });
  world.azure.faults.add({ ...post, account: gone, status: 404 });
  world.azure.faults.add({ operation: 'listKeys', account: unread, status: 403, ...always });
  // Two runs that found every account; a machine that is short of breath can lose one to a deadline.
  let runs = 0;
  await until('two runs', async () => {
    const run = await app.invoke('rotateDueAccounts');
    if (run.status === 200) runs += 1;
    return runs === 2;
  });
});

afterAll(async () => {
  expectNothingAfterEnd(world);
  await world?.close();
});

describe.concurrent('by the timer', () => {
  test.for(CASES)('$name is got over: the key changes once', async ({ name, posts }, { expect }) => {
    const accountId = accounts.get(name) ?? '';

    await until(
      'rotated',
      async () => {
        const rows = await rotationRows(world, accountId);
        return rows.length > 0 && rows.every(isFinal);
      },
      50,
    );

    expect((await rotationRows(world, accountId)).map(({ state }) => state)).toEqual(['completed']);
    expect(regenerations(world, accountId).map(({ keyType }) => keyType)).toEqual(['secondary']);
    expect(calls(world, 'regenerateKey', accountId)).toHaveLength(posts);
    await expectTold(world, accountId);
  });

  test.for([
    ['LIST-04: an account that is gone', () => gone, 'ResourceNotFound'],
    ['an account under a read-only lock', () => locked, 'ScopeLocked'],
  ] as const)('%s ends its rotation at once, with an event', async ([, account, code], { expect }) => {
    await until('failed', async () => {
      const rows = await rotationRows(world, account());
      return rows.length > 0 && rows.every(isFinal);
    });

    const rows = await rotationRows(world, account());
    expect(new Set(rows.map((row) => `${row.state} ${row.code}`))).toEqual(new Set([`failed ${code}`]));
    expect(calls(world, 'regenerateKey', account())).toHaveLength(rows.length);
    expect(events(world, account(), 'KeyRotationFailed').map(({ id, data }) => [id, data])).toEqual(
      rows.map(({ rotationId }) => [
        `${rotationId}/failed`,
        expect.objectContaining({ keyRegenerated: false, error: expect.objectContaining({ code }) }),
      ]),
    );
    await expectTold(world, account());
  });

  test('an account that can not be read is read less and less often, by each run of the timer', async ({
    expect,
  }) => {
    await until('read often', () => calls(world, 'listKeys', unread).length >= 10, 40);

    const times = calls(world, 'listKeys', unread).map(({ startedAt }) => startedAt);
    // Two runs brought two messages; each one waits 1, 2, 4, 4 … seconds and a bit.
    const [first = 0, , , , , , , eighth = 0] = times;
    expect(eighth - first).toBeGreaterThan(6000);
    expect(await rotationRows(world, unread)).toEqual([]);
  });
});

describe('a run of the timer whose list fails', () => {
  test('ARM-05: with 429 and no Retry-After, twice, backs off and goes on', async ({ expect }) => {
    const accountId = world.addAccount();
    world.azure.faults.add({ operation: 'listAccounts', status: 429, times: 2 });

    const run = await app.invoke('rotateDueAccounts');
    await until('rotated', async () => (await rotationRows(world, accountId)).some(isFinal));

    expect(run.status).toBe(200);
    expect(regenerations(world, accountId)).toHaveLength(1);
  });

  test('TMR-09: with 403, ends as a failure that says where, and the next run makes up for it', async ({
    expect,
  }) => {
    const accountId = world.addAccount();
    world.azure.faults.add({ operation: 'listAccounts', status: 403 });

    const failed = await app.invoke('rotateDueAccounts');
    const untouched = regenerations(world, accountId).length;
    const next = await app.invoke('rotateDueAccounts');
    await until('rotated', async () => (await rotationRows(world, accountId)).some(isFinal));

    expect([failed.status, next.status]).toEqual([500, 200]);
    expect(await failed.text()).toContain(`/subscriptions/${SUBSCRIPTION}`);
    expect(untouched).toBe(0);
    expect(regenerations(world, accountId)).toHaveLength(1);
  });
});
