import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Deployments } from '../deployments.ts';
import { matches, SET_NAMES, sourceOf } from '../deployments.ts';

export function testStorage(get: () => Deployments): void {
  const namesOf = (type: string) =>
    get()
      .ofType('minimal', `Microsoft.Storage/storageAccounts/${type}`)
      .map(({ name }) => name.split('/').at(-1));

  describe('storage', () => {
    test('the queues are those of the functions', () => {
      const ofFunctions = matches(sourceOf('src/functions'), /queueName: '([^']+)'/g);
      const ofCode = matches(
        readFileSync('src/composition/create-services.ts', 'utf8'),
        /const QUEUE = '([^']+)'/g,
      );

      expect(namesOf('queueServices/queues').sort()).toEqual(
        [...new Set([...ofFunctions, ...ofCode])].sort(),
      );
    });

    test('a message that fails goes where the function for such messages reads', () => {
      const [queue] = matches(
        readFileSync('src/functions/drive-rotation.ts', 'utf8'),
        /queueName: '([^']+)'/g,
      );

      expect(namesOf('queueServices/queues')).toContain(`${queue}-poison`);
    });

    test('host.json names no other queue, storage account or hub', () => {
      const { extensions } = JSON.parse(readFileSync('host.json', 'utf8'));

      expect(Object.keys(extensions).sort()).toEqual(['http', 'queues']);
      expect(extensions.queues.messageEncoding).toBe('base64');
    });

    test('the table is that of the code', () => {
      expect(namesOf('tableServices/tables')).toEqual(
        matches(readFileSync('src/composition/create-services.ts', 'utf8'), /const TABLE = '([^']+)'/g),
      );
    });

    test('the container that the package is deployed to is made before', () => {
      const { value } = get().one('minimal', 'Microsoft.Web/sites').properties.functionAppConfig.deployment
        .storage;

      expect(value).toMatch(/format\('storage-\{0\}'.+outputs\.packageContainerUrl/);
      expect(namesOf('blobServices/containers')).toEqual(['app-package', 'dead-letter']);
    });

    test.each(SET_NAMES)('%s: no key, no anonymous reading, no plain HTTP', (set) => {
      const { properties } = get().one(set, 'Microsoft.Storage/storageAccounts');
      const containers = get().ofType(set, 'Microsoft.Storage/storageAccounts/blobServices/containers');

      expect(properties).toMatchObject({
        allowSharedKeyAccess: false,
        allowBlobPublicAccess: false,
        allowCrossTenantReplication: false,
        defaultToOAuthAuthentication: true,
        isLocalUserEnabled: false,
        minimumTlsVersion: 'TLS1_2',
        supportsHttpsTrafficOnly: true,
      });
      expect(containers.map((container) => container.properties.publicAccess)).toEqual(['None', 'None']);
    });

    test('what was deleted by mistake is kept for a week', () => {
      const { properties } = get().one('minimal', 'Microsoft.Storage/storageAccounts/blobServices');

      expect(properties.deleteRetentionPolicy).toEqual({ enabled: true, days: 7 });
      expect(properties.containerDeleteRetentionPolicy).toEqual({ enabled: true, days: 7 });
    });

    test('availability zones are those of instances and storage alike', () => {
      const spread = SET_NAMES.map((set) => [
        get().one(set, 'Microsoft.Storage/storageAccounts').sku?.name,
        get().one(set, 'Microsoft.Web/serverfarms').properties.zoneRedundant,
      ]);

      expect(spread).toEqual([
        ['Standard_LRS', false],
        ['Standard_ZRS', true],
        ['Standard_LRS', false],
        ['Standard_LRS', false],
        ['Standard_LRS', false],
      ]);
    });
  });
}
