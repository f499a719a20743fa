import { expect, test, vi } from 'vitest';
import { createKeyVault } from '../../src/adapters/key-vault.ts';
import { secretName } from '../../src/adapters/secret-names.ts';
import type { KeyToStore } from '../../src/app/telling-ports.ts';
import { Secret } from '../../src/core/secret.ts';
import type { LocalAzure } from '../../src/local/azure/local-azure.ts';
import { AFTER, BEFORE, waiting } from '../core/support/rotations.ts';
import { localCredential, trustedAzure, vaultClient } from '../local/azure/helpers.ts';

const account = {
  subscriptionId: '21a9967a-e8a9-4656-a70b-96ff1c4d05a0',
  resourceGroupName: 'maps',
  accountName: 'roads',
};
const name = secretName(account, 'secondary');
const rotation = waiting({ state: 'regenerated', after: AFTER });
const key: KeyToStore = { account, rotation, key: new Secret('new') };
const replaced = { keyType: 'secondary', keyLastUpdated: BEFORE.secondary ?? '', rotationId: 'earlier' };

function vaultOf(azure: LocalAzure) {
  const options = { vaultUri: azure.vaultUri, credential: localCredential(azure), timeoutSeconds: 0.5 };
  return createKeyVault(options);
}

function values(azure: LocalAzure) {
  return azure.vault
    .secrets()
    .flatMap(({ versions }) => versions.map(({ value, enabled }) => [value, enabled]));
}

test.each([
  ['is refused', { status: 403 }],
  ['is never answered', { delayMs: Number.POSITIVE_INFINITY }],
  ['is asked to wait', { status: 429, headers: { 'retry-after': '60' } }],
] as const)('a key is stored although the disabling of a replaced one %s', async (_, fault) => {
  const azure = await trustedAzure();
  await vaultClient(azure).setSecret(name, 'old', { tags: replaced });
  azure.faults.add({ operation: 'updateSecret', times: Number.POSITIVE_INFINITY, ...fault });

  const stored = await vaultOf(azure).store(key);

  expect(stored).toMatchObject({ kind: 'ok', value: expect.stringContaining(name) });
  expect(values(azure)).toEqual([
    ['old', true],
    ['new', true],
  ]);
});

test('a replaced key is disabled once, and what others wrote is left alone', async () => {
  const azure = await trustedAzure();
  await vaultClient(azure).setSecret(name, 'old', { tags: replaced });
  await vaultClient(azure).setSecret(name, 'of others');
  const vault = vaultOf(azure);

  await vault.store(key);
  await vault.store(key);

  expect(values(azure)).toEqual([
    ['old', false],
    ['of others', true],
    ['new', true],
  ]);
  expect(azure.calls.filter(({ operation }) => operation === 'updateSecret')).toHaveLength(1);
});

test('a version is found among more than a page has, and so is each replaced one', async () => {
  const azure = await trustedAzure();
  const client = vaultClient(azure);
  const older = Array.from({ length: 60 }, (_, i) => ({ ...replaced, rotationId: `rotation-${i}` }));
  for (const tags of older) await client.setSecret(name, tags.rotationId, { tags });
  const vault = vaultOf(azure);
  const first = await vault.store(key);

  const again = await vault.store(key);

  expect(again).toEqual(first);
  expect(values(azure).filter(([, enabled]) => enabled)).toEqual([['new', true]]);
  expect(values(azure)).toHaveLength(61);
});

test('that the vault could be used is believed for a minute, and not for longer', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const azure = await trustedAzure();
  const vault = vaultOf(azure);
  const refused = { operation: 'listSecretVersions', status: 403, times: Number.POSITIVE_INFINITY } as const;

  const answers = [await vault.ready(account)];
  azure.faults.add(refused);
  vi.advanceTimersByTime(59_000);
  answers.push(await vault.ready(account));
  vi.advanceTimersByTime(2_000);
  answers.push(await vault.ready(account));
  vi.useRealTimers();

  expect(answers.map((answer) => answer?.status)).toEqual([undefined, undefined, 403]);
});
