import { expect, test } from 'vitest';
import { accountPath } from '../../../test/local/azure/helpers.ts';
import { readSettings } from '../src/settings.ts';

const least = { MAPS_ACCOUNT_ID: accountPath, WEBHOOK_TENANT_ID: 'ABC', WEBHOOK_AUDIENCE: 'api://map' };

test('three settings are enough, for the public cloud', () => {
  expect(readSettings(least)).toMatchObject({
    port: 8080,
    account: { id: accountPath, resourceGroupName: 'rg-Maps', accountName: 'Maps1' },
    mapsEndpoint: 'https://atlas.microsoft.com',
    resourceManagerEndpoint: 'https://management.azure.com',
    keyVaultUri: undefined,
    webhook: { tenantId: 'abc', authorityHost: 'https://login.microsoftonline.com' },
  });
});

test.each([
  ['MAPS_ACCOUNT_ID', undefined, 'is missing'],
  ['MAPS_ACCOUNT_ID', 'maps1', 'is no ARM id'],
  ['WEBHOOK_AUDIENCE', '', 'is missing'],
  ['KEY_VAULT_URI', 'http://kv.vault.azure.net', 'is no https URL'],
  ['PORT', 'x', 'is no number'],
])('%s as %s is refused', (name, value, reason) => {
  expect(() => readSettings({ ...least, [name]: value })).toThrow(`The setting ${name} ${reason}`);
});
