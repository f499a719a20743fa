import { describe, expect, test } from 'vitest';
import type { Account } from '../../../src/core/account/account.ts';
import { accountId } from '../../../src/core/account/account.ts';
import type { FakeApp } from '../../fakes/app.ts';
import { createFakeApp, DAY } from '../../fakes/app.ts';
import { breachesOf } from '../support/invariants.ts';
import { ACCOUNTS, quiesce } from '../support/simulation.ts';

const [account] = ACCOUNTS;
const MOVED: Account = { ...account, resourceGroupName: 'elsewhere' };
const PRIMARY = { 'key-rotation-in-use': 'primary' };

/** An account whose secondary key the timer has rotated: the key in use. */
async function rotated(tags: Record<string, string> = {}): Promise<FakeApp> {
  const app = createFakeApp();
  app.arm.add(account, { primary: 100 * DAY, secondary: 100 * DAY }, { tags });
  await runTimer(app);
  expect(app.arm.changes.map(({ keyType }) => keyType)).toEqual(['secondary']);
  return app;
}

async function runTimer(app: FakeApp): Promise<void> {
  app.runTimer();
  await app.world.run(app.world.now() + 1200);
}

const changed = (app: FakeApp) => app.arm.changes.map(({ keyType }) => keyType);
const events = (app: FakeApp) => app.topic.accepted.map(({ event }) => event);

describe('an account that is moved', () => {
  test.each([
    ['a hint from before its first rotation', PRIMARY],
    ['no hint', {}],
  ])('MOVE-01: keeps its key in use (%s)', async (_, tags) => {
    const app = await rotated(tags);
    app.arm.move(account, MOVED);
    await app.world.run(app.world.now() + 50 * DAY);

    await runTimer(app);

    await quiesce(app);
    expect(changed(app)).toEqual(['secondary', 'primary']);
    expect(breachesOf(app)).toEqual([]);
  });

  test('MOVE-01: keeps the overlap after its last announcement', async () => {
    const app = await rotated();
    app.arm.move(account, MOVED);

    app.rotate(MOVED, false);
    await quiesce(app);

    expect(app.requests.at(-1)?.result).toMatchObject({ kind: 'failed', failure: { code: 'Overlap' } });
    expect(changed(app)).toEqual(['secondary']);
  });

  test('MOVE-01: keeps its lock: an order at the new address meets the rotation that is under way', async () => {
    const app = createFakeApp({
      faults: [{ operation: 'post', nth: 0, fault: { kind: 'time-out', carryOut: 0.9 } }],
    });
    app.arm.add(account, { primary: 100 * DAY, secondary: 100 * DAY });
    app.runTimer();
    await app.world.run(12);
    app.arm.move(account, MOVED);

    app.regenerate({ account: MOVED, keyType: 'primary', requestIds: {} });
    await app.world.run(30);

    expect(app.requests[0]?.result).toMatchObject({ failure: { code: 'RotationInProgress' } });
    await quiesce(app);
    expect(breachesOf(app)).toEqual([]);
  });

  test('MOVE-03: is told of under its new id with the former one, until both its keys are new', async () => {
    const app = await rotated();
    app.arm.move(account, MOVED);
    for (const days of [50, 50, 50]) {
      await app.world.run(app.world.now() + days * DAY);
      await runTimer(app);
    }

    const [before, ...after] = events(app);
    expect(before?.data).not.toHaveProperty('formerAccountIds');
    expect(after.map(({ data }) => [data.accountId, data.formerAccountIds])).toEqual([
      [accountId(MOVED), [accountId(account)]],
      [accountId(MOVED), [accountId(account)]],
      [accountId(MOVED), undefined],
    ]);
    expect(app.log.filter((line) => line.includes('The account has moved'))).toHaveLength(1);
  });

  test('MOVE-01: has its history under the new address', async () => {
    const app = await rotated();
    app.arm.move(account, MOVED);
    await runTimer(app);
    const [instance] = app.world.instances;
    if (instance === undefined) throw new Error('No instance is there.');
    const { store } = app.services({ instance, generation: instance.generation, kind: 'http' });

    const listed = store.listRotations({ account: MOVED }, 10);
    await app.world.run(app.world.now() + 60);

    expect((await listed).rotations).toHaveLength(1);
  });
});

