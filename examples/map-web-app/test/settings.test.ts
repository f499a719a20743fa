import { expect, test } from 'vitest';
import { accountPath } from '../../../test/tools/local-azure/helpers.ts';
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
  [
    'https://management.usgovcloudapi.net',
    'https://atlas.azure.us',
    'https://login.microsoftonline.us',
    '54316b56-3481-47f9-8f30-0300f5542a7b',
  ],
  [
    'https://management.chinacloudapi.cn/',
    'https://atlas.microsoft.com',
    'https://login.chinacloudapi.cn',
    '4962773b-9cdb-44cf-a8bf-237846a00ab7',
  ],
])('SUB-03: with %s the others are of that cloud, too', (endpoint, mapsEndpoint, authorityHost, appId) => {
  const settings = readSettings({ ...least, AZURE_RESOURCE_MANAGER_ENDPOINT: endpoint });

  expect(settings).toMatchObject({ mapsEndpoint, webhook: { authorityHost, eventGridAppId: appId } });
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
