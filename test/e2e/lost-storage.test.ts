import type { TableEntity } from '@azure/data-tables';
import { afterAll, beforeAll, describe, test } from 'vitest';
import {
  events,
  isFinal,
  regenerateKey,
  regenerations,
  rotationRows,
  sendMessage,
  until,
} from '../support/observe.ts';
import type { RunningApp } from '../support/running-app.ts';
import { type Site, startSite, type World } from '../support/world.ts';

/** Short, so that what holds a rotation back is never that another one was a moment ago. */
const ENVIRONMENT = { ROTATION_OVERLAP: 'PT1S' };

let site: Site;
beforeAll(async () => {
  site = await startSite(6);
});
afterAll(() => site.close());

async function appIn(environment = {}): Promise<{ world: World; app: RunningApp }> {
  const world = await site.world({ environment: { ...ENVIRONMENT, ...environment } });
  return { world, app: await world.start() };
}

/** As a storage account that is new: neither table nor messages. */
async function loseStorage(world: World): Promise<void> {
  await world.table.deleteTable();
  await world.queue.clearMessages();
}

async function copyRows(world: World): Promise<TableEntity[]> {
  const rows: TableEntity[] = [];
  for await (const { etag: _, timestamp: __, ...row } of world.table.listEntities()) {
    rows.push(row as TableEntity);
  }
  return rows;
}

async function restoreRows(world: World, rows: readonly TableEntity[]): Promise<void> {
  await loseStorage(world);
  await world.table.createTable();
  for (const row of rows) await world.table.createEntity(row);
}

async function planned(app: RunningApp): Promise<{ decision?: string; code?: string } | undefined> {
  const { value } = (await (await app.fetch('/api/rotations/plan')).json()) as { value: { code?: string }[] };
  return value[0];
}

async function runTimer(app: RunningApp, holds: () => boolean): Promise<boolean> {
  await app.invoke('rotateDueAccounts');
  return holds();
}

function keysOf(world: World, accountId: string) {
  return regenerations(world, accountId).map(({ keyType }) => keyType);
}

describe.concurrent('with empty storage', () => {
  test('an account rotated before is left alone until its tag says which key is in use', async ({
    expect,
  }) => {
    const { world, app } = await appIn();
    const id = world.addAccount();
    await regenerateKey(app, id, 'primary');
    await loseStorage(world);

    await app.invoke('rotateDueAccounts');
    await until('the plan says so', async () => (await planned(app))?.code === 'InUseUnknown');
    const left = keysOf(world, id);
    world.azure.accounts.update(id, {
      tags: { 'key-rotation': 'enabled', 'key-rotation-in-use': 'primary' },
    });

    await until('it is rotated', () => runTimer(app, () => keysOf(world, id).length === 2));

    expect(left).toEqual(['primary']);
    expect(keysOf(world, id)).toEqual(['primary', 'secondary']);
  });

  test('with ROTATION_IN_USE newest, the key announced last is left and the other one rotated', async ({
    expect,
  }) => {
    const { world, app } = await appIn({ ROTATION_IN_USE: 'newest' });
    const id = world.addAccount();
    await regenerateKey(app, id, 'primary');
    await loseStorage(world);

    await until('it is rotated', () => runTimer(app, () => keysOf(world, id).length === 2));

    expect(keysOf(world, id)).toEqual(['primary', 'secondary']);
  });

  test('an event that waited is never sent, and another order for its key tells the consumers', async ({
    expect,
  }) => {
    const { world, app } = await appIn();
    const id = world.addAccount();
    const accept = world.azure.faults.add({ operation: 'publish', status: 503, times: 1000 });
    const first = await regenerateKey(app, id, 'primary');
    await loseStorage(world);
    accept();

    await app.invoke('reconcileRotations');
    await app.invoke('rotateDueAccounts');
    await until('the plan says so', async () => (await planned(app))?.code === 'InUseUnknown');
    const untold = events(world, id);
    const second = await regenerateKey(app, id, 'primary');
    await until('it is told', () => events(world, id).length === 1);

    expect([first.status, second.status]).toEqual([200, 200]);
    expect(untold).toEqual([]);
    expect(keysOf(world, id)).toEqual(['primary', 'primary']);
    expect(events(world, id)[0]?.data).toMatchObject({ keyType: 'primary' });
  });
});

describe.concurrent('with an old copy of the table', () => {
  test('what was rotated since is announced once more, and is the key in use', async ({ expect }) => {
    const { world, app } = await appIn();
    const id = world.addAccount();
    await regenerateKey(app, id, 'primary');
    await until('told', () => events(world, id).length === 1);
    const copy = await copyRows(world);
    await regenerateKey(app, id, 'secondary');
    await until('told', () => events(world, id).length === 2);
    await restoreRows(world, copy);

    const asked = await app.fetch(`/api${id}/rotate?force=true`, { method: 'POST' });
    await until('told', () => events(world, id).length === 4);

    const told = events(world, id).map(({ data }) => data as Record<string, string>);
    expect(asked.status, await asked.text()).toBe(200);
    expect(told.map(({ keyType, reason }) => `${keyType} ${reason}`)).toEqual([
      'primary requested',
      'secondary requested',
      'secondary observed',
      'primary requested',
    ]);
    expect(told[2]?.keyLastUpdated).toBe(told[1]?.keyLastUpdated);
    expect(keysOf(world, id)).toEqual(['primary', 'secondary', 'primary']);
  });

  test('a rotation that is over since, and waits in the copy, regenerates nothing more', async ({
    expect,
  }) => {
    const { world, app } = await appIn();
    const id = world.addAccount();
    world.azure.faults.add({ operation: 'regenerateKey', status: 429, headers: { 'Retry-After': '2' } });
    await app.invoke('rotateDueAccounts');
    await until('it waits', async () => (await rotationRows(world, id))[0]?.attempt === 1);
    const copy = await copyRows(world);
    await until('told', () => events(world, id).length === 1);
    await restoreRows(world, copy);

    const [waiting] = await rotationRows(world, id);
    const message = { version: 1, kind: 'rotation', rotationId: waiting?.rotationId, attempt: 1 };
    await sendMessage(world, message);
    await until('over', async () => (await rotationRows(world, id)).every(isFinal));

    expect(waiting?.state).toBe('started');
    expect((await rotationRows(world, id)).map(({ state, code }) => [state, code])).toEqual([
      ['failed', 'Superseded'],
    ]);
    expect(keysOf(world, id)).toEqual(['secondary']);
  });

  test('a rotation that is over since, and is in doubt in the copy, is announced under its id once more', async ({
    expect,
  }) => {
    const { world, app } = await appIn();
    const id = world.addAccount();
    world.azure.faults.add({ operation: 'regenerateKey', drop: 'after' });
    await app.invoke('rotateDueAccounts');
    await until('it is in doubt', async () => (await rotationRows(world, id))[0]?.attempt === 1);
    const copy = await copyRows(world);
    await until('told', () => events(world, id).length === 1);
    await restoreRows(world, copy);

    const [inDoubt] = await rotationRows(world, id);
    const { rotationId } = inDoubt ?? {};
    await sendMessage(world, { version: 1, kind: 'rotation', rotationId, attempt: 1 });
    await until('told', () => events(world, id).length === 2);

    expect(inDoubt?.state).toBe('started');
    expect(events(world, id).map((event) => event.id)).toEqual([rotationId, rotationId]);
    expect(keysOf(world, id)).toEqual(['secondary']);
  });
});
