import type { MapsAccount, MapsAccountKeys } from '@azure/arm-maps';
import { RestError } from '@azure/core-rest-pipeline';
import type { AccountKeys, AccountReading } from '../../app/ports/ports.ts';
import { isUuid } from '../../core/known-forms.ts';
import { Secret } from '../../core/secret.ts';
import { fromMilliseconds, isTimestamp } from '../../core/time.ts';

/** Throws where the answer lacks a key: it is no answer of ARM's, whatever its status. */
export function toAccountKeys({ primaryKey, secondaryKey, ...keys }: MapsAccountKeys): AccountKeys {
  if (!primaryKey || !secondaryKey) throw new RestError('The answer has no keys.', { statusCode: 200 });
  const primary = toTime(keys.primaryKeyLastUpdated);
  const secondary = toTime(keys.secondaryKeyLastUpdated);
  return {
    primaryKey: new Secret(primaryKey),
    secondaryKey: new Secret(secondaryKey),
    times: { ...(primary && { primary }), ...(secondary && { secondary }) },
  };
}

/** What has not the form of a time could be anything, and is no time. */
function toTime(said: unknown): string | undefined {
  return typeof said === 'string' && isTimestamp(said) ? said : undefined;
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
      ...(provisioningState !== undefined && { provisioningState: toState(provisioningState) }),
      ...(!Number.isNaN(modifiedAt) && { modifiedAt: fromMilliseconds(modifiedAt) }),
    },
  };
}

/** One short word. */
function toState(said: unknown): string {
  return typeof said === 'string' && /^[A-Za-z]{1,15}$/.test(said) ? said : 'Unknown';
}
