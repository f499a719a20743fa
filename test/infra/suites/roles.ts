import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Resource } from '../bicep.ts';
import type { Deployments, SetName } from '../deployments.ts';
import { SCOPES, SET_NAMES } from '../deployments.ts';

const BUILT_IN: Readonly<Record<string, string>> = {
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 'Storage Blob Data Owner',
  '974c5e8b-45b9-4653-ba55-5f855dd0fb88': 'Storage Queue Data Contributor',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3': 'Storage Table Data Contributor',
  'ba92f5b4-2d11-453d-a403-e96b0029c9fe': 'Storage Blob Data Contributor',
  'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a': 'Storage Queue Data Message Sender',
  'd5a91429-5739-47e2-a06b-3470a27159e7': 'EventGrid Data Sender',
  '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
  '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39': 'Azure Service Bus Data Sender',
};

const WRITES_SECRETS = 'identity: secret writer on Microsoft.KeyVault/vaults';

/** What an identity may do in every installation: who, which role, on what. */
const ALWAYS = [
  'identity: EventGrid Data Sender on Microsoft.EventGrid/topics',
  'identity: Monitoring Metrics Publisher on Microsoft.Insights/components',
  'identity: Storage Blob Data Owner on Microsoft.Storage/storageAccounts',
  'identity: Storage Queue Data Contributor on Microsoft.Storage/storageAccounts',
  'identity: Storage Table Data Contributor on Microsoft.Storage/storageAccounts',
  'topic: Storage Blob Data Contributor on Microsoft.Storage/storageAccounts/blobServices/containers',
];
const FULL_SCOPES = [
  'identity: rotator on a subscription',
  'identity: rotator on a resource group',
  'identity: rotator on Microsoft.Maps/accounts',
];
const EXPECTED: Readonly<Record<SetName, readonly string[]>> = {
  minimal: [...ALWAYS, 'identity: rotator on a resource group'],
  full: [
    ...ALWAYS,
    ...FULL_SCOPES,
    WRITES_SECRETS,
    'topic: Storage Queue Data Message Sender on Microsoft.Storage/storageAccounts/queueServices/queues',
  ],
  serviceBus: [
    ...ALWAYS,
    'identity: rotator on a subscription',
    WRITES_SECRETS,
    'topic: Azure Service Bus Data Sender on Microsoft.ServiceBus/namespaces/queues',
  ],
  function: [...ALWAYS, ...FULL_SCOPES, WRITES_SECRETS],
  webhook: [...ALWAYS, 'identity: rotator on Microsoft.Maps/accounts', WRITES_SECRETS],
};

const ACTIONS = [
  'Microsoft.Maps/accounts/read',
  'Microsoft.Maps/accounts/listKeys/action',
  'Microsoft.Maps/accounts/regenerateKey/action',
];

