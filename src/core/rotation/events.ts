import { parseAccountId } from '../account/account.ts';
import type { KeyType } from '../account/key-type.ts';
import { otherKey } from '../account/key-type.ts';
import { readableTime } from '../time.ts';
import type { TraceContext } from '../trace-context.ts';
import type { Reason, Rotation, RotationState, Trigger } from './rotation.ts';

interface RotatedKey {
  readonly rotationId: string;
  readonly accountId: string;
  readonly accountName: string;
  readonly resourceGroupName: string;
  readonly subscriptionId: string;
  /** The ARM ids that the account had before it was moved, where it was since both its keys were regenerated. */
  readonly formerAccountIds?: string[];
  readonly keyType: KeyType;
  readonly trigger: Trigger;
  readonly reason: Reason;
}

/** Data of a `KeyRegenerated` event. Times are as ARM wrote them. No key: consumers read it with their own identity. */
export interface KeyRegeneratedData extends RotatedKey {
  readonly keyLastUpdated?: string;
  readonly otherKeyLastUpdated?: string;
  /** The Key Vault secret that holds the key, with its version. */
  readonly secretId?: string;
  /** Whether Azure Maps accepted the key before this event; absent where it was not tried. */
  readonly verified?: boolean;
}

/** Data of a `KeyRotationFailed` event. */
export interface KeyRotationFailedData extends RotatedKey {
  readonly state: RotationState;
  readonly keyRegenerated: boolean;
  readonly error: { readonly code: string; readonly message: string };
}

/** A CloudEvents 1.0 event, before the client adds `specversion` and writes the time. */
export type RotationEvent = {
  readonly id: string;
  readonly source: string;
  readonly subject: string;
  /** RFC 3339; when ARM says that the key was updated. Absent on a failure: the client's own time holds. */
  readonly time?: string;
  /** Where the rotation started; CloudEvents' distributed tracing extension. */
  readonly trace?: TraceContext;
} & (
  | { readonly type: 'KeyRegenerated'; readonly data: KeyRegeneratedData }
  | { readonly type: 'KeyRotationFailed'; readonly data: KeyRotationFailedData }
);

/** The event that a rotation owes: the same at each redelivery, so that consumers drop repeats by its id. */
export function rotationEvent(rotation: Rotation): RotationEvent {
  const key = rotatedKey(rotation);
  // CloudEvents wants a URI reference there, and names of resource groups may have letters that no URI has.
  const source = encodeURI(rotation.accountId);
  const subject = `accounts/${key.accountName}/keys/${rotation.keyType}`;
  const about = { source, subject, ...(rotation.trace && { trace: rotation.trace }) };
  if (rotation.state === 'failed') {
    const { code, message } = rotation.failure ?? { code: 'Unknown', message: 'The reason was not kept.' };
    const data = { ...key, state: 'started' as const, keyRegenerated: false, error: { code, message } };
    return { id: `${rotation.rotationId}/failed`, ...about, type: 'KeyRotationFailed', data };
  }
  const keyLastUpdated = readableTime(rotation.after?.[rotation.keyType]);
  const otherKeyLastUpdated = readableTime(rotation.after?.[otherKey(rotation.keyType)]);
  const data = {
    ...key,
    ...(keyLastUpdated !== undefined && { keyLastUpdated }),
    ...(otherKeyLastUpdated !== undefined && { otherKeyLastUpdated }),
    ...(rotation.secretId !== undefined && { secretId: rotation.secretId }),
    ...(rotation.verified !== undefined && { verified: rotation.verified }),
  };
  const time = keyLastUpdated !== undefined && { time: keyLastUpdated };
  return { id: rotation.rotationId, ...about, type: 'KeyRegenerated', ...time, data };
}

function rotatedKey(rotation: Rotation): RotatedKey {
  const { rotationId, accountId, formerAccountIds, keyType, trigger, reason } = rotation;
  const account = parseAccountId(accountId);
  if (account === undefined) throw new Error(`Rotation ${rotationId} names no Maps account: ${accountId}`);
  const former = formerAccountIds !== undefined && { formerAccountIds: [...formerAccountIds] };
  return { rotationId, accountId, ...account, ...former, keyType, trigger, reason };
}
