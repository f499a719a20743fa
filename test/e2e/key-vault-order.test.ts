import { expect, test } from 'vitest';
import { allOver, events, regenerateKey } from '../support/observe.ts';
import { secretVersions } from '../support/secrets.ts';
import { startWorld } from '../support/world.ts';

test('a key that is stored late does not take the place of one that was announced meanwhile', async () => {
  const world = await startWorld();
  // As long as the second one needs on a slow machine.
  world.azure.faults.add({ operation: 'setSecret', status: 429, headers: { 'retry-after': '7' } });
  const accountId = world.addAccount();
  const app = await world.start({ KEY_VAULT_URI: world.azure.vaultUri });

  const first = await regenerateKey(app, accountId, 'primary');
  const second = await regenerateKey(app, accountId, 'secondary');
  await allOver(world, accountId);

  const { primaryKey, secondaryKey } = world.azure.accounts.keys(accountId);
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(events(world, accountId).map(({ subject }) => subject?.split('/').at(-1))).toEqual([
    'secondary',
    'primary',
  ]);
  expect(secretVersions(world, accountId, 'primary').map(({ value }) => value)).toEqual([primaryKey]);
  expect(secretVersions(world, accountId, 'current').map(({ value }) => value)).toEqual([secondaryKey]);
  await world.close();
});
