import { step } from '../core/step.ts';
import { announceChanges } from './announce-changes.ts';
import { claimNext, driverOf } from './claim-step.ts';
import { NOBODY_WAITS } from './patience.ts';
import type { FoundRotation } from './ports.ts';
import { readAccountKeys } from './read-account-keys.ts';
import type { Services } from './services.ts';

/**
 * Looks at the account of a rotation that has ended with a POST that came to nothing so far: where ARM carried it out
 * after all, its consumers are told.
 */
export async function lookForLateChange(services: Services, found: FoundRotation): Promise<void> {
  const { account, rotation } = found;
  const { uniqueId } = rotation;
  const view = await services.store.viewAccount({ account, uniqueId }, undefined, {});
  const read = await readAccountKeys(services, account, uniqueId);
  if (read.kind === 'ok') await announceChanges(services, view, read.value, NOBODY_WAITS);
  const next = step(
    rotation,
    read.kind === 'ok' ? { kind: 'looked' } : { kind: 'look-failed', failure: read.failure },
    driverOf(services, 0),
  );
  await claimNext(services, { held: found }, next);
}
