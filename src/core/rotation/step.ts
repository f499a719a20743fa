import { otherKey } from '../account/key-type.ts';
import type { Failure } from '../failure.ts';
import { notCarriedOut, superseded, unprovedReading } from '../failure.ts';
import type { Driver, Input, Step } from './effect.ts';
import type { KeySnapshot } from './key-snapshot.ts';
import { compareKey, withPast } from './key-snapshot.ts';
import { goOnPromoting, promoteLate } from './promoting.ts';
import type { Rotation, Tried } from './rotation.ts';
import { hasEnded, owesEvent, owesPromotion, triesOf, withTry } from './rotation.ts';
import { end, suspend, suspendAfter } from './suspend.ts';
import { afterEvent, goOnTelling, published, tell } from './telling.ts';
import type { Timings } from './timings.ts';

/** The state machine of one rotation: total, pure, and each step repeatable after a crash. */
export function step(rotation: Rotation, input: Input, driver: Driver): Step {
  switch (input.kind) {
    case 'woken':
      return resume(rotation, input.idleSeconds, driver);
    case 'read':
      return judge(rotation, input, driver);
    case 'read-failed':
      return rotation.state === 'started'
        ? putOff(givenItsTime(rotation), 'read', input.failure, driver)
        : resume(rotation, 0, driver);
    case 'regenerated':
      return tell(regenerated(rotation, input.keys), driver);
    case 'refused':
      return putOff(withoutDoubt(rotation), 'regenerate', input.failure, driver);
    case 'unanswered':
      return pause(inDoubt(rotation, input.settleSeconds, input.failure), input.settleSeconds, driver);
    case 'stored':
    case 'promoted':
    case 'promotion-deferred':
    case 'store-failed':
    case 'verified':
    case 'unverified':
    case 'key-gone':
      if (owesPromotion(rotation)) return goOnPromoting(rotation, input, driver);
      return owesEvent(rotation) ? goOnTelling(rotation, input, driver) : resume(rotation, 0, driver);
    case 'published':
    case 'publish-failed':
      return goOnTelling(rotation, input, driver);
    case 'looked':
      return isLookedAt(rotation) ? lookAgain(rotation, driver) : resume(rotation, 0, driver);
    case 'look-failed':
      return isLookedAt(rotation) ? lookLater(rotation, input.failure, driver) : resume(rotation, 0, driver);
    default:
      return input satisfies never;
  }
}

