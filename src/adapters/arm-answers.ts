import type { MapsAccount, MapsAccountKeys } from '@azure/arm-maps';
import { RestError } from '@azure/core-rest-pipeline';
import type { AccountKeys, AccountReading } from '../app/ports.ts';
import { Secret } from '../core/secret.ts';
import { fromMilliseconds } from '../core/time.ts';
import { isUuid } from '../core/work-message.ts';

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
  const { disableLocalAuth, provisioningState, uniqueId } = account.properties ?? {};
  const modifiedAt = account.systemData?.lastModifiedAt?.getTime() ?? Number.NaN;
  return {
    id: account.id ?? id,
    ...(isUuid(uniqueId) && { uniqueId: uniqueId.toLowerCase() }),
    facts: {
      tags: account.tags ?? {},
      disableLocalAuth: disableLocalAuth ?? false,
      ...(provisioningState !== undefined && { provisioningState }),
      ...(!Number.isNaN(modifiedAt) && { modifiedAt: fromMilliseconds(modifiedAt) }),
    },
  };
}
