import { AzureMapsManagementClient } from '@azure/arm-maps';
import type { TokenCredential } from '@azure/identity';
import { isLater } from 'maps-key-rotation/events';
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

  async function read(): Promise<{ primary: MapsKey; secondary: MapsKey }> {
    const abortSignal = AbortSignal.timeout(readTimeout);
    const keys = await client.accounts.listKeys(resourceGroupName, accountName, { abortSignal });
    return {
      primary: toKey('primary', keys.primaryKey, keys.primaryKeyLastUpdated),
      secondary: toKey('secondary', keys.secondaryKey, keys.secondaryKeyLastUpdated),
    };
  }

  return {
    async readCurrent() {
      const { primary, secondary } = await read();
      return isLater(secondary.keyLastUpdated, primary.keyLastUpdated) ? secondary : primary;
    },
    async readAnnounced({ data }) {
      const key = (await read())[data.keyType];
      if (isLater(data.keyLastUpdated, key.keyLastUpdated)) {
        throw new Error('Azure Resource Manager does not show the new key yet.');
      }
      return key;
    },
  };
}

function toKey(
  keyType: MapsKey['keyType'],
  value: string | undefined,
  keyLastUpdated: string | undefined,
): MapsKey {
  if (!value) throw new Error('The account has no such key.');
  return { keyType, value, keyLastUpdated };
}