function resume(rotation: Rotation, idleSeconds: number, driver: Driver): Step {
  if (owesPromotion(rotation)) return promoteLate(rotation, driver);
  if (hasEnded(rotation)) return { rotation, effect: { kind: rotation.looksLeft ? 'look' : 'end' } };
  if (rotation.state === 'published') return afterEvent(published(rotation), driver);
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

/** What a reading proves. Where it proves nothing, nothing is sent, and a doubt stays until another one does. */
function judge(rotation: Rotation, read: Input & { kind: 'read' }, driver: Driver): Step {
  const { keys, objection, busy, unready } = read;
  const own = compareKey(rotation.keyType, rotation.before, keys);
  if (
    own === 'changed' &&
    rotation.everInDoubt &&
    (rotation.state === 'started' || rotation.state === 'failed')
  ) {
    return tell(regeneratedAsRead(rotation, keys), driver);
  }
  if (rotation.state !== 'started') return resume(rotation, 0, driver);
  if (own === 'outdated' || own === 'unproved') {
    return putOff(givenItsTime(rotation), 'read', unprovedReading(own), driver);
  }
  const { doubt } = rotation;
  const settled = cameToNothing(rotation);
  if (doubt?.kind === 'unsettled' && !doubt.failure.passing) return fail(settled, doubt.failure, driver);
  if (driver.settlesOnly && rotation.trigger === 'timer')
    return { rotation: settled, effect: { kind: 'end' } };
  if (!mayPost(rotation, driver)) return fail(settled, rotation.failure ?? notCarriedOut(), driver);
  // The first time a POST that came to nothing is sent again at once; from then on ARM is left alone for longer.
  if (doubt?.kind === 'unsettled' && rotation.trigger === 'timer' && triesOf(rotation, 'regenerate') > 0) {
    return putOff(settled, 'regenerate', doubt.failure, driver);
  }
  const other = compareKey(otherKey(rotation.keyType), rotation.before, keys);
  if (other === 'outdated' || other === 'unproved') {
    return putOff(settled, 'read', unprovedReading(other), driver);
  }
  if (own === 'changed' || other === 'changed') {
    const why = 'the keys of the account were changed by others in the meantime';
    return fail(settled, superseded(why), driver);
  }
  if (objection !== undefined) return fail(settled, superseded(objection), driver);
  if (isSpent(rotation, driver.timings)) return fail(settled, rotation.failure ?? notCarriedOut(), driver);
  if (busy !== undefined) return putOff(settled, 'read', busy, driver);
  if (unready !== undefined) return putOff(settled, 'store', unready, driver);
  const counted = doubt === undefined ? settled : withTry(settled, 'regenerate');
  return { rotation: { ...counted, doubt: { kind: 'sending' } }, effect: { kind: 'post' } };
}

/** After a call that changed nothing: try again later, or give up. */
function putOff(rotation: Rotation, tried: Tried, failure: Failure, driver: Driver): Step {
  const noted = { ...rotation, failure };
  const asked = Math.max(failure.retryAfterSeconds ?? Number.POSITIVE_INFINITY, 1);
  if (failure.passing && asked + driver.timings.postTimeout <= driver.patience)
    return pause(withTry(noted, tried), asked, driver);
  if (givesUp(rotation, failure, driver)) return fail(noted, failure, driver);
  return suspendAfter(noted, tried, failure, driver.timings);
}

/** Doubt waits until it can be settled, however long that takes, unless the account itself stays gone. */
function givesUp(rotation: Rotation, failure: Failure, { timings }: Driver): boolean {
  if (failure.code === 'AccountReplaced') return true;
  if (rotation.doubt !== undefined) return failure.status === 404 && isSpent(rotation, timings);
  return rotation.trigger !== 'timer' || !failure.passing || isSpent(rotation, timings);
}

/**
 * Whether this driver may still send a POST for the rotation. One of the timer goes on until it is done. One that
 * a caller asked for over HTTP does not outlive his waiting: he must not find a key changed that he was told was not.
 */
function mayPost(rotation: Rotation, driver: Driver): boolean {
  if (driver.settlesOnly) return false;
  return rotation.trigger === 'timer' || driver.patience >= driver.timings.postTimeout;
}

function isSpent(rotation: Rotation, timings: Timings): boolean {
  return triesOf(rotation, 'regenerate') + triesOf(rotation, 'read') >= timings.maxAttempts;
}

function pause(rotation: Rotation, seconds: number, driver: Driver): Step {
  if (seconds <= driver.patience) return { rotation, effect: { kind: 'wait', seconds } };
  return suspend(rotation, seconds);
}

/** An overtaken rotation failed at nothing, and whatever overtook it has an event of its own. */
function fail(rotation: Rotation, failure: Failure, driver: Driver): Step {
  const failed: Rotation = { ...withoutDoubt(rotation), state: 'failed', failure };
  return failure.code === 'Superseded'
    ? end({ ...failed, told: true }, driver.timings)
    : tell(failed, driver);
}

/** A waiting rotation whose place another one takes. */
export function supersede(rotation: Rotation, why: string, timings: Timings): Rotation {
  const failed: Rotation = {
    ...withoutDoubt(rotation),
    state: 'failed',
    failure: superseded(why),
    told: true,
  };
  return end(failed, timings).rotation;
}

/** Once nothing else is left to do for it. */
function isLookedAt(rotation: Rotation): boolean {
  return hasEnded(rotation) && !owesPromotion(rotation);
}

function lookAgain(rotation: Rotation, { timings }: Driver): Step {
  const { looksLeft = 0 } = rotation;
  const seconds = timings.lateLooks.at(1 - looksLeft);
  const looked = { ...rotation, looksLeft: Math.max(looksLeft - 1, 0) };
  if (looked.looksLeft === 0 || seconds === undefined) return { rotation: looked, effect: { kind: 'end' } };
  return suspend(looked, seconds);
}

function lookLater(rotation: Rotation, failure: Failure, { timings }: Driver): Step {
  const isInVain = failure.status === 404 || triesOf(rotation, 'look') >= timings.maxAttempts;
  if (isInVain) return { rotation: { ...rotation, looksLeft: 0 }, effect: { kind: 'end' } };
  return suspendAfter(rotation, 'look', failure, timings);
}

function regenerated(rotation: Rotation, after: KeySnapshot): Rotation {
  const { failure: _, looksLeft: __, ...rest } = withoutDoubt(rotation);
  return { ...rest, state: 'regenerated', after: withPast(after, rotation.before), told: false };
}

/** A change that shows without a POST in doubt is of one that had been settled as not carried out. */
function regeneratedAsRead(rotation: Rotation, after: KeySnapshot): Rotation {
  const { latePosts = 0, ...rest } = regenerated(rotation, after);
  const left = rotation.doubt === undefined ? latePosts - 1 : latePosts;
  return left > 0 ? { ...rest, latePosts: left } : rest;
}

function inDoubt(rotation: Rotation, settleSeconds: number, failure: Failure): Rotation {
  return { ...rotation, doubt: { kind: 'unsettled', settleSeconds, failure }, everInDoubt: true, failure };
}

/** A doubt that was read after its settling time can be read again at any time. */
function givenItsTime(rotation: Rotation): Rotation {
  const { doubt } = rotation;
  return doubt?.kind === 'unsettled' ? { ...rotation, doubt: { ...doubt, settleSeconds: 0 } } : rotation;
}

/** A POST in doubt, if there is one, that a reading proves not to have been carried out so far. */
function cameToNothing(rotation: Rotation): Rotation {
  if (rotation.doubt === undefined) return rotation;
  return { ...withoutDoubt(rotation), latePosts: (rotation.latePosts ?? 0) + 1 };
}

function withoutDoubt(rotation: Rotation): Rotation {
  const { doubt: _, ...rest } = rotation;
  return rest;
}
