import { describe, expect, test } from 'vitest';
import type { Resource } from '../bicep.ts';
import type { Deployments } from '../deployments.ts';
import { SET_NAMES } from '../deployments.ts';

/** Abbreviations of the Cloud Adoption Framework; what has none is named by its service. */
const PREFIXES: Readonly<Record<string, string>> = {
  'Microsoft.Resources/resourceGroups': 'rg-',
  'Microsoft.ManagedIdentity/userAssignedIdentities': 'id-',
  'Microsoft.OperationalInsights/workspaces': 'log-',
  'Microsoft.Insights/components': 'appi-',
  'Microsoft.Insights/actionGroups': 'ag-',
  'Microsoft.Storage/storageAccounts': 'st',
  'Microsoft.EventGrid/topics': 'evgt-',
  'Microsoft.Web/serverfarms': 'asp-',
  'Microsoft.Web/sites': 'func-',
  'Microsoft.KeyVault/vaults': 'kv-',
  'Microsoft.Network/virtualNetworks': 'vnet-',
  'Microsoft.Network/networkSecurityGroups': 'nsg-',
  'Microsoft.Network/privateEndpoints': 'pep-',
};

/** Resources that can't have tags of their own. */
const UNTAGGED = /Authorization|diagnosticSettings|\/.+\/|Microsoft\.Insights\/diagnostic/;

export function testHardening(get: () => Deployments): void {
  describe('hardening', () => {
    test.each(SET_NAMES)(
      '%s: the app speaks TLS 1.2 or better only, and takes packages with tokens only',
      (set) => {
        const { httpsOnly, siteConfig } = get().one(set, 'Microsoft.Web/sites').properties;

        expect(httpsOnly).toBe(true);
        expect(siteConfig).toMatchObject({
          minTlsVersion: '1.2',
          scmMinTlsVersion: '1.2',
          ftpsState: 'Disabled',
        });
        expect(get().one(set, 'Microsoft.Web/sites/basicPublishingCredentialsPolicies').properties).toEqual({
          allow: false,
        });
      },
    );

    test.each(SET_NAMES)('%s: telemetry is sent with tokens only', (set) => {
      expect(get().one(set, 'Microsoft.Insights/components').properties.DisableLocalAuth).toBe(true);
      expect(
        get().one(set, 'Microsoft.OperationalInsights/workspaces').properties.features.disableLocalAuth,
      ).toBe(true);
    });

    test.each(SET_NAMES)('%s: no secret is read, set or shown', (set) => {
      const text = JSON.stringify(get().of(set));

      expect(text).not.toMatch(
        /AccountKey|SharedAccessKey|listKeys\(|listSecrets\(|clientSecretSettingName/i,
      );
      expect(get().template.contents).not.toMatch(/\blist[A-Z]\w*\(/);
    });

    test('the topic and the storage services write to the workspace', () => {
      expect(logged(get().ofType('minimal', 'Microsoft.Insights/diagnosticSettings'))).toEqual({
        'storageAccounts/blobServices': ['StorageWrite', 'StorageDelete'],
        'storageAccounts/queueServices': ['StorageWrite', 'StorageDelete'],
        'storageAccounts/tableServices': ['StorageWrite', 'StorageDelete'],
        topics: ['PublishFailures', 'DeliveryFailures', 'DataPlaneRequests'],
      });
      expect(
        logged(get().ofType('full', 'Microsoft.Insights/diagnosticSettings'))[
          'storageAccounts/tableServices'
        ],
      ).toContain('StorageRead');
      expect(
        Object.keys(logged(get().ofType('serviceBus', 'Microsoft.Insights/diagnosticSettings'))),
      ).toEqual(['topics']);
    });

    test('names begin with the abbreviations of the Cloud Adoption Framework', () => {
      const all = [...get().of('full'), ...get().of('function')];
      const wrong = all.filter(({ type, name }) => !name.startsWith(PREFIXES[type] ?? ''));
      const made = new Set(all.map(({ type }) => type));

      expect(wrong.map(({ name }) => name)).toEqual([]);
      expect(Object.keys(PREFIXES).filter((type) => !made.has(type))).toEqual([]);
    });

    test('storage names are of letters and digits, at most 24', () => {
      expect(get().one('full', 'Microsoft.Storage/storageAccounts').name).toMatch(/^[a-z0-9]{3,24}$/);
    });

    test('everything has the tags', () => {
      const without = get()
        .of('full')
        .filter(({ type, tags }) => !UNTAGGED.test(type.replace('Microsoft.', '')) && tags?.team !== 'maps');

      expect(without.map(({ type, name }) => `${type} ${name}`)).toEqual([]);
    });

    test('the app scales as far as is asked for, and no further', () => {
      const scale = (set: 'minimal' | 'full') =>
        get().one(set, 'Microsoft.Web/sites').properties.functionAppConfig.scaleAndConcurrency;

      expect(scale('minimal')).toEqual({ instanceMemoryMB: 2048, maximumInstanceCount: 40 });
      expect(scale('full')).toEqual({ instanceMemoryMB: 4096, maximumInstanceCount: 100 });
    });
  });
}

function logged(settings: readonly Resource[]): Record<string, readonly string[]> {
  const entries = settings.map(({ id, properties }): [string, readonly string[]] => {
    const path = id.split('/providers/')[1]?.split('/') ?? [];
    const on = path
      .slice(1)
      .filter((_, i) => i % 2 === 0)
      .join('/');
    return [on, properties.logs.map(({ category }: { category: string }) => category)];
  });
  return Object.fromEntries(entries.sort());
}
