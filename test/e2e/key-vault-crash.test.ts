import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CrashPoint } from '../support/crash-points.ts';
import { crashAt, eachAtATime, printPoint, recordCalls } from '../support/crash-points.ts';
import { expectTold } from '../support/expectations.ts';
import { allOver, regenerateKey, repeatable } from '../support/observe.ts';
import type { RunningApp } from '../support/running-app.ts';
import { secretVersions } from '../support/secrets.ts';
import { type Site, startSite, type World } from '../support/world.ts';

let site: Site;

beforeAll(async () => {
  site = await startSite(20);
});

afterAll(() => site?.close());

async function start(): Promise<{ world: World; app: RunningApp; accountId: string }> {
  const world = await site.world({ queuePollMs: 600 });
  return {
    world,
    app: await world.start({ KEY_VAULT_URI: world.azure.vaultUri }),
    accountId: world.addAccount(),
  };
}

test('a crash at any call of the vault leaves one version for the rotation, and its event', async () => {
  const points = await recordVaultCalls();
  const problems: string[] = [];

  await eachAtATime(6, points, async (point) => {
    try {
      await crash(point);
    } catch (error) {
      problems.push(`${printPoint(point)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  });

  expect(points.map(printPoint)).toEqual(
    expect.arrayContaining([
      'before setSecret #1',
      'after setSecret #2',
      'after updateSecret #1',
      'after publish #1',
    ]),
  );
  expect(problems).toEqual([]);
}, 300_000);

async function recordVaultCalls(): Promise<CrashPoint[]> {
  const { world, app, accountId } = await start();
  await regenerateKey(app, accountId, 'primary');
  // A caller has the keys at times before they are all stored, and a key replaced by then never becomes the current one.
  await allOver(world, accountId);
  const points = await recordCalls(world, async () => {
    await regenerateKey(app, accountId, 'primary');
  });
  await world.close();
  // Deleted secrets are looked for before the key is touched: a crash there leaves no rotation.
  return points.filter(({ call }) => /Secret|publish/.test(call) && !call.startsWith('getDeletedSecret'));
}

async function crash(point: CrashPoint): Promise<void> {
  const { world, app, accountId } = await start();
  await regenerateKey(app, accountId, 'primary');
  // A caller has the keys at times before they are all stored, and a key replaced by then never becomes the current one.
  await allOver(world, accountId);
  const requestId = repeatable(randomUUID());
  await crashAt(
    world,
    app,
    point,
    async () => void (await regenerateKey(app, accountId, 'primary', requestId)),
  );

  const next = await world.start({ KEY_VAULT_URI: world.azure.vaultUri });
  await next.invoke('reconcileRotations');
  await allOver(world, accountId);

  const { primaryKey } = world.azure.accounts.keys(accountId);
  for (const which of ['primary', 'current'] as const) {
    const stored = secretVersions(world, accountId, which);
    if (stored.length !== 2) throw new Error(`${stored.length} versions of two keys in ${which}`);
    if (stored.at(-1)?.value !== primaryKey)
      throw new Error(`The newest version in ${which} is of another key.`);
    const enabled = stored.filter((version) => version.enabled);
    if (enabled.length !== 1) throw new Error(`${enabled.length} enabled versions in ${which}`);
  }
  await expectTold(world, accountId);
  await world.close();
}