describe('an account that is deleted and made again under its name', () => {
  test('MOVE-02: has no history: nothing was changed by others, and the hint for the new one counts', async () => {
    const app = await rotated(PRIMARY);
    app.arm.remake(account, false);
    await app.world.run(app.world.now() + 50 * DAY);

    await runTimer(app);

    expect(changed(app)).toEqual(['secondary', 'secondary']);
    expect(events(app).map(({ data }) => data.trigger)).toEqual(['timer', 'timer']);
  });

  test('MOVE-02: a forced rotation leaves the fresh primary alone', async () => {
    const app = await rotated();
    app.arm.remake(account, true);

    app.rotate(account, true);
    await quiesce(app);

    expect(app.requests.at(-1)?.result).toMatchObject({ failure: { code: 'InUseUnknown' } });
    expect(changed(app)).toEqual(['secondary']);
  });

  test('MOVE-02: what was in doubt for the old one is not settled by the keys of the new one', async () => {
    const app = createFakeApp({ faults: [{ operation: 'post', nth: 0, fault: { kind: 'time-out' } }] });
    app.arm.add(account, { primary: 100 * DAY, secondary: 100 * DAY });
    app.runTimer();
    await app.world.run(12);
    app.arm.remake(account, false);

    await quiesce(app);

    const types = events(app).map(({ type }) => type);
    expect(types).toEqual(['KeyRotationFailed']);
    expect(changed(app)).toEqual([]);
    expect(breachesOf(app)).toEqual([]);
  });
});

test.each([
  ['the tag', PRIMARY],
  ['no tag, by convention', {}],
])('MOVE-01: with lost storage, %s does not decide where the other key is the newer one', async (_, tags) => {
  const app = await rotated(tags);
  const [life] = app.arm.lives;
  const later = createFakeApp();
  later.arm.add(account, { primary: 100 * DAY, secondary: 20 * DAY }, { tags });

  await runTimer(later);
  await runTimer(later);

  expect(life?.tags).toEqual(tags);
  expect(changed(later)).toEqual([]);
});

test('MOVE-01: a hint that is said anew counts again', async () => {
  const app = createFakeApp();
  app.arm.add(account, { primary: 100 * DAY, secondary: 20 * DAY }, { tags: PRIMARY });
  await runTimer(app);
  app.arm.tag(account, {});
  await app.world.run(app.world.now() + DAY);
  await runTimer(app);
  app.arm.tag(account, PRIMARY);
  await app.world.run(app.world.now() + DAY);

  await runTimer(app);

  expect(changed(app)).toEqual(['secondary']);
});

describe('ARM-18: what ARM says of an account’s last modification', () => {
  test('has a key that was changed by hand announced by the next run', async () => {
    const app = await rotated();
    await app.world.run(app.world.now() + DAY);
    app.arm.change(account, 'primary');

    await runTimer(app);

    expect(events(app).at(-1)?.data).toMatchObject({ trigger: 'observed', keyType: 'primary' });
  });

  test('costs no reading of keys where nothing was modified since', async () => {
    const app = await rotated();
    await app.world.run(app.world.now() + DAY);
    await runTimer(app);
    const { sent } = app.queue;
    const before = sent.length;

    for (let day = 0; day < 5; day++) {
      await app.world.run(app.world.now() + DAY);
      await runTimer(app);
    }

    expect(sent.length).toBe(before);
  });

  test('costs one where anything but a key was', async () => {
    const app = await rotated();
    await app.world.run(app.world.now() + DAY);
    app.arm.tag(account, { team: 'maps' });
    const before = app.queue.sent.length;

    await runTimer(app);
    await app.world.run(app.world.now() + DAY);
    await runTimer(app);

    expect(app.queue.sent.length).toBe(before + 1);
    expect(events(app)).toHaveLength(1);
  });
});

describe('TAG-01: an opt-in', () => {
  test('that vanishes is warned of at each run, until somebody says what is meant', async () => {
    const app = createFakeApp({ rotateUntagged: false });
    app.arm.add(
      account,
      { primary: 100 * DAY, secondary: 100 * DAY },
      { tags: { 'key-rotation': 'enabled' } },
    );
    await runTimer(app);
    app.arm.tag(account, {});
    const warnings = () => app.log.filter((line) => line.includes('The account has lost its opt-in')).length;

    await runTimer(app);
    await runTimer(app);
    expect(warnings()).toBe(2);

    app.arm.tag(account, { 'Key-Rotation': 'disabled' });
    await runTimer(app);
    app.arm.tag(account, {});
    await runTimer(app);
    expect(warnings()).toBe(2);
  });

  test('that was never there is missed by nobody', async () => {
    const app = createFakeApp({ rotateUntagged: false });
    app.arm.add(account, { primary: 100 * DAY, secondary: 100 * DAY });

    await runTimer(app);

    expect(app.log.join()).not.toContain('has lost its opt-in');
  });
});
