import type { MapsAccount, MapsAccountKeys } from '@azure/arm-maps';
import { RestError } from '@azure/core-rest-pipeline';
import type { AccountKeys, AccountReading } from '../app/ports.ts';
import { Secret } from '../core/secret.ts';

/** Throws where the answer lacks a key: it is no answer of ARM's, whatever its status. */
export function toAccountKeys({ primaryKey, secondaryKey, ...keys }: MapsAccountKeys): AccountKeys {
  if (!primaryKey || !secondaryKey) throw new RestError('The answer has no keys.', { statusCode: 200 });
  const { primaryKeyLastUpdated: primary, secondaryKeyLastUpdated: secondary } = keys;
  return {
    primaryKey: new Secret(primaryKey),
    secondaryKey: new Secret(secondaryKey),
    times: { ...(primary && { primary }), ...(secondary && { secondary }) },
  };
}

export function toAccountReading(account: MapsAccount, id: string): AccountReading {
  const { disableLocalAuth, provisioningState } = account.properties ?? {};
  return {
    id: account.id ?? id,
    facts: {
      tags: account.tags ?? {},
      disableLocalAuth: disableLocalAuth ?? false,
      ...(provisioningState !== undefined && { provisioningState }),
    },
  };
}
