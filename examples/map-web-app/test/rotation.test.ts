import { expect, onTestFinished, test } from 'vitest';
import { regenerateKey } from '../../../test/support/observe.ts';
import { startWorld } from '../../../test/support/world.ts';
import { trustCa } from '../../../tools/local-azure/local-azure.ts';
import { audience, startApp, tenantId, until } from './world.ts';

test('rotations of the app itself move the map from key to key', async () => {
  const world = await startWorld();
  const distrust = trustCa(world.azure.ca);
  onTestFinished(async () => {
    distrust();
    await world.close();
  });
  const id = world.addAccount();
  const rotator = await world.start();
  const map = await startApp(world.azure, { MAPS_ACCOUNT_ID: id });
  await until(async () => (await map.key()) !== undefined);
  const subscription = await world.azure.subscribe({
    endpoint: `${map.url}/events`,
    entra: { tenantId, audience },
    includedEventTypes: ['KeyRegenerated'],
    advancedFilters: [{ operatorType: 'StringIn', key: 'data.accountId', values: [id] }],
  });

  for (const keyType of ['secondary', 'primary'] as const) {
    expect(await regenerateKey(rotator, id, keyType)).toMatchObject({ status: 200 });
    const expected = world.azure.accounts.keys(id)[`${keyType}Key`];
    await until(async () => (await map.key()) === expected);
  }

  expect(subscription.deadLetters).toEqual([]);
});
