import { step } from '../core/step.ts';
import { announceChanges } from './announce-changes.ts';
import { claimNext, driverOf } from './claim-step.ts';
import { NOBODY_WAITS } from './patience.ts';
import type { FoundRotation } from './ports.ts';
import type { Services } from './services.ts';

/**
 * Looks at the account of a rotation that has ended with a POST that came to nothing so far: where ARM carried it out
 * after all, its consumers are told.
 */
export async function lookForLateChange(services: Services, found: FoundRotation): Promise<void> {
  const { store, maps } = services;
  const view = await store.viewAccount(found.account, undefined, {});
  const read = await maps.readKeys(found.account);
  if (read.kind === 'ok') await announceChanges(services, view, read.value, NOBODY_WAITS);
  const next = step(
    found.rotation,
    read.kind === 'ok' ? { kind: 'looked' } : { kind: 'look-failed', failure: read.failure },
    driverOf(services, 0),
  );
  await claimNext(services, { held: found }, next);
}
