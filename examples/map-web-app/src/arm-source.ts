import { AzureMapsManagementClient, type MapsAccountKeys } from '@azure/arm-maps';
import type { TokenCredential } from '@azure/identity';
import { isLater, keyToStartWith } from 'maps-key-rotation/events';
import type { MapsKey } from './key-holder.ts';
import { type KeySource, readTimeout } from './key-source.ts';
import type { Settings } from './settings.ts';

/** Takes Microsoft.Maps/accounts/listKeys/action on the account. */
export function createArmSource(
  { account, resourceManagerEndpoint }: Pick<Settings, 'account' | 'resourceManagerEndpoint'>,
  credential: TokenCredential,
): KeySource {
  const { subscriptionId, resourceGroupName, accountName } = account;
  const client = new AzureMapsManagementClient(credential, subscriptionId, {
    endpoint: resourceManagerEndpoint,
  });

  const read = () =>
    client.accounts.listKeys(resourceGroupName, accountName, {
      abortSignal: AbortSignal.timeout(readTimeout),
    });

  return {
    async readCurrent() {
      const keys = await read();
      return toKey(keys, keyToStartWith(keys));
    },
    async readAnnounced({ data }) {
      const key = toKey(await read(), data.keyType);
      if (isLater(data.keyLastUpdated, key.keyLastUpdated)) {
        throw new Error('Azure Resource Manager does not show the new key yet.');
      }
      return key;
    },
  };
}

function toKey(keys: MapsAccountKeys, keyType: MapsKey['keyType']): MapsKey {
  const value = keys[`${keyType}Key`];
  if (!value) throw new Error('The account has no such key.');
  return { keyType, value, keyLastUpdated: keys[`${keyType}KeyLastUpdated`] };
}
