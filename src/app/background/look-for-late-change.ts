import type { Failure } from '../../core/failure.ts';
import { step } from '../../core/rotation/step.ts';
import { readAccountKeys } from '../account/read-account-keys.ts';
import { announceChanges } from '../drive/announce-changes.ts';
import { claimNext, driverOf } from '../drive/claim-step.ts';
import { NOBODY_WAITS } from '../drive/patience.ts';
import type { FoundRotation } from '../ports/ports.ts';
import type { Services } from '../ports/services.ts';

/**
 * Looks at the account of a rotation that has ended with a POST that came to nothing so far: where ARM carried it out
 * after all, its consumers are told.
 */
export async function lookForLateChange(services: Services, found: FoundRotation): Promise<void> {
  const failure = await announceAll(services, found);
  const next = step(
    found.rotation,
    failure === undefined ? { kind: 'looked' } : { kind: 'look-failed', failure },
    driverOf(services, 0),
  );
  await claimNext(services, { held: found }, next);
}

/** More changes than these at one time are left to the next look. */
const MAX_CHANGES = 5;

/** One look announces one change. */
async function announceAll(
  services: Services,
  { account, rotation }: FoundRotation,
): Promise<Failure | undefined> {
  const { uniqueId } = rotation;
  for (let change = 0; change < MAX_CHANGES; change++) {
    const view = await services.store.viewAccount({ account, uniqueId }, undefined, {});
    const read = await readAccountKeys(services, account, uniqueId);
    if (read.kind === 'failed') return read.failure;
    if (!(await announceChanges(services, view, read.value, NOBODY_WAITS))) return undefined;
  }
  return undefined;
}
