import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  events,
  locks,
  regenerateKey,
  regenerations,
  repeatable,
  rotationRows,
  until,
} from '../support/observe.ts';
import type { RunningApp } from '../support/running-app.ts';
import { type Site, startSite, type World, type WorldOptions } from '../support/world.ts';

let site: Site;
beforeAll(async () => {
  site = await startSite(19);
});
afterAll(() => site.close());

async function appIn(options: WorldOptions = {}): Promise<{ world: World; app: RunningApp }> {
  const world = await site.world(options);
  return { world, app: await world.start() };
}

const told =
  (world: World, id: string, count = 1) =>
  () =>
    events(world, id).length >= count;

/** Long enough for a message that is there to be taken and worked on. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1500));
}

function daysAgo(days: number): Date {
  return new Date(Date.now() - days * 86_400_000);
}

describe.concurrent('the policy', () => {
  test('KEY-01: an account with disableLocalAuth is skipped by the timer and refused over HTTP', async () => {
    const { world, app } = await appIn();
    const id = world.addAccount({ disableLocalAuth: true });

    await app.invoke('rotateDueAccounts');
    const answer = await regenerateKey(app, id, 'primary');

    expect(answer.status).toBe(409);
    expect(answer.body.error?.code).toBe('LocalAuthDisabled');
    expect(answer.body.error?.message).toContain('disableLocalAuth');
    expect(regenerations(world, id)).toEqual([]);
    expect(events(world, id)).toEqual([]);
    expect(app.log.some(({ message }) => message.includes('LocalAuthDisabled'))).toBe(true);
  });

  test('KEY-04: of two old keys one is rotated, and the other one waits for the overlap', async () => {
    const { world, app } = await appIn();
    const id = world.addAccount({
      primaryKeyLastUpdated: daysAgo(400),
      secondaryKeyLastUpdated: daysAgo(400),
    });
    await app.invoke('rotateDueAccounts');
    await until('one is rotated', told(world, id));

    await app.invoke('rotateDueAccounts');
    const asked = await app.fetch(`/api${id}/rotate`, { method: 'POST' });

    const { error } = (await asked.json()) as { error: { code: string; message: string } };
    expect([asked.status, error.code]).toEqual([409, 'Overlap']);
    expect(error.message).toMatch(/allowed from \d{4}-/);
    expect(regenerations(world, id).map(({ keyType }) => keyType)).toEqual(['secondary']);
    const forced = await app.fetch(`/api${id}/rotate?force=true`, { method: 'POST' });
    expect(forced.status).toBe(200);
    expect(regenerations(world, id).map(({ keyType }) => keyType)).toEqual(['secondary', 'primary']);
  });

  test('TMR-01: a timer that fires twice rotates once', async () => {
    const { world, app } = await appIn();
    const id = world.addAccount();

    await Promise.all([app.invoke('rotateDueAccounts'), app.invoke('rotateDueAccounts')]);
    await until('it is rotated', told(world, id));
    await app.invoke('rotateDueAccounts');
    await quiet();

    expect(regenerations(world, id)).toHaveLength(1);
  });

  test('TMR-02: an app that starts three times runs no timer at its start', async () => {
    const { world, app } = await appIn();
    const id = world.addAccount();
    app.kill();
    await app.exited;

    for (const next of [await world.start(), await world.start()]) {
      expect(next.log.some(({ message }) => message.includes('Functions.rotateDueAccounts'))).toBe(false);
    }
    await quiet();

    expect(regenerations(world, id)).toEqual([]);
  });

  test('TMR-03: two apps whose timers fire in the same second rotate an account once', async () => {
    const { world, app } = await appIn();
    const other = await world.start();
    const ids = Array.from({ length: 6 }, () => world.addAccount());

    await Promise.all([app.invoke('rotateDueAccounts'), other.invoke('rotateDueAccounts')]);
    await until('all are rotated', () => ids.every((id) => told(world, id)()));
    await quiet();

    expect(world.azure.regenerations).toHaveLength(ids.length);
  });

  test('ROT-01: killed with the lock written and before ARM is called, a rotation is finished by the next process', async () => {
    const { world, app } = await appIn();
    const id = world.addAccount();
    world.azure.setHook((operation, phase) => {
      if (operation !== 'regenerateKey' || phase !== 'before') return;
      world.azure.setHook(undefined);
      app.kill();
      throw new Error('the app is gone');
    });
    await app.invoke('rotateDueAccounts');
    await app.exited;

    await world.start();

    await until('it is rotated', told(world, id), 40);
    expect(regenerations(world, id)).toHaveLength(1);
    expect(await locks(world)).toEqual([]);
  });

  test('a key that others regenerated is announced, and is the one in use from then on', async () => {
    const { world, app } = await appIn();
    const id = world.addAccount();
    await regenerateKey(app, id, 'primary');
    world.azure.accounts.regenerate(id, 'secondary');

    const asked = await app.fetch(`/api${id}/rotate?force=true`, { method: 'POST' });

    const [ours, observed, rotated] = events(world, id).map(({ data }) => data as Record<string, string>);
    expect(asked.status, await asked.text()).toBe(200);
    expect(ours).toMatchObject({ keyType: 'primary', reason: 'requested' });
    expect(observed).toMatchObject({ keyType: 'secondary', reason: 'observed', trigger: 'observed' });
    expect(observed?.keyLastUpdated).toBe(world.azure.accounts.keys(id).secondaryKeyLastUpdated);
    expect(rotated).toMatchObject({ keyType: 'primary' });
  });

  test('a rotate that is refused announces all the same what others regenerated', async () => {
    const { world, app } = await appIn();
    const id = world.addAccount();
    await regenerateKey(app, id, 'primary');
    world.azure.accounts.regenerate(id, 'secondary');

    const asked = await app.fetch(`/api${id}/rotate`, { method: 'POST' });

    await until('it is told', told(world, id, 2));
    expect(asked.status).toBe(409);
    expect(await asked.json()).toMatchObject({ error: { code: 'Overlap' } });
    expect(events(world, id)[1]?.data).toMatchObject({ keyType: 'secondary', reason: 'observed' });
    expect(regenerations(world, id).map(({ keyType }) => keyType)).toEqual(['primary']);
  });

  test('NAME-02: an opt-out is not missed for the case of its tag', async () => {
    const { world, app } = await appIn({ environment: { ROTATION_UNTAGGED: 'rotate' } });
    const out = world.addAccount({ tags: { 'Key-Rotation': 'Disabled' } });
    const untagged = world.addAccount({ tags: {} });

    await app.invoke('rotateDueAccounts');

    await until('the untagged one is rotated', told(world, untagged));
    expect(regenerations(world, out)).toEqual([]);
  });

  test('a wrong tag leaves that account out, with its reason, and no other', async () => {
    const { world, app } = await appIn();
    const wrong = world.addAccount({ tags: { 'key-rotation': 'enabled', 'key-rotation-max-age': 'P1M' } });
    const right = world.addAccount();

    await app.invoke('rotateDueAccounts');

    await until('the other one is rotated', told(world, right));
    expect(regenerations(world, wrong)).toEqual([]);
    const line = app.log.find(({ message }) => message.includes('Misconfigured'));
    expect(line?.message).toContain('key-rotation-max-age');
  });

  test('keys changed by others before we ever rotated are left alone until somebody says which is in use', async () => {
    const { world, app } = await appIn();
    const ages = { primaryKeyLastUpdated: daysAgo(300), secondaryKeyLastUpdated: daysAgo(200) };
    const unknown = world.addAccount(ages);
    const said = world.addAccount({
      ...ages,
      tags: { 'key-rotation': 'enabled', 'key-rotation-in-use': 'secondary' },
    });

    await app.invoke('rotateDueAccounts');

    await until('the one that is said is rotated', told(world, said));
    expect(regenerations(world, said).map(({ keyType }) => keyType)).toEqual(['primary']);
    expect(regenerations(world, unknown)).toEqual([]);
    await until('the log says so', () =>
      app.log.some(
        ({ message }) =>
          message.startsWith('{"message":"The account is skipped"') && message.includes(unknown),
      ),
    );
  });

  test('a rotation whose message was lost is woken by reconcileRotations', async () => {
    const { world, app } = await appIn();
    const id = world.addAccount();
    world.azure.faults.add({ operation: 'regenerateKey', status: 429, headers: { 'Retry-After': '2' } });
    await app.invoke('rotateDueAccounts');
    await until('it waits', async () => (await rotationRows(world, id))[0]?.attempt === 1);
    await world.queue.clearMessages();

    await until('it is woken', async () => {
      await app.invoke('reconcileRotations');
      return told(world, id)();
    });

    expect(regenerations(world, id)).toHaveLength(1);
  });

  test('a rotation that a person repeats with one id happens once', async () => {
    const { world, app } = await appIn();
    const id = world.addAccount();
    const again = { method: 'POST', headers: repeatable(randomUUID()) };

    const answers = [
      await app.fetch(`/api${id}/rotate?force=true`, again),
      await app.fetch(`/api${id}/rotate?force=true`, again),
    ];

    const [first, second] = (await Promise.all(answers.map((answer) => answer.json()))) as {
      rotationId: string;
    }[];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(second?.rotationId).toBe(first?.rotationId);
    expect(regenerations(world, id)).toHaveLength(1);
  });

  test('a person need not wait for a rotation of the timer that waits with nothing sent', async () => {
    const { world, app } = await appIn();
    const id = world.addAccount();
    world.azure.faults.add({ operation: 'regenerateKey', status: 429, headers: { 'Retry-After': '8' } });
    await app.invoke('rotateDueAccounts');
    await until('it waits', async () => (await rotationRows(world, id))[0]?.attempt === 1);

    const asked = await app.fetch(`/api${id}/rotate`, { method: 'POST' });

    expect(asked.status, await asked.text()).toBe(200);
    expect((await rotationRows(world, id)).map(({ state, code }) => [state, code])).toEqual([
      ['failed', 'Superseded'],
      ['completed', undefined],
    ]);
    expect(regenerations(world, id)).toHaveLength(1);
  });

  test.each([
    ['a read-only lock', 'ScopeLocked', 'ReadOnlyLock'],
    ['ARM-17: a disabled subscription', 'ReadOnlyDisabledSubscription', 'ReadOnlySubscription'],
  ])('%s is shown in the plan, and found gone by a later run', async (_, code, shown) => {
    const { world, app } = await appIn();
    const id = world.addAccount();
    const always = { times: Number.POSITIVE_INFINITY };
    const takeBack = world.azure.faults.add({
      operation: 'listKeys',
      account: id,
      status: 409,
      code,
      ...always,
    });
    const plan = async () => {
      const { value } = (await (await app.fetch('/api/rotations/plan')).json()) as {
        value: { code?: string }[];
      };
      return value[0]?.code;
    };

    await app.invoke('rotateDueAccounts');
    await until('the plan says so', async () => (await plan()) === shown);
    takeBack();
    await app.invoke('rotateDueAccounts');

    await until('it is rotated', told(world, id));
  });

  test('a key that came to be the one in use while its rotation waited is not regenerated', async () => {
    const { world, app } = await appIn();
    const ages = { primaryKeyLastUpdated: daysAgo(300), secondaryKeyLastUpdated: daysAgo(200) };
    const tags = { 'key-rotation': 'enabled', 'key-rotation-in-use': 'secondary' };
    const id = world.addAccount({ ...ages, tags });
    world.azure.faults.add({ operation: 'regenerateKey', status: 429, headers: { 'Retry-After': '2' } });
    await app.invoke('rotateDueAccounts');
    await until('it waits', async () => (await rotationRows(world, id))[0]?.attempt === 1);

    world.azure.accounts.update(id, { tags: { ...tags, 'key-rotation-in-use': 'primary' } });

    await until('it is given up', async () => (await rotationRows(world, id))[0]?.code === 'Superseded');
    expect(regenerations(world, id)).toEqual([]);
  });
});
