import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calls, events, regenerateKey, regenerations, until } from '../support/observe.ts';
import type { RunningApp } from '../support/running-app.ts';
import {
  GROUP,
  type Site,
  SUBSCRIPTION,
  startSite,
  type World,
  type WorldOptions,
} from '../support/world.ts';

interface PlanAnswer {
  readonly errors?: readonly { readonly code: string }[];
  readonly nextLink?: string;
}

let site: Site;
beforeAll(async () => {
  site = await startSite(12);
});
afterAll(() => site.close());

async function appIn(options: WorldOptions = {}): Promise<{ world: World; app: RunningApp }> {
  const world = await site.world(options);
  return { world, app: await world.start() };
}

function rotated(world: World, ids: readonly string[]): () => boolean {
  return () => ids.every((id) => events(world, id).length === 1);
}

describe.concurrent('discovery', () => {
  test('LIST-02: an empty page with a nextLink goes on, and a nextLink of "" ends the list', async () => {
    const { world, app } = await appIn({ azure: { pageSize: 1, emptyFirstPage: true, emptyLastLink: true } });
    const ids = [world.addAccount(), world.addAccount(), world.addAccount()];

    const run = await app.invoke('rotateDueAccounts');

    expect(run.status).toBe(200);
    await until('every account is rotated', rotated(world, ids));
    expect(world.azure.regenerations).toHaveLength(3);
  });

  test('LIST-04: an account that is gone is left, and the others are rotated', async () => {
    const { world, app } = await appIn();
    const [a, b, c] = [world.addAccount(), world.addAccount(), world.addAccount()];
    const gone = { account: b.split('/').at(-1) ?? '', status: 404, code: 'ResourceNotFound', times: 99 };
    world.azure.faults.add({ operation: 'listKeys', ...gone });

    await app.invoke('rotateDueAccounts');

    await until('the others are rotated', rotated(world, [a, c]));
    const answer = await regenerateKey(app, b, 'primary');
    expect(answer.status).toBe(404);
    expect(regenerations(world, b)).toEqual([]);
    expect(calls(world, 'listKeys', b)).toHaveLength(2);
    expect(
      (await world.poison.exists()) && (await world.poison.peekMessages()).peekedMessageItems,
    ).toBeFalsy();
  });

  test('scopes that overlap rotate an account once, whatever their case', async () => {
    const group = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${GROUP}`;
    const name = `maps-${randomUUID()}`;
    const scopes = [
      `/subscriptions/${SUBSCRIPTION}/`,
      group.toUpperCase(),
      `${group}/providers/Microsoft.Maps/accounts/${name}`,
    ];
    const { world, app } = await appIn({ environment: { ROTATION_SCOPES: scopes.join(', ') } });
    const id = world.addAccount({ name });

    await app.invoke('rotateDueAccounts');

    await until('it is rotated', rotated(world, [id]));
    expect(regenerations(world, id)).toHaveLength(1);
    expect(calls(world, 'listKeys', id)).toHaveLength(1);
  });

  test('TMR-09: a scope that fails is told of, does not stop the others, and is caught up with by the next run', async () => {
    const other = randomUUID();
    const scopes = `/subscriptions/${other} /subscriptions/${SUBSCRIPTION}`;
    const { world, app } = await appIn({
      azure: { subscriptions: [SUBSCRIPTION, other] },
      environment: { ROTATION_SCOPES: scopes },
    });
    const [there, here] = [world.addAccount({ subscriptionId: other }), world.addAccount()];
    world.azure.faults.add({ operation: 'listAccounts', status: 403, code: 'AuthorizationFailed' });

    const first = await app.invoke('rotateDueAccounts');
    await until('the other scope is rotated', rotated(world, [here]));
    const second = await app.invoke('rotateDueAccounts');

    expect(first.status).toBe(500);
    expect(second.status).toBe(200);
    await until('the failed scope is caught up with', rotated(world, [there]));
    const told = app.log.find(({ message }) => message.includes('A scope could not be listed'));
    expect(told?.message).toContain(`/subscriptions/${other}`);
  });

  test.each(['self', 'pair'] as const)(
    'LIST-06: a list that goes in circles (%s) ends, rotates each account once, and is told of everywhere',
    async (circularLinks) => {
      const { world, app } = await appIn({ azure: { circularLinks } });
      const ids = [world.addAccount(), world.addAccount()];

      const run = await app.invoke('rotateDueAccounts');

      expect(run.status).toBe(500);
      await until('every account is rotated', rotated(world, ids));
      expect(world.azure.regenerations).toHaveLength(2);
      expect(world.azure.calls.filter(({ operation }) => operation === 'listAccounts').length).toBeLessThan(
        5,
      );
      const told = app.log.find(({ message }) => message.includes('A scope could not be listed'));
      expect(told?.message).toContain(`/subscriptions/${SUBSCRIPTION}`);
      const health = (await (await app.fetch('/api/health')).json()) as { timers: { counts?: object }[] };
      expect(health.timers[0]?.counts).toMatchObject({ seen: 2, failedScopes: 1 });
      const codes: string[] = [];
      let path: string | undefined = '/api/rotations/plan';
      for (let pages = 0; path !== undefined; pages++) {
        expect(pages).toBeLessThan(5);
        const page = (await (await app.fetch(path)).json()) as PlanAnswer;
        codes.push(...(page.errors ?? []).map(({ code }) => code));
        path = page.nextLink?.slice(new URL(page.nextLink).origin.length);
      }
      expect(codes).toEqual(['ListGoesInCircles']);
    },
  );

  test('ARM-05: a list that is throttled without Retry-After is tried again by the same run', async () => {
    const { world, app } = await appIn();
    const id = world.addAccount();
    world.azure.faults.add({ operation: 'listAccounts', status: 429, times: 2 });

    const run = await app.invoke('rotateDueAccounts');

    expect(run.status).toBe(200);
    await until('it is rotated', rotated(world, [id]));
  });

  test('a day on which nothing is due costs list pages only', async () => {
    const { world, app } = await appIn();
    const ids = [world.addAccount(), world.addAccount()];
    await app.invoke('rotateDueAccounts');
    await until('all are rotated', rotated(world, ids));
    const before = world.azure.calls.length;

    await app.invoke('rotateDueAccounts');

    const after = world.azure.calls.slice(before).map(({ operation }) => operation);
    expect(after).toEqual(['listAccounts']);
  });

  test('QUE-08: accounts with large tags make small messages', async () => {
    const { world, app } = await appIn();
    const tags = { 'key-rotation': 'enabled', note: '🗝️'.repeat(2000) };
    const ids = Array.from({ length: 5 }, () => world.addAccount({ tags }));

    await app.invoke('rotateDueAccounts');

    await until('all are rotated', rotated(world, ids));
  });

  test('a resource group whose name is not ASCII is listed to its end', async () => {
    const resourceGroup = 'rg-größe';
    const scope = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${resourceGroup}`;
    const { world, app } = await appIn({ azure: { pageSize: 1 }, environment: { ROTATION_SCOPES: scope } });
    const ids = [world.addAccount({ resourceGroup }), world.addAccount({ resourceGroup })];

    const run = await app.invoke('rotateDueAccounts');

    expect(run.status).toBe(200);
    await until('every account is rotated', rotated(world, ids));
  });

  test('reconcileRotations finds nothing to do on a storage account that has no table yet', async () => {
    const { app } = await appIn();

    const run = await app.invoke('reconcileRotations');

    expect(run.status).toBe(200);
  });
});
