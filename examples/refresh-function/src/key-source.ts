import { AzureMapsManagementClient } from '@azure/arm-maps';
import type { TokenCredential } from '@azure/identity';
import { parseKeyVaultSecretIdentifier, type SecretClient } from '@azure/keyvault-secrets';
import { isLater } from 'maps-key-rotation/events';
import type { Parts } from './refresh-key.ts';

/** From Azure Resource Manager: the key of that type as it is now. */
export function fromResourceManager(credential: TokenCredential, endpoint: string): Parts['readKey'] {
  return async ({ data }) => {
    const { subscriptionId, resourceGroupName, accountName, keyType } = data;
    const { accounts } = new AzureMapsManagementClient(credential, subscriptionId, { endpoint });
    const keys = await accounts.listKeys(resourceGroupName, accountName);
    const [value, time] =
      keyType === 'primary'
        ? [keys.primaryKey, keys.primaryKeyLastUpdated]
        : [keys.secondaryKey, keys.secondaryKeyLastUpdated];
    const keyLastUpdated = time ?? data.keyLastUpdated;
    if (value === undefined || isLater(data.keyLastUpdated, keyLastUpdated)) {
      throw new Error('Azure Resource Manager does not show the new key yet.');
    }
    return { value, keyType, ...(keyLastUpdated !== undefined && { keyLastUpdated }) };
  };
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
