import { cloudOf } from './clouds.ts';

export type MapsAccount = {
  readonly id: string;
  readonly subscriptionId: string;
  readonly resourceGroupName: string;
  readonly accountName: string;
};

/** Whose tokens the webhook takes. */
export type WebhookSettings = {
  readonly tenantId: string;
  readonly audience: string;
  readonly authorityHost: string;
  readonly eventGridAppId: string;
};

export type Settings = {
  readonly port: number;
  readonly account: MapsAccount;
  readonly mapsEndpoint: string;
  readonly resourceManagerEndpoint: string;
  /** Where unset, keys are read from Azure Resource Manager. */
  readonly keyVaultUri: string | undefined;
  readonly clientId: string | undefined;
  readonly rereadMinutes: number;
  readonly webhook: WebhookSettings;
};

type Environment = Readonly<Record<string, string | undefined>>;

const accountIds =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Maps\/accounts\/([^/]+)$/i;

export function readSettings(environment: Environment): Settings {
  const read = (name: string) => environment[name] || undefined;
  const need = (name: string) => read(name) ?? fail(name, 'is missing');
  const url = (name: string, usual: string) => toOrigin(name, read(name) ?? usual);
  const resourceManagerEndpoint = url('AZURE_RESOURCE_MANAGER_ENDPOINT', 'https://management.azure.com');
  const cloud = cloudOf(resourceManagerEndpoint);
  return {
    port: toNumber('PORT', read('PORT') ?? '8080'),
    account: toAccount(need('MAPS_ACCOUNT_ID')),
    mapsEndpoint: url('AZURE_MAPS_ENDPOINT', cloud.mapsEndpoint),
    resourceManagerEndpoint,
    keyVaultUri: read('KEY_VAULT_URI') && url('KEY_VAULT_URI', ''),
    clientId: read('AZURE_CLIENT_ID'),
    rereadMinutes: toNumber('KEY_REREAD_MINUTES', read('KEY_REREAD_MINUTES') ?? '5'),
    webhook: {
      tenantId: need('WEBHOOK_TENANT_ID').toLowerCase(),
      audience: need('WEBHOOK_AUDIENCE'),
      authorityHost: url('AZURE_AUTHORITY_HOST', cloud.authorityHost),
      eventGridAppId: read('WEBHOOK_EVENT_GRID_APP_ID')?.toLowerCase() ?? cloud.eventGridAppId,
    },
  };
}

function toAccount(id: string): MapsAccount {
  const [, subscriptionId, resourceGroupName, accountName] = accountIds.exec(id) ?? [];
  if (!subscriptionId || !resourceGroupName || !accountName) {
    return fail('MAPS_ACCOUNT_ID', 'is no ARM id of an Azure Maps account');
  }
  return { id, subscriptionId, resourceGroupName, accountName };
}

function toOrigin(name: string, text: string): string {
  if (!URL.canParse(text) || new URL(text).protocol !== 'https:') return fail(name, 'is no https URL');
  return new URL(text).origin;
}

function toNumber(name: string, text: string): number {
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 ? value : fail(name, 'is no number');
}

function fail(name: string, reason: string): never {
  throw new Error(`The setting ${name} ${reason}.`);
}
