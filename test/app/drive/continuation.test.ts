import { expect, test } from 'vitest';
import { createFakeApp, DAY } from '../../fakes/app.ts';
import type { PlannedFault } from '../../fakes/faults.ts';
import { breachesOf } from '../support/invariants.ts';
import { ACCOUNTS, quiesce } from '../support/simulation.ts';

const [account] = ACCOUNTS;
const throttled: PlannedFault = {
  operation: 'post',
  nth: 0,
  fault: { kind: 'refuse', status: 429, retryAfterSeconds: 60 },
};

test('a rotation of the timer goes on after a 429, also where only our own rotation tells which key is in use', async () => {
  const app = createFakeApp();
  app.arm.add(account, { primary: 100 * DAY, secondary: 100 * DAY });
  app.runTimer();
  await quiesce(app);
  await app.world.run(app.world.now() + 50 * DAY);
  app.plan([throttled]);

  app.runTimer();
  await app.world.run(app.world.now() + 120);

  expect(app.arm.changes.map(({ keyType }) => keyType)).toEqual(['secondary', 'primary']);
  expect(app.arm.posts).toHaveLength(3);
});

test('a request over HTTP is sent once more within its budget, and not after it', async () => {
  const app = createFakeApp({
    faults: [{ ...throttled, fault: { kind: 'refuse', status: 429, retryAfterSeconds: 4 } }],
  });
  app.arm.add(account, { primary: 10 * DAY, secondary: 10 * DAY });
  app.regenerate({ account, keyType: 'primary', requestIds: {} });
  await quiesce(app);
  app.plan([throttled]);

  app.regenerate({ account, keyType: 'primary', requestIds: {} });
  await quiesce(app);

  expect(app.requests.map(({ result }) => result?.kind)).toEqual(['keys', 'failed']);
  expect(app.arm.posts).toHaveLength(3);
  expect(app.arm.changes).toHaveLength(1);
  expect(breachesOf(app)).toEqual([]);
});

test('ARM-20: a timer waits for an account that is being changed, as for the refusal that told of it', async () => {
  const app = createFakeApp({ faults: [{ ...throttled, fault: { kind: 'refuse', status: 412 } }] });
  app.arm.add(account, { primary: 100 * DAY, secondary: 100 * DAY });
  app.runTimer();
  await app.world.run(app.world.now() + 5);
  app.arm.provision(account, 'Updating');
  await app.world.run(app.world.now() + 60);
  const meanwhile = app.arm.posts.length;

  app.arm.provision(account, 'Succeeded');
  await quiesce(app);

  expect(meanwhile).toBe(1);
  expect(app.arm.changes).toHaveLength(1);
  expect(app.topic.accepted.map(({ event }) => event.type)).toEqual(['KeyRegenerated']);
  expect(breachesOf(app)).toEqual([]);
});

test('ROT-01: a process that dies between its intent and its POST leaves nothing pending', async () => {
  const app = createFakeApp({ faults: [{ operation: 'post', nth: 0, fault: { kind: 'crash' } }] });
  app.arm.add(account, { primary: 100 * DAY, secondary: 100 * DAY });

  app.runTimer();
  await app.world.run(app.world.now() + 120);

  expect(app.arm.posts).toHaveLength(2);
  expect(app.arm.changes).toHaveLength(1);
  await quiesce(app);
  expect(breachesOf(app)).toEqual([]);
});

test('EVT-00: while Event Grid refuses, the rotation waits as told, holds no lock and regenerates nothing again', async () => {
  const app = createFakeApp({ topicRefusesUntil: 3 * 3600 });
  app.arm.add(account, { primary: 100 * DAY, secondary: 100 * DAY });
  app.runTimer();
  await app.world.run(3600);
  app.runTimer();
  app.regenerate({ account, keyType: 'secondary', requestIds: {} });
  await app.world.run(7200);
  const changedMeanwhile = app.arm.changes.map(({ rotationId }) => rotationId);

  await quiesce(app);

  expect(changedMeanwhile).toHaveLength(2);
  expect(app.topic.accepted.map(({ event }) => event.id).sort()).toEqual(changedMeanwhile.sort());
  expect(app.arm.posts).toHaveLength(2);
});

test('QUE-05: a message that comes twice, at once and later, regenerates one key and tells of one rotation', async () => {
  const app = createFakeApp({ skews: [0, 480] });
  app.arm.add(account, { primary: 100 * DAY, secondary: 100 * DAY });
  app.runTimer();
  await app.world.run(0.5);
  app.queue.repeat(0);
  await app.world.run(600);

  app.queue.repeat(0);
  await quiesce(app);

  expect(app.arm.posts).toHaveLength(1);
  expect(new Set(app.topic.accepted.map(({ event }) => event.id)).size).toBe(1);
});

test('TMR-01: a timer that fires twice, also on two instances at once, rotates an account once', async () => {
  const app = createFakeApp({ skews: [-480, 480] });
  app.arm.add(account, { primary: 400 * DAY, secondary: 400 * DAY });
  const [first, second] = app.world.instances;

  app.runTimer(first);
  app.runTimer(second);
  await app.world.run(60);
  app.runTimer(first);
  await quiesce(app);

  expect(app.arm.changes).toHaveLength(1);
});
