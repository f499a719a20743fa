import type { Driver, Input, Step } from './effect.ts';
import type { Failure } from './failure.ts';
import { notCarriedOut, superseded } from './failure.ts';
import type { KeyTimes } from './key-type.ts';
import { hasChanged, otherKey } from './key-type.ts';
import type { Rotation } from './rotation.ts';
import { isOver, owesEvent } from './rotation.ts';
import { suspend, suspendAfter } from './suspend.ts';
import { goOnTelling, published, tell } from './telling.ts';
import type { Timings } from './timings.ts';

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
      return tell(regenerated(rotation, input.times), driver);
    case 'refused':
      return putOff(withoutDoubt(rotation), input.failure, driver);
    case 'unanswered':
      return pause(inDoubt(rotation, input.settleSeconds, input.failure), input.settleSeconds, driver);
    case 'stored':
    case 'promoted':
    case 'store-failed':
    case 'verified':
    case 'unverified':
    case 'key-gone':
      return owesEvent(rotation) ? goOnTelling(rotation, input, driver) : resume(rotation, 0, driver);
    case 'published':
    case 'publish-failed':
      return goOnTelling(rotation, input, driver);
    default:
      return input satisfies never;
  }
}

function resume(rotation: Rotation, idleSeconds: number, driver: Driver): Step {
  if (isOver(rotation)) return { rotation, effect: { kind: 'end' } };
  if (rotation.state === 'published') return { rotation: published(rotation), effect: { kind: 'end' } };
  if (rotation.state !== 'started') return tell(rotation, driver);

  const { doubt } = rotation;
  if (doubt === undefined) {
    if (mayPost(rotation, driver)) return { rotation, effect: { kind: 'read' } };
    return fail(rotation, rotation.failure ?? notCarriedOut(), driver);
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
    return tell(regenerated(rotation, times), driver);
  }
  if (rotation.state !== 'started') return resume(rotation, 0, driver);

  const { doubt } = rotation;
  if (doubt?.kind === 'unsettled' && !doubt.failure.passing) return fail(rotation, doubt.failure, driver);
  if (!mayPost(rotation, driver)) return fail(rotation, rotation.failure ?? notCarriedOut(), driver);
  // The first time a POST that came to nothing is sent again at once; from then on ARM is left alone for longer.
  if (doubt?.kind === 'unsettled' && rotation.trigger === 'timer' && rotation.attempt > 1) {
    return putOff(withoutDoubt(rotation), doubt.failure, driver);
  }
  if (changed || hasChanged(otherKey(rotation.keyType), rotation.before, times)) {
    return fail(
      rotation,
      superseded('the keys of the account were changed by others in the meantime'),
      driver,
    );
  }
  if (objection !== undefined) return fail(rotation, superseded(objection), driver);
  if (isSpent(rotation, driver.timings)) return fail(rotation, rotation.failure ?? notCarriedOut(), driver);
  return { rotation: { ...rotation, doubt: { kind: 'sending' } }, effect: { kind: 'post' } };
}

/** After a call that changed nothing: try again later, or give up. */
function putOff(rotation: Rotation, failure: Failure, driver: Driver): Step {
  const noted = { ...rotation, failure };
  const asked = Math.max(failure.retryAfterSeconds ?? Number.POSITIVE_INFINITY, 1);
  if (failure.passing && asked + driver.timings.postTimeout <= driver.patience)
    return pause(noted, asked, driver);
  if (givesUp(rotation, failure, driver)) return fail(noted, failure, driver);
  return suspendAfter(noted, failure, driver.timings);
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

/** An overtaken rotation failed at nothing, and whatever overtook it has an event of its own. */
function fail(rotation: Rotation, failure: Failure, driver: Driver): Step {
  const failed: Rotation = { ...withoutDoubt(rotation), state: 'failed', failure };
  return failure.code === 'Superseded'
    ? { rotation: { ...failed, told: true }, effect: { kind: 'end' } }
    : tell(failed, driver);
}

/** A waiting rotation whose place another one takes. */
export function supersede(rotation: Rotation, why: string): Rotation {
  return { ...withoutDoubt(rotation), state: 'failed', failure: superseded(why), told: true };
}

function regenerated(rotation: Rotation, after: KeyTimes): Rotation {
  const { failure: _, ...rest } = withoutDoubt(rotation);
  return { ...rest, state: 'regenerated', after, told: false };
}

function inDoubt(rotation: Rotation, settleSeconds: number, failure: Failure): Rotation {
  return { ...rotation, doubt: { kind: 'unsettled', settleSeconds, failure }, everInDoubt: true, failure };
}

function withoutDoubt(rotation: Rotation): Rotation {
  const { doubt: _, ...rest } = rotation;
  return rest;
}
