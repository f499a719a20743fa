import { AzureMapsManagementClient, type MapsAccountKeys } from '@azure/arm-maps';
import type { TokenCredential } from '@azure/identity';
import { parseKeyVaultSecretIdentifier, type SecretClient } from '@azure/keyvault-secrets';
import { isLater, keyToStartWith } from 'maps-key-rotation/events';
import type { FirstKeyParts } from './first-key.ts';
import type { MapsKey, Parts } from './refresh-key.ts';

/** From Azure Resource Manager: the key of that type as it is now. */
export function fromResourceManager(credential: TokenCredential, endpoint: string): Parts['readKey'] {
  return async ({ data }) => {
    const { subscriptionId, resourceGroupName, accountName, keyType } = data;
    const { accounts } = new AzureMapsManagementClient(credential, subscriptionId, { endpoint });
    const key = toKey(await accounts.listKeys(resourceGroupName, accountName), keyType);
    if (isLater(data.keyLastUpdated, key.keyLastUpdated ?? data.keyLastUpdated)) {
      throw new Error('Azure Resource Manager does not show the new key yet.');
    }
    return { ...(data.keyLastUpdated !== undefined && { keyLastUpdated: data.keyLastUpdated }), ...key };
  };
}

const ACCOUNT_ID =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Maps\/accounts\/([^/]+)$/i;

/** From Azure Resource Manager, by the rule that the rotation app goes by too. */
export function firstKeyFrom(
  credential: TokenCredential,
  endpoint: string,
  accountId: string,
): FirstKeyParts['readFirstKey'] {
  return async () => {
    const [, subscriptionId = '', resourceGroup = '', accountName = ''] = ACCOUNT_ID.exec(accountId) ?? [];
    if (accountName === '') throw new Error('MAPS_ACCOUNT_ID is no ARM id of an Azure Maps account.');
    const { accounts } = new AzureMapsManagementClient(credential, subscriptionId, { endpoint });
    const keys = await accounts.listKeys(resourceGroup, accountName);
    return toKey(keys, keyToStartWith(keys));
  };
}

function toKey(keys: MapsAccountKeys, keyType: MapsKey['keyType']): MapsKey {
  const value = keys[`${keyType}Key`];
  if (!value) throw new Error('The account has no such key.');
  const keyLastUpdated = keys[`${keyType}KeyLastUpdated`];
  return { value, keyType, ...(keyLastUpdated && { keyLastUpdated }) };
}

/** From the vault into which the rotation app puts each key: the very key of the event. */
export function fromSharedVault(client: SecretClient): Parts['readKey'] {
  return async ({ data }) => {
    const { secretId, keyType, keyLastUpdated } = data;
    // Only that vault is asked: an event must not choose who gets to see a token.
    if (secretId === undefined || !secretId.startsWith(`${client.vaultUrl}/secrets/`)) {
      throw new Error(`The event names no secret of ${client.vaultUrl}.`);
    }
    const { name, version = '' } = parseKeyVaultSecretIdentifier(secretId);
    const value = await readVersion(client, name, version);
    return value === undefined
      ? undefined
      : { value, keyType, ...(keyLastUpdated !== undefined && { keyLastUpdated }) };
  };
}

/** Undefined where it is disabled: the rotation app does that to versions whose key no longer exists. */
async function readVersion(client: SecretClient, name: string, version: string): Promise<string | undefined> {
  try {
    return (await client.getSecret(name, { version })).value;
  } catch (error) {
    for await (const other of client.listPropertiesOfSecretVersions(name)) {
      if (other.version === version && other.enabled === false) return undefined;
    }
    throw error;
  }
}
