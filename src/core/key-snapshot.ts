import type { KeyTimes, KeyType } from './key-type.ts';
import { KEY_TYPES } from './key-type.ts';
import { toInstant } from './time.ts';

/**
 * A digest of each key, salted with a value that only the rows of one account have: two that are equal are of the same
 * key, and they say nothing else to anybody. They are never shown.
 */
export interface KeyDigests {
  readonly salt: string;
  readonly primary: string;
  readonly secondary: string;
}

/** What one reading showed of both keys, without the keys. Rows of earlier versions have no digests. */
export interface KeySnapshot extends KeyTimes {
  readonly digests?: KeyDigests;
}

/**
 * What has become of a key since `before`. Its value proves it; times do only where there is no value to compare, and
 * say which of two readings is the older one. `outdated`: the later reading shows an earlier state, so it proves nothing.
 */
export type KeyComparison = 'same' | 'changed' | 'outdated' | 'unproved';

export function compareKey(keyType: KeyType, before: KeySnapshot, now: KeySnapshot): KeyComparison {
  const sameValue = hasSameValue(keyType, before, now);
  if (sameValue === true) return 'same';
  const then = toInstant(before[keyType]);
  const later = toInstant(now[keyType]);
  if (then !== undefined && later !== undefined && later < then) return 'outdated';
  if (sameValue === false) return 'changed';
  if (then === undefined || later === undefined) return 'unproved';
  return then === later ? 'same' : 'changed';
}

/** Undefined where their values can't be compared. */
function hasSameValue(keyType: KeyType, one: KeySnapshot, other: KeySnapshot): boolean | undefined {
  if (one.digests === undefined || one.digests.salt !== other.digests?.salt) return undefined;
  return one.digests[keyType] === other.digests[keyType];
}

/** What is known after a later reading: of each key the newer state, since what ARM was seen to have done stays done. */
export function withReading(known: KeySnapshot | undefined, reading: KeySnapshot): KeySnapshot {
  if (known === undefined) return reading;
  return KEY_TYPES.reduce((merged, keyType) => takeKey(keyType, merged, known, reading), reading);
}

/** `merged`, with one key as the newer one of two snapshots has it. */
function takeKey(
  keyType: KeyType,
  merged: KeySnapshot,
  known: KeySnapshot,
  reading: KeySnapshot,
): KeySnapshot {
  const comparison = compareKey(keyType, known, reading);
  if (comparison === 'outdated') return withKey(keyType, merged, known);
  // A time once known does not vanish because an answer left it out.
  const keepsTime = comparison !== 'changed' && toInstant(reading[keyType]) === undefined;
  const time = known[keyType];
  return keepsTime && time !== undefined ? { ...merged, [keyType]: time } : merged;
}

/** `snapshot`, with one key as `source` has it. Digests of different salts can't stand side by side. */
export function withKey(keyType: KeyType, snapshot: KeySnapshot, source: KeySnapshot): KeySnapshot {
  const { digests, [keyType]: _, ...rest } = snapshot;
  const time = source[keyType];
  const fitting =
    digests !== undefined && digests.salt === source.digests?.salt
      ? { ...digests, [keyType]: source.digests[keyType] }
      : undefined;
  return { ...rest, ...(time !== undefined && { [keyType]: time }), ...(fitting && { digests: fitting }) };
}
