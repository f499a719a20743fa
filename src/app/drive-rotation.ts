import type { Rotation } from '../core/rotation.ts';
import type { Effect, Input, Step } from '../core/step.ts';
import { step } from '../core/step.ts';
import { secondsHeld } from './hold.ts';
import { performEffect } from './perform-effect.ts';
import type { AccountKeys, FoundRotation, HeldRotation, Hold } from './ports.ts';
import type { Services } from './services.ts';
import { settleAll } from './settle-all.ts';

/** Where a driver left a rotation. */
export interface Driven {
  readonly rotation: Rotation;
  /** What ARM last said, where this driver asked. */
  readonly keys?: AccountKeys;
}

/** For how many more seconds a caller waits; 0 where nobody does. */
export type Patience = () => number;

export const NOBODY_WAITS: Patience = () => 0;

/** A rotation held with a lease, and the effect that comes next. */
interface Claim {
  readonly held: HeldRotation;
  readonly effect: Effect;
  /** The last moment to send a POST under this lease, on the monotonic clock. */
  readonly sendBy: number;
  readonly keys?: AccountKeys | undefined;
}

/** A rotation whose row was just written with its first POST ahead. */
export function driveStarted(
  services: Services,
  held: HeldRotation,
  sendBy: number,
  patience: Patience,
): Promise<Driven> {
  return run(services, { held, effect: { kind: 'post' }, sendBy }, patience);
}

/** A regeneration that others did: its event is sent, or owed from its row. */
export function driveObserved(services: Services, held: HeldRotation): Promise<Driven> {
  const woken: Input = { kind: 'woken', idleSeconds: 0 };
  const { effect } = step(held.rotation, woken, { patience: 0, timings: services.timings });
  return run(services, { held, effect, sendBy: services.clock.monotonic() }, NOBODY_WAITS);
}

/**
 * Takes a rotation over where nobody else holds it, and drives it as far as it goes. `later`: it must be left alone
 * for some more seconds; `lost`: another driver took it first.
 */
export async function takeOver(
  services: Services,
  found: FoundRotation,
  patience: Patience,
): Promise<Driven | { readonly later: number } | 'lost'> {
  const { timings } = services;
  const held = secondsHeld(found, timings.margin);
  if (held > 0) return { later: held };
  const woken: Input = { kind: 'woken', idleSeconds: found.idleSeconds };
  const next = step(found.rotation, woken, { patience: patience(), timings });
  if (next.effect.kind === 'wait' || next.effect.kind === 'suspend') return { later: next.effect.seconds };
  if (next.effect.kind === 'end' && next.rotation === found.rotation) return { rotation: found.rotation };
  const claim = await claimNext(services, found, next);
  return claim === 'lost' ? 'lost' : run(services, claim, patience);
}

/**
 * What a reading tells to a rotation that had failed in doubt: a key that changed after all is announced after all.
 * `accountEtag` is of the account's row before the reading: where it changed since, the change may be a later
 * rotation's.
 */
export async function settleLate(
  services: Services,
  rotationId: string,
  keys: AccountKeys,
  accountEtag: string,
): Promise<void> {
  const { store, queue, timings } = services;
  const found = await store.findRotation(rotationId);
  if (found?.stored?.etag !== accountEtag) return;
  const next = step(found.rotation, { kind: 'read', times: keys.times }, { patience: 0, timings });
  if (next.rotation === found.rotation) return;
  // It was over, and nothing would wake it any more should the process die from here on.
  const { attempt } = next.rotation;
  await queue.send({ kind: 'rotation', rotationId, attempt }, timings.lease + timings.margin + 2);
  await store.indexRotation(rotationId, found.account, {});
  const claim = await claimNext(services, found, next);
  if (claim !== 'lost') await run(services, claim, NOBODY_WAITS);
}

async function run(services: Services, first: Claim, patience: Patience): Promise<Driven> {
  let claim = first;
  for (;;) {
    const { held, effect, keys } = claim;
    if (effect.kind === 'end' || effect.kind === 'suspend') return driven(held.rotation, keys);
    const [input, seen = keys] = await performEffect(services, held, effect, claim.sendBy);
    const next = step(held.rotation, input, { patience: patience(), timings: services.timings });
    const isFresh = input.kind === 'regenerated';
    const claimed = await claimNext(services, held, next, seen, isFresh).catch((error: unknown) => {
      if (!isFresh || patience() === 0) throw error;
      return 'unsaved' as const;
    });
    if (claimed === 'unsaved') {
      const { rotationId } = held.rotation;
      services.log.error('The key was regenerated, which could not be saved: its message settles it', {
        rotationId,
      });
      return driven(next.rotation, seen);
    }
    if (claimed === 'lost') {
      const { rotationId } = held.rotation;
      services.log.warn('Another driver went on with the rotation', { rotationId });
      const found = isFresh ? undefined : await services.store.findRotation(rotationId);
      return driven(found?.rotation ?? next.rotation, seen);
    }
    claim = claimed;
  }
}

function driven(rotation: Rotation, keys: AccountKeys | undefined): Driven {
  return keys === undefined ? { rotation } : { rotation, keys };
}

/**
 * Saves a step. Where ARM has just confirmed the change, telling goes on beside the save: the event is true whether or
 * not the row is written, and after a crash in between it is sent again with the same id.
 */
async function claimNext(
  services: Services,
  held: HeldRotation,
  next: Step,
  keys?: AccountKeys,
  isFresh = false,
): Promise<Claim | 'lost'> {
  const sendBy = services.clock.monotonic() + services.timings.sendWindow;
  if (next.rotation === held.rotation && next.effect.kind !== 'suspend') {
    return { held, effect: next.effect, sendBy, keys };
  }
  if (next.effect.kind === 'suspend') return suspend(services, held, next, next.effect.seconds, keys);
  const saving = save(services, held, next.rotation, next.effect);
  if (next.effect.kind !== 'publish' || !isFresh) {
    const saved = await saving;
    return saved === 'lost' ? 'lost' : { held: saved, effect: next.effect, sendBy, keys };
  }
  const [saved, refusal] = await settleAll([saving, services.events.publish(next.effect.event)]);
  if (saved === 'lost') return 'lost';
  const told: Input =
    refusal === undefined ? { kind: 'published' } : { kind: 'publish-failed', failure: refusal };
  return claimNext(
    services,
    saved,
    step(next.rotation, told, { patience: 0, timings: services.timings }),
    keys,
  );
}

async function save(
  services: Services,
  held: HeldRotation,
  rotation: Rotation,
  effect: Effect,
): Promise<HeldRotation | 'lost'> {
  const { store, timings, newId, log } = services;
  const hold: Hold = effect.kind === 'end' ? { seconds: 0 } : { owner: newId(), seconds: timings.lease };
  const saved = await store.saveRotation(held, rotation, hold);
  if (saved !== 'lost' && rotation.state !== held.rotation.state) logTransition(log, rotation);
  return saved;
}

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
  log.warn('The rotation goes on later', { rotationId, accountId, seconds, attempt, code: failure?.code });
  return { held: saved, effect: next.effect, sendBy: clock.monotonic(), keys };
}

function logTransition(log: Services['log'], rotation: Rotation): void {
  const { rotationId, accountId, keyType, state, trigger, reason, failure } = rotation;
  const fields = { rotationId, accountId, keyType, state, trigger, reason, code: failure?.code };
  if (state === 'failed') log.warn('The rotation failed', fields);
  else log.info('The rotation moved on', fields);
}
