import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Fault } from '../../tools/local-azure/local-azure.ts';
import { expectTold } from '../support/expectations.ts';
import { allOver, calls, events, regenerateKey, regenerations } from '../support/observe.ts';
import type { RunningApp } from '../support/running-app.ts';
import { secretVersions } from '../support/secrets.ts';
import { type Site, startSite, type World } from '../support/world.ts';

const UNTRIED = 'The new key could not be tried';

let site: Site;

beforeAll(async () => {
  site = await startSite(12);
});

afterAll(() => site?.close());

async function start(
  environment: Record<string, string> = {},
  hasVault = false,
): Promise<{ world: World; app: RunningApp; accountId: string }> {
  const world = await site.world();
  const vault = hasVault && { KEY_VAULT_URI: world.azure.vaultUri };
  return { world, app: await world.start({ ...environment, ...vault }), accountId: world.addAccount() };
}

function verifiedIn(world: World, accountId: string): unknown[] {
  return events(world, accountId).map(({ data }) => (data as { verified?: boolean }).verified);
}

async function plannedVerified(app: RunningApp, accountId: string): Promise<unknown> {
  const page = (await (await app.fetch('/api/rotations/plan')).json()) as {
    value: { accountId: string; verified?: boolean }[];
  };
  return page.value.find((row) => row.accountId === accountId)?.verified;
}

describe.concurrent('a new key', () => {
  test('that Azure Maps accepts is announced as verified', async ({ expect }) => {
    const { world, app, accountId } = await start();

    const answer = await regenerateKey(app, accountId, 'primary');

    expect(answer.status).toBe(200);
    expect(verifiedIn(world, accountId)).toEqual([true]);
    expect(await plannedVerified(app, accountId)).toBe(true);
    expect(calls(world, 'mapsRequest', accountId)).toMatchObject([
      { status: 200, path: expect.not.stringContaining('key') },
    ]);
    await world.close();
  });

  test('that Azure Maps knows only after a while is announced once it does, and the caller does not wait', async ({
    expect,
  }) => {
    const { world, app, accountId } = await start();
    world.azure.setKeyAcceptanceDelay(1500);

    const answer = await regenerateKey(app, accountId, 'primary');
    const early = events(world, accountId).length;
    await allOver(world, accountId);

    expect(answer.status).toBe(200);
    expect(early).toBe(0);
    expect(verifiedIn(world, accountId)).toEqual([true]);
    const line = app.log.find(({ message }) => message.includes('The new key was accepted'))?.message ?? '';
    expect(Number(/"afterSeconds":([\d.]+)/.exec(line)?.[1])).toBeGreaterThanOrEqual(1.5);
    expect(regenerations(world, accountId)).toHaveLength(1);
    await expectTold(world, accountId);
    await world.close();
  });

  test('is not the current one in Key Vault before Azure Maps knows it', async ({ expect }) => {
    const { world, app, accountId } = await start({}, true);
    world.azure.setKeyAcceptanceDelay(1500);

    await regenerateKey(app, accountId, 'primary');
    const early = [secretVersions(world, accountId, 'primary'), secretVersions(world, accountId, 'current')];
    await allOver(world, accountId);

    expect(early.map(({ length }) => length)).toEqual([1, 0]);
    const { primaryKey } = world.azure.accounts.keys(accountId);
    expect(secretVersions(world, accountId, 'current').map(({ value }) => value)).toEqual([primaryKey]);
    await world.close();
  });

  test.for<[string, Partial<Fault>, false | undefined, string]>([
    ['goes on to refuse', { status: 401 }, false, 'The new key was not accepted'],
    ['is too busy to be asked about', { status: 429, headers: { 'Retry-After': '1' } }, undefined, UNTRIED],
    ['does not answer about', { delayMs: Number.POSITIVE_INFINITY }, undefined, UNTRIED],
    ['breaks the connection over', { drop: 'before' }, undefined, UNTRIED],
  ])(
    'that Azure Maps %s is announced all the same, with an alarm',
    async ([, fault, verified, alarm], { expect }) => {
      const { world, app, accountId } = await start();
      world.azure.faults.add({ operation: 'mapsRequest', times: Number.POSITIVE_INFINITY, ...fault });

      const answer = await regenerateKey(app, accountId, 'primary');
      await allOver(world, accountId);

      expect(answer.status).toBe(200);
      expect(verifiedIn(world, accountId)).toEqual([verified]);
      expect(await plannedVerified(app, accountId)).toBe(verified);
      const alarms = app.log.filter(
        ({ level, message }) => level === 'error' && message.includes('The new key'),
      );
      expect(alarms.map(({ message }) => JSON.parse(message))).toMatchObject([{ message: alarm }]);
      expect(calls(world, 'mapsRequest', accountId)).toHaveLength(3);
      await expectTold(world, accountId);
      await world.close();
    },
  );

  test('is announced untried where verification is off', async ({ expect }) => {
    const { world, app, accountId } = await start({ ROTATION_VERIFY: 'off' });

    await regenerateKey(app, accountId, 'primary');

    expect(verifiedIn(world, accountId)).toEqual([undefined]);
    expect(calls(world, 'mapsRequest')).toEqual([]);
    expect(await plannedVerified(app, accountId)).toBeUndefined();
    await world.close();
  });

  test('is announced by an app that was switched to it after the key was regenerated', async ({ expect }) => {
    const { world, app, accountId } = await start({ ROTATION_VERIFY: 'off' });
    world.azure.faults.add({ operation: 'publish', status: 503, times: 2 });
    await regenerateKey(app, accountId, 'primary');
    await app.close();

    await world.start();
    await allOver(world, accountId);

    expect(verifiedIn(world, accountId)).toEqual([true]);
    await world.close();
  });
});
