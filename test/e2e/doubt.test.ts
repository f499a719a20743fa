import { randomUUID } from 'node:crypto';
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
  sendMessage,
  until,
} from '../support/observe.ts';
import type { RunningApp } from '../support/running-app.ts';
import { startWorld, type World } from '../support/world.ts';

const DAY = 86_400_000;
const NEVER = Number.POSITIVE_INFINITY;

let world: World;
let app: RunningApp;
let clockOffset = 0;

beforeAll(async () => {
  world = await startWorld({
    azure: { now: () => new Date(Date.now() + clockOffset) },
    environment: { ROTATION_OVERLAP: 'PT1S' },
  });
  app = await world.start();
});

afterAll(async () => {
  expectNothingAfterEnd(world);
  await world?.close();
});

/** Returns what takes it back. */
function spoilPost(accountId: string, fault: Omit<Fault, 'operation'>): () => void {
  return world.azure.faults.add({ operation: 'regenerateKey', account: accountId, ...fault });
}

function allOver(accountId: string): Promise<void> {
  return until(
    'over',
    async () => {
      const rows = await rotationRows(world, accountId);
      return rows.length > 0 && rows.every(isFinal);
    },
    40,
  );
}

// Before the others, since it turns ARM's clock back for a moment.
describe('a rotation of the timer for an account that was rotated before', () => {
  test.for<[string, Omit<Fault, 'operation'>]>([
    ['is refused for a while', { status: 429, headers: { 'Retry-After': '1' } }],
    ['is in doubt for a while', { drop: 'before' }],
  ])('that %s goes on by its message', async ([, fault], { expect }) => {
    const accountId = world.addAccount();
    clockOffset = -100 * DAY;
    const first = await regenerateKey(app, accountId, 'primary');
    clockOffset = 0;
    spoilPost(accountId, fault);
    // Once the overlap is over by ARM's clock, which lags, too.
    await sendMessage(world, { version: 1, kind: 'account', accountId, attempt: 0 }, 4);

    await until('begun', async () => (await rotationRows(world, accountId)).length === 2);
    await allOver(accountId);

    expect(first.status).toBe(200);
    expect(
      (await rotationRows(world, accountId)).map((row) => `${row.trigger} ${row.state} ${row.code}`),
    ).toEqual(['http completed undefined', 'timer completed undefined']);
    expect(regenerations(world, accountId).map(({ keyType }) => keyType)).toEqual(['primary', 'secondary']);
    await expectTold(world, accountId);
  });
});

describe.concurrent('a POST in doubt', () => {
  test('HTTP-04: that outlasts the budget is a 503, and the same request again has the keys, with one regeneration', async ({
    expect,
  }) => {
    const accountId = world.addAccount();
    const headers = repeatable(randomUUID());
    spoilPost(accountId, { delayMs: NEVER, carryOut: true });
    world.azure.faults.add({ operation: 'listKeys', account: accountId, delayMs: 0, times: 1 });
    world.azure.faults.add({ operation: 'listKeys', account: accountId, status: 503, times: 12 });

    const answers = [await regenerateKey(app, accountId, 'primary', headers)];
    while (answers.at(-1)?.status !== 200 && answers.length < 12) {
      answers.push(await regenerateKey(app, accountId, 'primary', headers));
    }
    await allOver(accountId);

    expectError(answers[0] as never, [503]);
    expect(answers[0]?.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(answers[0]?.headers.get('x-ms-rotation-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(answers.at(-1)?.body).toEqual(world.azure.accounts.keys(accountId));
    expect(regenerations(world, accountId)).toHaveLength(1);
    expect(calls(world, 'regenerateKey', accountId)).toHaveLength(1);
    await expectTold(world, accountId);
  });

  test('HTTP-04: that outlasts the budget makes another request wait, and only a later one regenerates again', async ({
    expect,
  }) => {
    const accountId = world.addAccount();
    spoilPost(accountId, { delayMs: NEVER, carryOut: true });
    world.azure.faults.add({ operation: 'listKeys', account: accountId, delayMs: 0, times: 1 });
    world.azure.faults.add({ operation: 'listKeys', account: accountId, status: 503, times: 6 });

    const first = await regenerateKey(app, accountId, 'primary');
    const second = await regenerateKey(app, accountId, 'primary');
    await allOver(accountId);
    const third = await regenerateKey(app, accountId, 'primary');

    expectError(first, [503]);
    expectError(second, [409], 'RotationInProgress');
    expect(second.headers.get('x-ms-rotation-id')).toBe(first.headers.get('x-ms-rotation-id'));
    expect(third.status).toBe(200);
    expect(regenerations(world, accountId)).toHaveLength(2);
    await expectTold(world, accountId);
  });

  test('that was settled as not carried out is not blamed for what a later request did', async ({
    expect,
  }) => {
    const accountId = world.addAccount();
    const mend = spoilPost(accountId, { status: 503, times: NEVER });
    const first = await regenerateKey(app, accountId, 'primary');
    mend();
    await allOver(accountId);

    const second = await regenerateKey(app, accountId, 'primary');
    const third = await regenerateKey(app, accountId, 'secondary');
    await allOver(accountId);

    expectError(first, [503]);
    expect([second.status, third.status]).toEqual([200, 200]);
    expect((await rotationRows(world, accountId)).map(({ state }) => state)).toEqual([
      'failed',
      'completed',
      'completed',
    ]);
    expect(events(world, accountId).map(({ id }) => id)).not.toContain(first.headers.get('x-ms-rotation-id'));
    await expectTold(world, accountId);
  });

  test('that ARM carried out long after it was settled is told of by the next reading, under its own id', async ({
    expect,
  }) => {
    const accountId = world.addAccount();
    const mend = spoilPost(accountId, { status: 503, times: NEVER });
    const first = await regenerateKey(app, accountId, 'primary');
    mend();
    await allOver(accountId);

    world.azure.accounts.regenerate(accountId, 'primary');
    const second = await regenerateKey(app, accountId, 'secondary');
    await allOver(accountId);

    const ids = [first, second].map(({ headers }) => headers.get('x-ms-rotation-id'));
    expect(second.status).toBe(200);
    expect(events(world, accountId).map(({ id, data }) => [id, data])).toEqual([
      [ids[0], expect.objectContaining({ keyType: 'primary' })],
      [ids[1], expect.objectContaining({ keyType: 'secondary' })],
    ]);
  });
});
