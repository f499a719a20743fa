import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { AccountSeed, LocalAzure } from '../../../../tools/local-azure/local-azure.ts';
import { putFirstKey } from '../../src/first-key.ts';
import { firstKeyFrom } from '../../src/key-source.ts';
import { createKeyStore } from '../../src/key-store.ts';
import { APP, credentialOf, vaultOf } from '../scene.ts';

const run = promisify(execFile);

type Times = Pick<AccountSeed, 'primaryKeyLastUpdated' | 'secondaryKeyLastUpdated'>;

export function testFirstKey(get: () => LocalAzure): void {
  const start = (name: string, times: Times) => {
    const azure = get();
    const subscriptionId = '21a9967a-e8a9-4656-a70b-96ff1c4d05a0';
    const accountId = azure.accounts.add({ subscriptionId, resourceGroup: 'rg-Maps', name, ...times });
    const vault = vaultOf(azure);
    const parts = {
      readFirstKey: firstKeyFrom(credentialOf(azure), azure.endpoint, accountId),
      store: createKeyStore(vault, name),
    };
    return { accountId, vault, parts, keys: azure.accounts.keys(accountId) };
  };

  test.each<[string, string, 'primary' | 'secondary', Times]>([
    [
      'of a new account',
      'first-new',
      'primary',
      {
        primaryKeyLastUpdated: '2026-11-25T16:31:22.3184321Z',
        secondaryKeyLastUpdated: '2026-11-25T16:31:22.3185Z',
      },
    ],
    [
      'of one whose secondary was regenerated',
      'first-changed',
      'secondary',
      {
        primaryKeyLastUpdated: '2026-11-25T16:31:22.3184321Z',
        secondaryKeyLastUpdated: '2026-11-26T16:31:22.3185Z',
      },
    ],
  ])('ARM-11: the first key %s is put there, with its time, and once', async (_, name, keyType, times) => {
    const { vault, parts, keys } = start(name, times);

    expect(await putFirstKey(parts)).toBe(keyType);
    expect(await putFirstKey(parts)).toBeUndefined();

    const { value, properties } = await vault.getSecret(name);
    expect(value).toBe(keys[`${keyType}Key`]);
    expect(properties.tags).toEqual({ keyType, keyLastUpdated: times[`${keyType}KeyLastUpdated`] });
  });

  test('ARM-11: so does the command', async () => {
    const azure = get();
    const { accountId, vault, keys } = start('first-by-command', {});
    const settings = {
      MAPS_ACCOUNT_ID: accountId,
      VAULT_URI: azure.vaultUri,
      SECRET_NAME: 'first-by-command',
    };

    const { stdout } = await run(process.execPath, [`${APP}/src/put-first-key.ts`], {
      env: { ...process.env, ...azure.environment(), ...settings },
    });

    expect(stdout).toBe('The secret first-by-command has the primary key now.\n');
    expect((await vault.getSecret('first-by-command')).value).toBe(keys.primaryKey);
  });

  test('what somebody put there by hand stays', async () => {
    const { vault, parts } = start('first-by-hand', {});
    await vault.setSecret('first-by-hand', 'by hand');

    expect(await putFirstKey(parts)).toBeUndefined();
    expect((await vault.getSecret('first-by-hand')).value).toBe('by hand');
  });
}