export function testRoles(get: () => Deployments): void {
  describe('roles', () => {
    test.each(SET_NAMES)('%s: no identity may do more than this', (set) => {
      const assignments = get()
        .ofType(set, 'Microsoft.Authorization/roleAssignments')
        .map(describeAssignment);

      expect(assignments.sort()).toEqual([...EXPECTED[set]].sort());
    });

    test.each(SET_NAMES)('%s: the custom role has three actions, none of them with a wildcard', (set) => {
      const roles = get()
        .ofType(set, 'Microsoft.Authorization/roleDefinitions')
        .filter(({ properties }) => properties.permissions[0].dataActions.length === 0);

      expect(roles).toHaveLength({ minimal: 1, full: 2, serviceBus: 0, function: 2, webhook: 1 }[set]);
      for (const { id, properties } of roles) {
        expect(properties.permissions).toEqual([
          { actions: ACTIONS, notActions: [], dataActions: [], notDataActions: [] },
        ]);
        expect(properties.assignableScopes).toEqual([id.split('/providers/')[0]]);
      }
    });

    test('the role is assigned on each scope of the setting, with the definition of its own subscription', () => {
      const rotators = get()
        .ofType('full', 'Microsoft.Authorization/roleAssignments')
        .filter((one) => roleOf(one) === 'rotator');
      const definitions = get()
        .ofType('full', 'Microsoft.Authorization/roleDefinitions')
        .map(({ id }) => id);
      const { ROTATION_SCOPES } = get().one('full', 'Microsoft.Web/sites/config', 'appsettings').properties;

      expect(ROTATION_SCOPES).toBe(SCOPES.join(','));
      expect(rotators.map((one) => scopeOf(one).toLowerCase()).sort()).toEqual(
        SCOPES.map((id) => id.toLowerCase()).sort(),
      );
      for (const rotator of rotators) {
        const { roleDefinitionId } = rotator.properties;
        expect(definitions).toContain(roleDefinitionId);
        expect(roleDefinitionId.split('/')[2]).toBe(scopeOf(rotator).split('/')[2]);
      }
    });

    test('a custom role that exists is assigned in its place', () => {
      const rotators = get()
        .ofType('serviceBus', 'Microsoft.Authorization/roleAssignments')
        .filter((one) => roleOf(one) === 'rotator');

      expect(rotators.map(({ properties }) => properties.roleDefinitionId)).toEqual([
        `${SCOPES[0]}/providers/Microsoft.Authorization/roleDefinitions/77777777-7777-7777-7777-777777777777`,
      ]);
    });

    // Roles take minutes to spread: https://github.com/Azure/azure-dev/issues/8026
    test('the roles are made before the app that needs them', () => {
      const { resources } = JSON.parse(get().template.contents);

      expect(resources.app.dependsOn).toContain('roles');
    });

    test('QUE-10: on storage the app has the three data roles that its host needs, and nothing wider', () => {
      const onStorage = get()
        .ofType('minimal', 'Microsoft.Authorization/roleAssignments')
        .map(describeAssignment)
        .filter((text) => /^identity: .*storageAccounts$/.test(text));

      expect(onStorage).toHaveLength(3);
      expect(onStorage.join()).toContain('Storage Queue Data Contributor');
      expect(onStorage.join()).toContain('Storage Blob Data Owner');
    });

    test.each(['docs/deploy.md'])('%s tells each of them', (file) => {
      const told = readFileSync(file, 'utf8');
      const roles = SET_NAMES.flatMap((set) =>
        get().ofType(set, 'Microsoft.Authorization/roleAssignments').map(roleOf),
      );

      expect([...new Set(roles)].filter((role) => !told.toLowerCase().includes(role.toLowerCase()))).toEqual(
        [],
      );
      expect(ACTIONS.filter((action) => !told.includes(action))).toEqual([]);
    });
  });
}

function describeAssignment(assignment: Resource): string {
  const who = /format\('(\w+)-\{0\}'/.exec(assignment.properties.principalId)?.[1];
  return `${who}: ${roleOf(assignment)} on ${kindOf(scopeOf(assignment))}`;
}

/** What an assignment is on. Its name hangs on the principal, so the CLI leaves its id an expression. */
function scopeOf({ id }: Resource): string {
  const [, kind, first, second] = /^\[(\w+)\('([^']+)', '([^']+)'/.exec(id) ?? [];
  switch (kind) {
    case 'subscriptionResourceId':
      return `/subscriptions/${first}`;
    case 'resourceId':
      return `/subscriptions/${first}/resourceGroups/${second}`;
    case 'extensionResourceId':
      return first ?? '';
    default:
      throw new Error(`An assignment has an id of another form: ${id}`);
  }
}

function kindOf(scope: string): string {
  const [container = '', path] = scope.split('/providers/');
  if (path === undefined)
    return container.includes('/resourceGroups/') ? 'a resource group' : 'a subscription';
  const [namespace, ...rest] = path.split('/');
  return [namespace, ...rest.filter((_, i) => i % 2 === 0)].join('/');
}

function roleOf({ id, properties }: Resource): string {
  const role = properties.roleDefinitionId.split('/').at(-1);
  return BUILT_IN[role] ?? (id.includes('Microsoft.KeyVault') ? 'secret writer' : 'rotator');
}
