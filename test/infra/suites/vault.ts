import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Bicep, Resource } from '../bicep.ts';
import type { Deployments, SetName } from '../deployments.ts';
import { SECRET_WRITER, SET_NAMES, VAULT } from '../deployments.ts';

const TYPE = 'Microsoft.KeyVault/vaults';
const DATA_ACTIONS = [
  'Microsoft.KeyVault/vaults/secrets/readMetadata/action',
  'Microsoft.KeyVault/vaults/secrets/setSecret/action',
  'Microsoft.KeyVault/vaults/secrets/update/action',
];

export function testVault(bicep: Bicep, get: () => Deployments): void {
  const settingOf = (set: SetName, name: string): string =>
    get().one(set, 'Microsoft.Web/sites/config', '/appsettings').properties[name];
  const rolesOf = (set: SetName): readonly Resource[] =>
    get()
      .ofType(set, 'Microsoft.Authorization/roleDefinitions')
      .filter(({ properties }) => properties.permissions[0].dataActions.length > 0);
  const assignmentsOf = (set: SetName): readonly Resource[] =>
    get()
      .ofType(set, 'Microsoft.Authorization/roleAssignments')
      .filter(({ id }) => id.includes(TYPE));

  /** As the compiler writes it: what an existing vault says is known to Azure alone. */
  const uriOfApp = (): string =>
    JSON.parse(get().template.contents).resources.app.properties.parameters.keyVaultUri;

  describe('key vault', () => {
    test('one is made where that is asked for, and only there', () => {
      expect(SET_NAMES.filter((set) => get().ofType(set, TYPE).length > 0)).toEqual(['function', 'webhook']);
      expect(get().one('webhook', TYPE).name).toMatch(/^kv-[a-z0-9]{13}$/);
    });

    test.each(['function', 'webhook'] as const)(
      '%s: it goes by roles alone, and outlives its deletion',
      (set) => {
        expect(get().one(set, TYPE).properties).toMatchObject({
          enableRbacAuthorization: true,
          enableSoftDelete: true,
          softDeleteRetentionInDays: 90,
          enablePurgeProtection: true,
          enabledForDeployment: false,
          enabledForDiskEncryption: false,
          enabledForTemplateDeployment: false,
        });
        expect(get().one(set, TYPE).properties.accessPolicies).toBeUndefined();
        expect(get().ofType(set, `${TYPE}/secrets`)).toEqual([]);
      },
    );

    test('with a private network it is closed to all others, else it takes tokens from everywhere', () => {
      const access = (set: SetName) => {
        const { publicNetworkAccess, networkAcls } = get().one(set, TYPE).properties;
        return `${publicNetworkAccess}, ${networkAcls.defaultAction}, ${networkAcls.bypass}`;
      };

      expect(access('function')).toBe('Disabled, Deny, None');
      expect(access('webhook')).toBe('Enabled, Allow, None');
    });

    test('the private endpoint is that of the vault, be it new or not', () => {
      const target = (set: SetName) =>
        get().one(set, 'Microsoft.Network/privateEndpoints', endOf(set)).properties
          .privateLinkServiceConnections[0].properties.privateLinkServiceId;
      const endOf = (set: SetName) => {
        const names = get()
          .ofType(set, 'Microsoft.Network/privateEndpoints')
          .map(({ name }) => name);
        return names.find((name) => name.startsWith('pep-vault-')) ?? '';
      };

      expect(target('full').toLowerCase()).toBe(VAULT.toLowerCase());
      expect(target('function')).toMatch(outputOf('id'));
    });

    test('who used it is in the workspace', () => {
      const [logs] = get()
        .ofType('webhook', 'Microsoft.Insights/diagnosticSettings')
        .filter(({ id }) => id.includes(TYPE));

      expect(logs?.properties.logs).toEqual([{ category: 'AuditEvent', enabled: true }]);
    });

    test.each(['full', 'function', 'webhook'] as const)(
      '%s: the app may store keys, but not read them',
      (set) => {
        const roles = rolesOf(set);

        expect(roles).toHaveLength(1);
        expect(roles[0]?.properties.permissions).toEqual([
          { actions: [], notActions: [], dataActions: DATA_ACTIONS, notDataActions: [] },
        ]);
        expect(roles[0]?.properties.assignableScopes).toEqual([roles[0]?.id.split('/providers/')[0]]);
      },
    );

    test('docs/deploy.md tells what it may do, and what happens to a deleted vault', () => {
      const told = readFileSync('docs/deploy.md', 'utf8');

      expect(DATA_ACTIONS.filter((action) => !told.includes(action))).toEqual([]);
      expect(told).toContain('is kept for 90 days');
    });

    test('the role is assigned on the vault alone, with the definition of its own subscription', () => {
      const onVaults = (['full', 'function'] as const).map((set) => {
        const [assignment, ...others] = assignmentsOf(set);
        expect(others).toEqual([]);
        expect(assignment?.properties.roleDefinitionId).toBe(rolesOf(set)[0]?.id);
        return assignment?.id;
      });

      expect(onVaults[0]).toContain(`extensionResourceId('${VAULT}'`);
      expect(onVaults[1]).toContain(`extensionResourceId('${get().one('function', TYPE).id}'`);
    });

    test('a role that exists is assigned in its place', () => {
      expect(rolesOf('serviceBus')).toEqual([]);
      expect(assignmentsOf('serviceBus').map(({ properties }) => properties.roleDefinitionId)).toEqual([
        `${VAULT.split('/resourceGroups/')[0]}/providers/Microsoft.Authorization/roleDefinitions/${SECRET_WRITER}`,
      ]);
    });

    test('the app finds it by the address that Azure gives it, so in the domain of its cloud', () => {
      expect(settingOf('minimal', 'KEY_VAULT_URI')).toBe('');
      expect(settingOf('webhook', 'KEY_VAULT_URI')).toMatch(outputOf('uri'));
      expect(uriOfApp()).toContain("reference('existingVault').vaultUri");
      expect(get().template.contents).not.toContain('vault.azure.net');
    });

    test('a vault that goes by access policies is refused, since the app could store nothing in it', () => {
      expect(uriOfApp()).toMatch(
        /if\(coalesce\(tryGet\(reference\('existingVault'\), 'enableRbacAuthorization'\), false\(\)\), .+, createObject\('value', fail\(/,
      );
    });

    test('the role is there before the app', () => {
      const { resources } = JSON.parse(get().template.contents);

      expect(resources.app.dependsOn).toContain('secretWriterOnVault');
      expect(resources.secretWriterOnVault.dependsOn).toEqual(
        expect.arrayContaining(['vault', 'secretWriterRole']),
      );
    });

    test('the id of something else is refused', async () => {
      const evaluation = bicep.evaluate(
        'wrong-vault',
        `param rotationScopes = ['/subscriptions/11111111-1111-1111-1111-111111111111']\nparam keyVault = { kind: 'existing', vaultId: '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg' }\n`,
      );

      await expect(evaluation).rejects.toThrow();
    });
  });

  describe('verification', () => {
    test('each new key is tried, unless that is turned off', () => {
      const verifies = SET_NAMES.map((set) => settingOf(set, 'ROTATION_VERIFY'));

      expect(verifies).toEqual(['on', 'on', 'off', 'on', 'on']);
    });

    test('Azure Maps is that of the cloud, unless another one is named', () => {
      const byDefault = settingOf('minimal', 'AZURE_MAPS_ENDPOINT');

      expect(settingOf('full', 'AZURE_MAPS_ENDPOINT')).toBe('https://eu.atlas.microsoft.com');
      expect(byDefault).toContain("equals(environment().name, 'AzureUSGovernment')");
      expect(byDefault).toMatch(/'https:\/\/atlas\.azure\.us', 'https:\/\/atlas\.microsoft\.com'\)/);
    });
  });
}

function outputOf(output: string): RegExp {
  return new RegExp(`format\\('vault-\\{0\\}'.+\\.outputs\\.${output}\\.value`);
}
