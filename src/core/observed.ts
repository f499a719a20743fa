import type { AccountRecord } from './account-record.ts';
import type { KeyTimes, KeyType } from './key-type.ts';
import { hasChanged, KEY_TYPES } from './key-type.ts';
import type { Rotation } from './rotation.ts';
import { toMilliseconds } from './time.ts';

/**
 * The keys that others regenerated since they were last seen, the earlier one first: consumers must be told of them as
 * of our own. Nobody's word is needed that it was others: our own changes are seen in the transaction that saves them.
 */
export function keysChangedByOthers(record: AccountRecord, times: KeyTimes): KeyType[] {
  const { seen } = record;
  if (seen === undefined) return [];
  const changedAt = (keyType: KeyType) => toMilliseconds(times[keyType]) ?? 0;
  return KEY_TYPES.filter((keyType) => hasChanged(keyType, seen, times)).sort(
    (a, b) => changedAt(a) - changedAt(b),
  );
}

/** A regeneration that others did, as a rotation that has only its event to send. */
export function observedRotation(
  rotationId: string,
  record: AccountRecord,
  keyType: KeyType,
  times: KeyTimes,
): Rotation {
  return {
    rotationId,
    accountId: record.accountId,
    keyType,
    command: 'rotate',
    trigger: 'observed',
    reason: 'observed',
    state: 'regenerated',
    attempt: 0,
    before: record.seen ?? {},
    after: times,
    everInDoubt: false,
    told: false,
  };
}
