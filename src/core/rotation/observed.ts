import type { KeyType } from '../account/key-type.ts';
import { KEY_TYPES } from '../account/key-type.ts';
import { toInstant } from '../time.ts';
import type { AccountRecord } from './account-record.ts';
import { namesOf } from './account-record.ts';
import type { KeySnapshot } from './key-snapshot.ts';
import { compareKey } from './key-snapshot.ts';
import type { Rotation } from './rotation.ts';

/**
 * The keys that others regenerated since they were last seen, the earlier one first: consumers must be told of them as
 * of our own. Nobody's word is needed that it was others: our own changes are seen in the transaction that saves them.
 */
export function keysChangedByOthers(record: AccountRecord, keys: KeySnapshot): KeyType[] {
  const { seen } = record;
  if (seen === undefined) return [];
  const changedAt = (keyType: KeyType) => toInstant(keys[keyType]) ?? 0n;
  return KEY_TYPES.filter((keyType) => compareKey(keyType, seen, keys) === 'changed').sort((a, b) =>
    changedAt(a) < changedAt(b) ? -1 : 1,
  );
}

/** A regeneration that others did, as a rotation that has only its event to send. */
export function observedRotation(
  rotationId: string,
  record: AccountRecord,
  keyType: KeyType,
  keys: KeySnapshot,
  uniqueId?: string,
): Rotation {
  return {
    rotationId,
    ...namesOf(record, uniqueId),
    keyType,
    command: 'rotate',
    trigger: 'observed',
    reason: 'observed',
    state: 'regenerated',
    attempt: 0,
    before: record.seen ?? {},
    after: keys,
    everInDoubt: false,
    told: false,
  };
}
