import type { KeySnapshot } from '../../core/rotation/key-snapshot.ts';
import type { AccountKeys } from '../ports/ports.ts';
import type { Services } from '../ports/services.ts';

/** What a reading showed, to be compared with `known` where that is given: digests compare under one salt alone. */
export function snapshotOf(
  { digestKey, newId }: Pick<Services, 'digestKey' | 'newId'>,
  { primaryKey, secondaryKey, times }: AccountKeys,
  known?: KeySnapshot,
): KeySnapshot {
  const salt = known?.digests?.salt ?? newId();
  const digests = { salt, primary: digestKey(primaryKey, salt), secondary: digestKey(secondaryKey, salt) };
  return { ...times, digests };
}
