import { cloudOf } from './clouds.ts';

export interface Settings {
  /** ARM id of the Azure Maps account whose key the application uses. */
  readonly accountId: string;
  /** The application's own vault. */
  readonly vaultUri: string;
  readonly secretName: string;
  /** The vault of the rotation app; where unset, keys are read from Azure Resource Manager. */
  readonly sharedVaultUri?: string;
  readonly resourceManagerEndpoint: string;
  readonly mapsEndpoint: string;
  readonly authorityHost: string;
  /** Client id of a user-assigned identity. */
  readonly clientId?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function readSettings(env: Environment): Settings {
  const sharedVaultUri = optional(env, 'SHARED_VAULT_URI');
  const clientId = optional(env, 'AZURE_CLIENT_ID');
  const resourceManagerEndpoint =
    optional(env, 'AZURE_RESOURCE_MANAGER_ENDPOINT') ?? 'https://management.azure.com';
  const cloud = cloudOf(resourceManagerEndpoint);
  return {
    accountId: required(env, 'MAPS_ACCOUNT_ID').replace(/\/$/, ''),
    vaultUri: withoutSlash(required(env, 'VAULT_URI')),
    secretName: optional(env, 'SECRET_NAME') ?? 'maps-key',
    resourceManagerEndpoint,
    mapsEndpoint: optional(env, 'AZURE_MAPS_ENDPOINT') ?? cloud.mapsEndpoint,
    authorityHost: optional(env, 'AZURE_AUTHORITY_HOST') ?? cloud.authorityHost,
    ...(sharedVaultUri !== undefined && { sharedVaultUri: withoutSlash(sharedVaultUri) }),
    ...(clientId !== undefined && { clientId }),
  };
}

function optional(env: Environment, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}

function required(env: Environment, name: string): string {
  const value = optional(env, name);
  if (value === undefined) throw new Error(`The app setting ${name} is missing.`);
  return value;
}

function withoutSlash(uri: string): string {
  return uri.replace(/\/+$/, '');
}
