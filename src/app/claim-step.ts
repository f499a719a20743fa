import type { Driver, Effect, Step } from '../core/effect.ts';
import { isTelling } from '../core/effect.ts';
import type { Rotation } from '../core/rotation.ts';
import { step } from '../core/step.ts';
import type { Patience } from './patience.ts';
import { performEffect } from './perform-effect.ts';
import type { AccountKeys, HeldRotation, Hold } from './ports.ts';
import type { Services } from './services.ts';
import { settleAll } from './settle-all.ts';
import { tellTransition } from './tell-transition.ts';

/** A rotation held with a lease, and the effect that comes next. */
export interface Claim {
  readonly held: HeldRotation;
  readonly effect: Effect;
  /** The last moment to send a POST under this lease, on the monotonic clock. */
  readonly sendBy: number;
  /** What ARM last said, where this driver asked. */
  readonly keys?: AccountKeys | undefined;
}

export function driverOf({ timings, vault, dataPlane }: Services, patience: number): Driver {
  return { patience, timings, stores: vault !== undefined, verifies: dataPlane !== undefined };
}

/**
 * Saves a step. Where ARM has just confirmed the change (`fresh`: for how long somebody waits), telling goes on beside
 * the save: the event is true whether or not the row is written, and after a crash in between it is sent again with the
 * same id.
 */
export async function claimNext(
  services: Services,
  held: HeldRotation,
  next: Step,
  keys?: AccountKeys,
  fresh?: Patience,
): Promise<Claim | 'lost'> {
  const sendBy = services.clock.monotonic() + services.timings.sendWindow;
  if (next.rotation === held.rotation && !mustBeSaved(next.effect)) {
    return { held, effect: next.effect, sendBy, keys };
  }
  if (next.effect.kind === 'suspend') {
    const suspended = await suspend(services, held, next, next.effect.seconds, keys);
    if (suspended !== 'lost') tellTransition(services, held.rotation, next.rotation);
    return suspended;
  }
  const saving = save(services, held, next.rotation, next.effect);
  if (fresh === undefined || !isTelling(next.effect)) {
    const saved = await saving;
    return saved === 'lost' ? 'lost' : { held: saved, effect: next.effect, sendBy, keys };
  }
  const [saved, told] = await settleAll([saving, tellOn(services, held, next, sendBy, keys, fresh)]);
  if (saved === 'lost') return 'lost';
  return told.effect.kind === 'suspend'
    ? suspend(services, saved, told, told.effect.seconds, keys)
    : claimNext(services, saved, told, keys);
}

/** A secret's version is looked for first and written then: of two drivers that do so at one time each would write one. */
function mustBeSaved({ kind }: Effect): boolean {
  return kind === 'store' || kind === 'promote' || kind === 'suspend';
}

/** Goes on in memory for as long as nothing has to be waited for. */
async function tellOn(
  services: Services,
  held: HeldRotation,
  first: Step,
  sendBy: number,
  keys: AccountKeys | undefined,
  patience: Patience,
): Promise<Step> {
  let next = first;
  while (isTelling(next.effect)) {
    const { rotation, effect } = next;
    const [input] = await performEffect(services, { ...held, rotation }, effect, sendBy, keys);
    next = step(rotation, input, driverOf(services, patience()));
    if (next.effect.kind !== 'end') tellTransition(services, rotation, next.rotation);
  }
  return next;
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
  services: Services,
  held: HeldRotation,
  next: Step,
  seconds: number,
  keys: AccountKeys | undefined,
): Promise<Claim | 'lost'> {
  const { queue, store, log, clock } = services;
  const { rotationId, attempt, accountId, failure } = next.rotation;
  await queue.send({ kind: 'rotation', rotationId, attempt }, seconds + 1);
  const saved = await store.saveRotation(held, next.rotation, { seconds });
  if (saved === 'lost') return 'lost';
  const fields = { rotationId, accountId, seconds, attempt, code: failure?.code };
  if (attempt > USUAL_ATTEMPTS) log.warn('The rotation goes on later', fields);
  else log.info('The rotation goes on later', fields);
  return { held: saved, effect: next.effect, sendBy: clock.monotonic(), keys };
}
