import { SecretClient } from '@azure/keyvault-secrets';
import type { KeyRegeneratedData } from 'maps-key-rotation/events';
import { expect, test } from 'vitest';
import {
  accountPath,
  localCredential,
  trustedAzure,
  vaultClient,
} from '../../../test/tools/local-azure/helpers.ts';
import type { LocalAzure } from '../../../tools/local-azure/local-azure.ts';
import { currentSecretName } from '../src/vault-source.ts';
import { announce, keyOf, regenerate, startApp, subscribeApp, until } from './world.ts';

const account = { id: accountPath, subscriptionId: '', resourceGroupName: '', accountName: 'Maps1' };

/** As the app does it: the id of the new version. */
async function store(azure: LocalAzure, name: string, data: KeyRegeneratedData): Promise<string> {
  const options = { disableChallengeResourceVerification: true };
  const client = new SecretClient(azure.vaultUri, localCredential(azure), options);
  const { keyType, keyLastUpdated = '' } = data;
  const tags = { accountId: accountPath, keyType, keyLastUpdated, rotationId: data.rotationId };
  const secret = await client.setSecret(name, keyOf(azure, keyType), { contentType: 'text/plain', tags });
  return secret.properties.id ?? '';
}

async function startVaultWorld() {
  const azure = await trustedAzure({ deliveryTimeScale: 0.001 });
  const settings = { KEY_VAULT_URI: azure.vaultUri };
  await store(azure, currentSecretName(account), await regenerate(azure, 'secondary'));
  return { azure, settings, ...(await startApp(azure, settings)) };
}

function reads(azure: LocalAzure): number {
  return azure.calls.filter(({ operation }) => operation === 'listKeys').length;
}

test('it starts with the key that Key Vault has, and needs no right on the account', async () => {
  const { azure, key } = await startVaultWorld();

  await until(async () => (await key()) !== undefined);

  expect(await key()).toBe(keyOf(azure, 'secondary'));
  expect(reads(azure)).toBe(0);
});

test('an event moves it to the version of the secret that it names', async () => {
  const world = await startVaultWorld();
  const { azure, key } = world;
  const subscription = await subscribeApp(world);

  const data = await regenerate(azure, 'primary');
  const secretId = await store(azure, 'Maps1-primary', data);
  await announce(azure, { ...data, secretId });
  await subscription.settled();

  expect(subscription.deliveries).toMatchObject([{ status: 204 }]);
  expect(await key()).toBe(keyOf(azure, 'primary'));
  expect(reads(azure)).toBe(0);
});

test('a secret that cannot be read yet is tried again by the next delivery', async () => {
  const world = await startVaultWorld();
  const { azure, key } = world;
  const subscription = await subscribeApp(world);
  const data = await regenerate(azure, 'primary');
  const secretId = await store(azure, 'Maps1-primary', data);
  azure.faults.add({ operation: 'getSecret', status: 403 });

  await announce(azure, { ...data, secretId });
  await subscription.settled();

  expect(subscription.deliveries.map(({ status }) => status)).toEqual([503, 204]);
  expect(await key()).toBe(keyOf(azure, 'primary'));
});

test('SUB-02: a version that was disabled is no current one: the account is asked', async () => {
  const { azure, settings } = await startVaultWorld();
  const client = vaultClient(azure);
  const name = currentSecretName(account);
  const { properties } = await client.getSecret(name);
  await client.updateSecretProperties(name, properties.version ?? '', { enabled: false });

  const { key } = await startApp(azure, settings);
  await until(async () => (await key()) !== undefined);

  expect([keyOf(azure, 'primary'), keyOf(azure, 'secondary')]).toContain(await key());
  expect(reads(azure)).toBe(1);
});

test('another vault that an event names is not asked', async () => {
  const world = await startVaultWorld();
  const { azure, key } = world;
  const subscription = await subscribeApp(world);

  const data = await regenerate(azure, 'primary');
  await announce(azure, { ...data, secretId: 'https://evil.example/secrets/Maps1-primary/0123' });
  await subscription.settled();

  expect(await key()).toBe(keyOf(azure, 'primary'));
  expect(reads(azure)).toBe(1);
});

test('without a secret of the account it reads from Azure Resource Manager', async () => {
  const azure = await trustedAzure();
  const { key } = await startApp(azure, { KEY_VAULT_URI: azure.vaultUri });

  await until(async () => (await key()) !== undefined);

  expect([keyOf(azure, 'primary'), keyOf(azure, 'secondary')]).toContain(await key());
});
