import type { KeyTimes, KeyType } from '../account/key-type.ts';
import { KEY_TYPES } from '../account/key-type.ts';
import { toInstant } from '../time.ts';

/**
 * A digest of each key, salted with a value that only the rows of one account have: two that are equal are of the same
 * key, and they say nothing else to anybody. They are never shown.
 */
export interface KeyDigests {
  readonly salt: string;
  readonly primary: string;
  readonly secondary: string;
  /** Of keys that were replaced, the latest last: a reading that shows one of them is of an earlier state. */
  readonly past?: readonly string[];
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
  if (sameValue === false && before.digests?.past?.includes(now.digests?.[keyType] ?? '')) return 'outdated';
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

/** Whether a reading proves by its time that it shows a later key, and not an earlier one that nobody has seen. */
export function isProvablyLater(keyType: KeyType, before: KeySnapshot, now: KeySnapshot): boolean {
  const then = toInstant(before[keyType]);
  const later = toInstant(now[keyType]);
  return then !== undefined && later !== undefined && later > then;
}

/** What is known after a later reading: of each key the newer state, since what ARM was seen to have done stays done. */
export function withReading(known: KeySnapshot | undefined, reading: KeySnapshot): KeySnapshot {
  if (known === undefined) return reading;
  let merged = withPast(reading, known);
  for (const keyType of KEY_TYPES) {
    const comparison = compareKey(keyType, known, reading);
    if (comparison === 'outdated') merged = withKey(keyType, merged, known);
    // A time once known does not vanish because an answer left it out.
    else if (comparison !== 'changed' && toInstant(reading[keyType]) === undefined) {
      const time = known[keyType];
      if (time !== undefined) merged = { ...merged, [keyType]: time };
    }
  }
  return merged;
}

/** How many replaced keys are remembered: more than a reading can lag behind. */
const MAX_PAST = 6;

/** A later snapshot, with the keys of an earlier one that it replaced. */
export function withPast(later: KeySnapshot, earlier: KeySnapshot): KeySnapshot {
  if (later.digests === undefined || later.digests.salt !== earlier.digests?.salt) return later;
  const { past = [], primary, secondary } = earlier.digests;
  return remembering(later, [...past, primary, secondary]);
}

/** `snapshot`, with one key as `source` has it. Digests of different salts can't stand side by side. */
export function withKey(keyType: KeyType, snapshot: KeySnapshot, source: KeySnapshot): KeySnapshot {
  const { digests, [keyType]: _, ...rest } = snapshot;
  const time = source[keyType];
  const timed = { ...rest, ...(time !== undefined && { [keyType]: time }) };
  if (digests === undefined || digests.salt !== source.digests?.salt) return timed;
  const merged = { ...timed, digests: { ...digests, [keyType]: source.digests[keyType] } };
  return remembering(merged, [...(source.digests.past ?? []), digests[keyType]]);
}

function remembering(snapshot: KeySnapshot, replaced: readonly string[]): KeySnapshot {
  const { digests } = snapshot;
  if (digests === undefined) return snapshot;
  const { past: known = [], ...present } = digests;
  const past = [...new Set([...replaced, ...known])]
    .filter((digest) => digest !== present.primary && digest !== present.secondary)
    .slice(-MAX_PAST);
  return { ...snapshot, digests: { ...present, ...(past.length > 0 && { past }) } };
}
