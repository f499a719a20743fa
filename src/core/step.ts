import { backoff } from './backoff.ts';
import type { RotationEvent } from './events.ts';
import { rotationEvent } from './events.ts';
import type { Failure } from './failure.ts';
import { notCarriedOut, superseded } from './failure.ts';
import type { KeyTimes } from './key-type.ts';
import { hasChanged, otherKey } from './key-type.ts';
import type { Rotation } from './rotation.ts';
import { isOver, owesEvent } from './rotation.ts';
import type { Timings } from './timings.ts';

/** What a driver learned: by taking the rotation over, or as the result of the last effect. */
export type Input =
  /** The rotation was taken over; its row had been left alone for `idleSeconds`, by the Table service's clock. */
  | { readonly kind: 'woken'; readonly idleSeconds: number }
  /** What ARM says of the keys. `objection`: why the policy no longer wants this rotation. */
  | { readonly kind: 'read'; readonly times: KeyTimes; readonly objection?: string }
  | { readonly kind: 'read-failed'; readonly failure: Failure }
  | { readonly kind: 'regenerated'; readonly times: KeyTimes }
  /** The POST was surely not carried out. */
  | { readonly kind: 'refused'; readonly failure: Failure }
  /** The POST may have been carried out; a reading tells after `settleSeconds`. */
  | { readonly kind: 'unanswered'; readonly failure: Failure; readonly settleSeconds: number }
  | { readonly kind: 'published' }
  | { readonly kind: 'publish-failed'; readonly failure: Failure };

/** The one thing to do next, once the rotation is saved. */
export type Effect =
  | { readonly kind: 'read' }
  /** Saved with a fresh lease before it is sent, and sent once. */
  | { readonly kind: 'post' }
  | { readonly kind: 'publish'; readonly event: RotationEvent }
  /** Stay in the invocation; then the next input is `woken`. */
  | { readonly kind: 'wait'; readonly seconds: number }
  /** Leave a message that wakes the rotation later, and end the invocation. */
  | { readonly kind: 'suspend'; readonly seconds: number }
  | { readonly kind: 'end' };

export interface Step {
  readonly rotation: Rotation;
  readonly effect: Effect;
}

/** `patience`: for how many more seconds an HTTP caller waits for this driver; 0 where nobody does. */
export interface Driver {
  readonly patience: number;
  readonly timings: Timings;
}

/** The state machine of one rotation: total, pure, and each step repeatable after a crash. */
export function step(rotation: Rotation, input: Input, driver: Driver): Step {
  switch (input.kind) {
    case 'woken':
      return resume(rotation, input.idleSeconds, driver);
    case 'read':
      return judge(rotation, input.times, input.objection, driver);
    case 'read-failed':
      return rotation.state === 'started'
        ? putOff(rotation, input.failure, driver)
        : resume(rotation, 0, driver);
    case 'regenerated':
      return tell(regenerated(rotation, input.times));
    case 'refused':
      return putOff(withoutDoubt(rotation), input.failure, driver);
    case 'unanswered':
      return pause(inDoubt(rotation, input.settleSeconds, input.failure), input.settleSeconds, driver);
    case 'published':
      return { rotation: published(rotation), effect: { kind: 'end' } };
    case 'publish-failed':
      return tellLater(rotation, input.failure, driver.timings);
    default:
      return input satisfies never;
  }
}

function resume(rotation: Rotation, idleSeconds: number, driver: Driver): Step {
  if (isOver(rotation)) return { rotation, effect: { kind: 'end' } };
  if (rotation.state === 'published') return { rotation: published(rotation), effect: { kind: 'end' } };
  if (rotation.state !== 'started') return tell(rotation);

  const { doubt } = rotation;
  if (doubt === undefined) {
    if (mayPost(rotation, driver)) return { rotation, effect: { kind: 'read' } };
    return fail(rotation, rotation.failure ?? notCarriedOut());
  }
  const { lease, margin } = driver.timings;
  const rest = (doubt.kind === 'sending' ? lease + margin : doubt.settleSeconds) - idleSeconds;
  if (rest > 0) return pause(rotation, rest, driver);
  const settled = doubt.kind === 'sending' ? inDoubt(rotation, 0, notCarriedOut()) : rotation;
  return { rotation: settled, effect: { kind: 'read' } };
}

