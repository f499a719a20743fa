import { toInstant } from './instant.ts';
import { isLater } from './is-newer.ts';

/** The times in ARM's answer to `listKeys` (its `MapsAccountKeys`), as ARM wrote them. */
export interface KeysLastUpdated {
  readonly primaryKeyLastUpdated?: string | null | undefined;
  readonly secondaryKeyLastUpdated?: string | null | undefined;
}

/**
 * The key to start with, before any event came: where nobody has regenerated one, by convention the primary, else the
 * one that was regenerated later. A key without a time was regenerated earlier than one with a time. The policy of the
 * app goes by the same rule.
 */
export function keyToStartWith({
  primaryKeyLastUpdated: primary,
  secondaryKeyLastUpdated: secondary,
}: KeysLastUpdated): 'primary' | 'secondary' {
  return !areOfOneAge(primary, secondary) && isLater(secondary, primary) ? 'secondary' : 'primary';
}

const MINUTE = 60_000_000_000n;

/**
 * Whether nobody has regenerated a key since the account was made. ARM makes both keys one after the other, some 50 µs
 * to 80 µs apart: what lies within a minute, or has no time at all, is of one age.
 */
export function areOfOneAge(one: string | null | undefined, other: string | null | undefined): boolean {
  const [a, b] = [toInstant(one), toInstant(other)];
  if (a === undefined || b === undefined) return a === b;
  return a - b <= MINUTE && b - a <= MINUTE;
}
