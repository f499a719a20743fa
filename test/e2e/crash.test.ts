import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CrashPoint } from '../support/crash-points.ts';
import { crashAt, eachAtATime, printPoint, recordCalls } from '../support/crash-points.ts';
import { expectTold } from '../support/expectations.ts';
import {
  type Answer,
  isFinal,
  messageCount,
  regenerateKey,
  regenerations,
  repeatable,
  rotationRows,
  until,
} from '../support/observe.ts';
import type { RunningApp } from '../support/running-app.ts';
import { type Site, startSite, type World } from '../support/world.ts';

const LANES = 6;

let site: Site;

beforeAll(async () => {
  site = await startSite(100);
});

afterAll(() => site?.close());

test('a crash at any outside call of an HTTP request leaves at most one regeneration, told of, and no lock', async () => {
  const points = await recordHttp();
  const problems: string[] = [];

  await eachAtATime(LANES, points, (point) => collect(problems, point, crashHttp));

  expect(points.map(printPoint)).toEqual(
    expect.arrayContaining(['before regenerateKey #1', 'after table batch start #1', 'after publish #1']),
  );
  expect(problems).toEqual([]);
}, 300_000);

test('a crash at any outside call of a rotation of the timer leaves one regeneration, told of, and no lock', async () => {
  const points = await recordTimer();
  const problems: string[] = [];

  await eachAtATime(LANES, points, (point) => collect(problems, point, crashTimer));

  expect(points.map(printPoint)).toEqual(
    expect.arrayContaining([
      'before queue send account #1',
      'after queue receive #1',
      'before queue delete #1',
    ]),
  );
  expect(problems).toEqual([]);
}, 300_000);

test('a second crash, of the driver that takes a rotation over, changes nothing of that', async () => {
  const problems: string[] = [];
  const points = ['regenerateKey', 'table batch free'].flatMap((call) => [
    { call, nth: 1, side: 'before' } as const,
    { call, nth: 1, side: 'after' } as const,
  ]);

  await eachAtATime(LANES, points, (point) => collect(problems, point, crashTwice));

  expect(problems).toEqual([]);
}, 300_000);

async function recordHttp(): Promise<CrashPoint[]> {
  const world = await site.world();
  const accountId = world.addAccount();
  const app = await world.start();
  const points = await recordCalls(world, async () => {
    await regenerateKey(app, accountId, 'primary', repeatable(randomUUID()));
  });
  await world.close();
  return points;
}

async function crashHttp(world: World, point: CrashPoint): Promise<void> {
  const accountId = world.addAccount();
  const requestId = randomUUID();
  const request = async (app: RunningApp) => regenerateKey(app, accountId, 'primary', repeatable(requestId));
  const first = await world.start();
  await crashAt(world, first, point, async () => void (await request(first)));
  const regenerated = regenerations(world, accountId).length;

  const app = await world.start();
  await app.invoke('reconcileRotations');
  await until(
    'all rotations over, no message left',
    async () => (await rotationRows(world)).every(isFinal) && (await messageCount(world)) === 0,
  );
  expect(regenerations(world, accountId), 'nothing is regenerated later').toHaveLength(regenerated);
  await expectTold(world, accountId);

  const repeated = await repeat(() => request(app));
  expect(repeated.status, 'the repeated request').toBe(200);
  expect(repeated.body.primaryKey).toBe(world.azure.accounts.keys(accountId).primaryKey);
  expect(regenerations(world, accountId), 'over both requests').toHaveLength(1);
  await expectTold(world, accountId);
}

async function recordTimer(): Promise<CrashPoint[]> {
  const world = await site.world();
  await makeStorage(world);
  const accountId = world.addAccount();
  const app = await world.start();
  const points = await recordCalls(world, async () => {
    await app.invoke('rotateDueAccounts');
    await until('rotated', async () => (await rotationRows(world, accountId)).some(isFinal));
    await until('done with', () => app.log.some(({ message }) => /Executed .*driveRotation/.test(message)));
    await until('deleted', async () => (await messageCount(world)) === 1);
  });
  await world.close();
  return points;
}

/** That queue and table have to be made first is part of the other matrix. */
async function makeStorage(world: World): Promise<void> {
  await Promise.all([world.queue.create(), world.poison.create(), world.table.createTable()]);
}

async function crashTimer(world: World, point: CrashPoint): Promise<void> {
  await makeStorage(world);
  const accountId = world.addAccount();
  const first = await world.start();
  await crashAt(world, first, point, async () => void (await first.invoke('rotateDueAccounts')));
  const crashedAt = performance.now();

  const app = await world.start();
  await app.invoke('reconcileRotations');
  await app.invoke('rotateDueAccounts');
  await until('rotated', async () => {
    const rows = await rotationRows(world);
    return rows.length > 0 && rows.every(isFinal);
  });
  await app.invoke('rotateDueAccounts');
  // The host hides a message in work for ten minutes: one that it had at the crash does not come back in time.
  await until(
    'no message left',
    async () => (await messageCount(world)) === 0 || performance.now() - crashedAt > 9000,
  );

  const rows = await rotationRows(world);
  expect(rows.map(({ state }) => state)).toEqual(['completed']);
  expect(regenerations(world, accountId)).toHaveLength(1);
  expect(regenerations(world, accountId)[0]?.keyType).toBe('secondary');
  await expectTold(world, accountId);
}

/** The first crash leaves a rotation whose POST is in doubt, the second one hits the driver that takes it over. */
async function crashTwice(world: World, point: CrashPoint): Promise<void> {
  await makeStorage(world);
  const accountId = world.addAccount();
  const first = await world.start();
  const start = { call: 'table batch start', nth: 1, side: 'after' } as const;
  await crashAt(world, first, start, async () => void (await first.invoke('rotateDueAccounts')));
  const second = await world.start();
  await crashAt(world, second, point, () => second.exited);

  const third = await world.start();
  // The host keeps the message hidden that the second process had, so that reconcileRotations has to wake the rotation.
  await until('rotated', async () => {
    await sleep(1000);
    await third.invoke('reconcileRotations');
    return (await rotationRows(world)).every(isFinal);
  });

  expect((await rotationRows(world)).map(({ state }) => state)).toEqual(['completed']);
  expect(regenerations(world, accountId)).toHaveLength(1);
  await expectTold(world, accountId);
}

async function collect(
  problems: string[],
  point: CrashPoint,
  work: (world: World, point: CrashPoint) => Promise<void>,
): Promise<void> {
  const world = await site.world({ queuePollMs: 600 });
  try {
    await work(world, point);
  } catch (error) {
    problems.push(`${printPoint(point)}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await world.close();
  }
}

/** As a client does that is told to: with short times, a loaded machine is too slow for some request now and then. */
async function repeat(request: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    const answer = await request();
    if (answer.status !== 503 || tries === 4) return answer;
  }
}
