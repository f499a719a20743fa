import { otherKey } from '../../core/account/key-type.ts';
import type { Rotation } from '../../core/rotation/rotation.ts';
import { readableTime } from '../../core/time.ts';
import type { StoredRotation } from '../ports/ports.ts';

/** A rotation as callers see it. Times are RFC 3339. */
export interface RotationAnswer {
  readonly rotationId: string;
  readonly accountId: string;
  readonly keyType: Rotation['keyType'];
  readonly state: Rotation['state'];
  readonly trigger: Rotation['trigger'];
  readonly reason: Rotation['reason'];
  readonly attempt: number;
  readonly updatedAt?: string;
  readonly keyLastUpdated?: string;
  readonly otherKeyLastUpdated?: string;
  /** The versioned id of the Key Vault secret that holds the new key. */
  readonly secretId?: string;
  /** Whether Azure Maps accepted the new key before its event. */
  readonly verified?: boolean;
  /** Why it failed, or what it waits for. */
  readonly error?: { readonly code: string; readonly message: string };
}

export function toRotationAnswer(rotation: Rotation, writtenAt?: string): RotationAnswer {
  const { rotationId, accountId, keyType, state, trigger, reason, attempt, after, failure } = rotation;
  const { secretId, verified } = rotation;
  const keyLastUpdated = readableTime(after?.[keyType]);
  const otherKeyLastUpdated = readableTime(after?.[otherKey(keyType)]);
  return {
    rotationId,
    accountId,
    keyType,
    state,
    trigger,
    reason,
    attempt,
    ...(writtenAt !== undefined && { updatedAt: writtenAt }),
    ...(keyLastUpdated !== undefined && { keyLastUpdated }),
    ...(otherKeyLastUpdated !== undefined && { otherKeyLastUpdated }),
    ...(secretId !== undefined && { secretId }),
    ...(verified !== undefined && { verified }),
    ...(failure && { error: { code: failure.code, message: failure.message } }),
  };
}

export function storedAnswer(found: StoredRotation): RotationAnswer {
  return toRotationAnswer(found.rotation, found.writtenAt);
}