function judge(rotation: Rotation, times: KeyTimes, objection: string | undefined, driver: Driver): Step {
  const changed = hasChanged(rotation.keyType, rotation.before, times);
  if (changed && rotation.everInDoubt && (rotation.state === 'started' || rotation.state === 'failed')) {
    return tell(regenerated(rotation, times));
  }
  if (rotation.state !== 'started') return resume(rotation, 0, driver);

  const { doubt } = rotation;
  if (doubt?.kind === 'unsettled' && !doubt.failure.passing) return fail(rotation, doubt.failure);
  if (!mayPost(rotation, driver)) return fail(rotation, rotation.failure ?? notCarriedOut());
  // The first time a POST that came to nothing is sent again at once; from then on ARM is left alone for longer.
  if (doubt?.kind === 'unsettled' && rotation.trigger === 'timer' && rotation.attempt > 1) {
    return putOff(withoutDoubt(rotation), doubt.failure, driver);
  }
  if (changed || hasChanged(otherKey(rotation.keyType), rotation.before, times)) {
    return fail(rotation, superseded('the keys of the account were changed by others in the meantime'));
  }
  if (objection !== undefined) return fail(rotation, superseded(objection));
  if (isSpent(rotation, driver.timings)) return fail(rotation, rotation.failure ?? notCarriedOut());
  return { rotation: { ...rotation, doubt: { kind: 'sending' } }, effect: { kind: 'post' } };
}

/** After a call that changed nothing: try again later, or give up. */
function putOff(rotation: Rotation, failure: Failure, driver: Driver): Step {
  const noted = { ...rotation, failure };
  const asked = Math.max(failure.retryAfterSeconds ?? Number.POSITIVE_INFINITY, 1);
  if (failure.passing && asked + driver.timings.postTimeout <= driver.patience)
    return pause(noted, asked, driver);
  if (givesUp(rotation, failure, driver)) return fail(noted, failure);
  return suspend(noted, delayAfter(rotation, failure, driver.timings));
}

/** Doubt waits until it can be settled, however long that takes, unless the account itself stays gone. */
function givesUp(rotation: Rotation, failure: Failure, { timings }: Driver): boolean {
  if (rotation.doubt !== undefined) return failure.status === 404 && isSpent(rotation, timings);
  return rotation.trigger !== 'timer' || !failure.passing || isSpent(rotation, timings);
}

/**
 * Whether this driver may still send a POST for the rotation. One of the timer goes on until it is done. One that
 * a caller asked for over HTTP does not outlive his waiting: he must not find a key changed that he was told was not.
 */
function mayPost(rotation: Rotation, driver: Driver): boolean {
  return rotation.trigger === 'timer' || driver.patience >= driver.timings.postTimeout;
}

function isSpent(rotation: Rotation, timings: Timings): boolean {
  return rotation.attempt >= timings.maxAttempts;
}

function pause(rotation: Rotation, seconds: number, driver: Driver): Step {
  if (seconds <= driver.patience) return { rotation, effect: { kind: 'wait', seconds } };
  return suspend(rotation, seconds);
}

function suspend(rotation: Rotation, seconds: number): Step {
  return { rotation: { ...rotation, attempt: rotation.attempt + 1 }, effect: { kind: 'suspend', seconds } };
}

function tell(rotation: Rotation): Step {
  return { rotation, effect: { kind: 'publish', event: rotationEvent(rotation) } };
}

/** What kept the event back is shown while it waits, but never in the place of why a rotation failed. */
function tellLater(rotation: Rotation, failure: Failure, timings: Timings): Step {
  const noted = rotation.state === 'failed' ? rotation : { ...rotation, failure };
  return suspend(noted, delayAfter(rotation, failure, timings));
}

/** An overtaken rotation failed at nothing, and whatever overtook it has an event of its own. */
function fail(rotation: Rotation, failure: Failure): Step {
  const failed: Rotation = { ...withoutDoubt(rotation), state: 'failed', failure };
  if (failure.code === 'Superseded') return { rotation: { ...failed, told: true }, effect: { kind: 'end' } };
  return tell(failed);
}

/** A waiting rotation whose place another one takes. */
export function supersede(rotation: Rotation, why: string): Rotation {
  return fail(rotation, superseded(why)).rotation;
}

function regenerated(rotation: Rotation, after: KeyTimes): Rotation {
  const { failure: _, ...rest } = withoutDoubt(rotation);
  return { ...rest, state: 'regenerated', after, told: false };
}

function published(rotation: Rotation): Rotation {
  if (rotation.state === 'failed') return { ...rotation, told: true };
  if (!owesEvent(rotation) && rotation.state !== 'published') return rotation;
  const { failure: _, ...rest } = rotation;
  return { ...rest, state: 'completed', told: true };
}

function inDoubt(rotation: Rotation, settleSeconds: number, failure: Failure): Rotation {
  return { ...rotation, doubt: { kind: 'unsettled', settleSeconds, failure }, everInDoubt: true, failure };
}

function withoutDoubt(rotation: Rotation): Rotation {
  const { doubt: _, ...rest } = rotation;
  return rest;
}

function delayAfter(rotation: Rotation, failure: Failure, timings: Timings): number {
  return backoff(rotation.rotationId, rotation.attempt, failure, timings);
}
