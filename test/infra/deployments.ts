import { readdirSync, readFileSync } from 'node:fs';
import type { Bicep, Compiled, Resource } from './bicep.ts';

export const SCOPES = [
  '/subscriptions/11111111-1111-1111-1111-111111111111',
  '/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-maps',
  '/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-Other/providers/Microsoft.Maps/accounts/map-one',
] as const;

const CONSUMER = '/subscriptions/55555555-5555-5555-5555-555555555555/resourceGroups/rg-consumer/providers';
export const VAULT =
  '/subscriptions/66666666-6666-6666-6666-666666666666/resourceGroups/rg-vaults/providers/Microsoft.KeyVault/vaults/kv-shared';
const ACTION_GROUP = `${CONSUMER}/Microsoft.Insights/actionGroups/ag-ops`;
/** A role that an organization made itself. */
export const SECRET_WRITER = 'bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb';
const scopes = (list: readonly string[]) =>
  `param rotationScopes = [\n${list.map((id) => `  '${id}'\n`).join('')}]\n`;

/** One set of parameters each: `full` has every optional one. */
const PARAMETERS = {
  minimal: scopes(SCOPES.slice(1, 2)),
  full: `${scopes(SCOPES)}
param resourceGroupName = 'rg-keys'
param policy = { untagged: 'rotate', inUse: 'newest', schedule: '0 0 */12 * * *', maxAge: 'P60D', overlap: 'P14D' }
param eventDestination = { kind: 'storageQueue', storageAccountId: '${CONSUMER}/Microsoft.Storage/storageAccounts/stconsumer', queueName: 'keys' }
param keyVault = { kind: 'existing', vaultId: '${VAULT}' }
param verifyKeys = true
param mapsEndpoint = 'https://eu.atlas.microsoft.com'
param entra = { clientId: '99999999-9999-9999-9999-999999999999', allowedClientIds: ['88888888-8888-8888-8888-888888888888'] }
param privateNetwork = { addressPrefix: '10.80.0.0/24', isAppPrivate: true }
param alerts = { emails: ['ops@example.com'], actionGroupIds: ['${ACTION_GROUP}'], timerSilenceHours: 14 }
param zoneRedundant = true
param nodeVersion = '22'
param instanceMemoryMB = 4096
param maximumInstanceCount = 100
param logRetentionDays = 365
param storageLogs = 'all'
param openTelemetry = true
param otlpEndpoint = 'https://collector.example.com'
param tags = { team: 'maps' }
`,
  serviceBus: `${scopes(SCOPES.slice(0, 1))}
param rotatorRoleName = '77777777-7777-7777-7777-777777777777'
param eventDestination = { kind: 'serviceBusQueue', queueId: '${CONSUMER}/Microsoft.ServiceBus/namespaces/sbns-consumer/queues/keys' }
param keyVault = { kind: 'existing', vaultId: '${VAULT}' }
param secretWriterRoleName = '${SECRET_WRITER}'
param verifyKeys = false
param alerts = { actionGroupIds: ['${ACTION_GROUP}'], timerSilenceHours: 0 }
param storageLogs = 'none'
`,
  function: `${scopes([...SCOPES].reverse().map((id) => id.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions')))}
param resourceGroupName = 'rg-keys'
param privateNetwork = { addressPrefix: '10.80.0.0/24' }
param keyVault = { kind: 'new' }
param eventDestination = { kind: 'azureFunction', functionId: '${CONSUMER}/Microsoft.Web/sites/func-consumer/functions/onKey' }
`,
  webhook: `${scopes(SCOPES.slice(2))}
param keyVault = { kind: 'new' }
param eventDestination = { kind: 'webhook', url: 'https://maps.example.com/events', clientId: 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa' }
`,
} as const;

export type SetName = keyof typeof PARAMETERS;
export const SET_NAMES = Object.keys(PARAMETERS) as readonly SetName[];

export interface Deployments {
  readonly template: Compiled;
  readonly of: (set: SetName) => readonly Resource[];
  readonly ofType: (set: SetName, type: string) => readonly Resource[];
  /** The only one of its type whose name ends like that. */
  readonly one: (set: SetName, type: string, nameEnd?: string) => Resource;
}

/** Compiles the template once, and carries it out once for each set of parameters. */
export async function deployAll(bicep: Bicep): Promise<Deployments> {
  const template = await bicep.build('infra/main.bicep');
  const all = {} as Record<SetName, readonly Resource[]>;
  for (const name of SET_NAMES) all[name] = await bicep.evaluate(name, PARAMETERS[name]);
  const ofType = (set: SetName, type: string) =>
    all[set].filter((resource) => resource.type.toLowerCase() === type.toLowerCase());
  return {
    template,
    of: (set) => all[set],
    ofType,
    one: (set, type, nameEnd = '') => {
      const found = ofType(set, type).filter(({ name }) => name.endsWith(nameEnd));
      if (found.length !== 1 || found[0] === undefined) {
        throw new Error(`${set} has ${found.length} of ${type} …${nameEnd}`);
      }
      return found[0];
    },
  };
}

/** The source files of these folders, as one text. */
export function sourceOf(...folders: readonly string[]): string {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|bicep)$/.test(file))
      .map((file) => `${folder}/${file}`),
  );
  return files.map((file) => readFileSync(file, 'utf8')).join('\n');
}

export function matches(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([all, first]) => first ?? all);
}
