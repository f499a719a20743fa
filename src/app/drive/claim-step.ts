import type { Driver, Effect, Step } from '../../core/rotation/effect.ts';
import { isTelling } from '../../core/rotation/effect.ts';
import type { Rotation } from '../../core/rotation/rotation.ts';
import { owesEvent } from '../../core/rotation/rotation.ts';
import { failureFields } from '../failure-fields.ts';
import type { AccountKeys, HeldRotation, Hold } from '../ports/ports.ts';
import type { Services } from '../ports/services.ts';
import { tellTransition } from './tell-transition.ts';

/** A rotation held with a lease, and the effect that comes next. */
export interface Claim {
  readonly held: HeldRotation;
  readonly effect: Effect;
  /** When the write of its lease began, on the monotonic clock. */
  readonly leasedAt: number;
  /** What ARM last said, where this driver asked. */
  readonly keys?: AccountKeys | undefined;
}

export function driverOf(
  { timings, vault, dataPlane }: Services,
  patience: number,
  settlesOnly = false,
): Driver {
  return { patience, timings, settlesOnly, stores: vault !== undefined, verifies: dataPlane !== undefined };
}

/**
 * Saves a step with a fresh lease before its effect. Steps of telling go on in memory for as long as the lease lasts:
 * after a crash each of them is done again.
 */
export async function claimNext(
  services: Services,
  claim: Pick<Claim, 'held' | 'keys'> & { readonly leasedAt?: number },
  next: Step,
): Promise<Claim | 'lost'> {
  const { held, keys } = claim;
  const leasedAt = services.clock.monotonic();
  const { effect } = next;
  if (effect.kind === 'suspend') {
    const suspended = await suspend(services, held, next, effect.seconds);
    if (suspended === 'lost') return 'lost';
    tellTransition(services, held.rotation, next.rotation);
    return { held: suspended, effect, leasedAt, keys };
  }
  if (claim.leasedAt !== undefined && goesOnUnsaved(services, held, next, leasedAt - claim.leasedAt)) {
    tellTransition(services, held.rotation, next.rotation);
    return { held: { ...held, rotation: next.rotation }, effect, leasedAt: claim.leasedAt, keys };
  }
  if (next.rotation === held.rotation && !isTelling(effect)) return { held, effect, leasedAt, keys };
  const saved = await save(services, held, next.rotation, effect);
  return saved === 'lost' ? 'lost' : { held: saved, effect, leasedAt, keys };
}

/** A secret's version is looked for first and written then: of two drivers that do so at one time each would write one. */
function goesOnUnsaved({ timings }: Services, held: HeldRotation, next: Step, leaseAge: number): boolean {
  const isLeased = leaseAge + timings.callTimeout < timings.lease;
  return owesEvent(held.rotation) && isTelling(next.effect) && isLeased;
}

async function save(
  services: Services,
  held: HeldRotation,
  rotation: Rotation,
  effect: Effect,
): Promise<HeldRotation | 'lost'> {
  const { store, timings, newId } = services;
  const hold: Hold = effect.kind === 'end' ? { seconds: 0 } : { owner: newId(), seconds: timings.lease };
  const saved = await store.saveRotation(held, rotation, hold);
  if (saved !== 'lost') tellTransition(services, held.rotation, rotation);
  return saved;
}

/** Azure needs a moment to know a new key or role, and a service may be away for another. */
const USUAL_ATTEMPTS = 3;

/** The message goes first: should the process die before the row is saved, the old message still fits the old row. */
async function suspend(
  { queue, store, log }: Services,
  held: HeldRotation,
  next: Step,
  seconds: number,
): Promise<HeldRotation | 'lost'> {
  const { rotationId, attempt, accountId, failure } = next.rotation;
  await queue.send({ kind: 'rotation', rotationId, attempt }, seconds + 1);
  const saved = await store.saveRotation(held, next.rotation, { seconds });
  if (saved === 'lost') return 'lost';
  const fields = { rotationId, accountId, seconds, attempt, ...failureFields(failure) };
  if (attempt > USUAL_ATTEMPTS) log.warn('The rotation goes on later', fields);
  else log.info('The rotation goes on later', fields);
  return saved;
}
