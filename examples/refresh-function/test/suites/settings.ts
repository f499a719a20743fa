import { expect, test } from 'vitest';
import { readSettings } from '../../src/settings.ts';

export function testSettings(): void {
  const least = { MAPS_ACCOUNT_ID: '/subscriptions/1', VAULT_URI: 'https://kv.vault.azure.net/' };

  test.each([
    [undefined, 'https://login.microsoftonline.com', 'https://atlas.microsoft.com'],
    ['https://management.usgovcloudapi.net', 'https://login.microsoftonline.us', 'https://atlas.azure.us'],
    ['https://management.chinacloudapi.cn/', 'https://login.chinacloudapi.cn', 'https://atlas.microsoft.com'],
  ])('SUB-03: with %s the other addresses are of that cloud', (endpoint, authorityHost, mapsEndpoint) => {
    const settings = readSettings({ ...least, AZURE_RESOURCE_MANAGER_ENDPOINT: endpoint });

    expect(settings).toMatchObject({ authorityHost, mapsEndpoint });
  });
}
