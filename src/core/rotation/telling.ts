import type { Failure } from '../failure.ts';
import { isKeyRefusal } from '../failure.ts';
import type { Driver, Effect, Input, Step } from './effect.ts';
import { rotationEvent } from './events.ts';
import { promoteLate } from './promoting.ts';
import type { Rotation } from './rotation.ts';
import { owesEvent, owesPromotion, triesOf, withTry } from './rotation.ts';
import { end, suspend, suspendAfter, suspendTrial, verifyPause } from './suspend.ts';
import type { Timings } from './timings.ts';

/** What comes of an effect of telling. */
export type TellingInput = Exclude<
  Input,
  {
    kind:
      | 'woken'
      | 'read'
      | 'read-failed'
      | 'regenerated'
      | 'refused'
      | 'unanswered'
      | 'looked'
      | 'look-failed';
  }
>;

/**
 * The next thing to do until the consumers of a regenerated key can move to it: store it, try it, make it the current
 * one, send the event. Each can be done again after a crash. Who reads the current key without waiting for events is not
 * led to one that Azure Maps does not know yet.
 */
export function tell(rotation: Rotation, driver: Driver): Step {
  const effect = nextEffect(rotation, driver);
  return hasTime(effect, driver) ? { rotation, effect } : suspend(rotation, 0);
}

function nextEffect(rotation: Rotation, driver: Driver): Effect {
  const { state } = rotation;
  if (state === 'failed') return publish(rotation);
  if (state === 'regenerated' && driver.stores) return { kind: 'store' };
  if ((state === 'regenerated' || state === 'stored') && driver.verifies) return { kind: 'verify' };
  if (driver.stores && rotation.secretId !== undefined && !rotation.promoted) {
    return { kind: 'promote', seenToWork: rotation.verified === true || !driver.verifies };
  }
  return publish(rotation);
}

function publish(rotation: Rotation): Effect {
  return { kind: 'publish', event: rotationEvent(rotation) };
}

/** A caller can have his key by now: what might keep him for longer than he waits is left to the queue. */
function hasTime({ kind }: Effect, { patience, timings }: Driver): boolean {
  if (patience === 0 || kind === 'publish') return true;
  return patience >= (kind === 'verify' ? timings.callTimeout / 2 : timings.callTimeout);
}

export function goOnTelling(rotation: Rotation, input: TellingInput, driver: Driver): Step {
  switch (input.kind) {
    case 'stored':
      return tell({ ...cleared(rotation), state: 'stored', secretId: input.secretId }, driver);
    case 'promoted':
      return tell({ ...cleared(rotation), promoted: true }, driver);
    case 'promotion-deferred':
      return { rotation, effect: publish(rotation) };
    case 'verified':
      return tell({ ...cleared(rotation), state: 'verified', verified: true }, driver);
    case 'unverified':
      return tryAgain(rotation, input.failure, driver);
    case 'key-gone':
      return tell({ ...cleared(rotation), state: 'verified', promoted: true }, driver);
    case 'published':
      return afterEvent(published(rotation), driver);
    case 'store-failed':
      return tellLater(rotation, 'store', input.failure, driver.timings);
    case 'publish-failed':
      return tellLater(rotation, 'publish', input.failure, driver.timings);
    default:
      return input satisfies never;
  }
}

/**
 * Azure Maps needs a moment to know a new key. After the last try the event goes out, and says what was found: that it was
 * refused where it was so at any try, and nothing where Azure Maps could not be asked.
 */
function tryAgain(rotation: Rotation, failure: Failure, driver: Driver): Step {
  const { verifyTries, longestVerifyWait } = driver.timings;
  const before = rotation.failure ?? failure;
  const found = isKeyRefusal(before) ? before : failure;
  const noted = withTry({ ...rotation, failure: found }, 'verify');
  if (triesOf(noted, 'verify') < verifyTries)
    return suspendTrial(noted, failure, longestVerifyWait, driver.timings);
  return tell({ ...noted, state: 'verified', ...(isKeyRefusal(found) && { verified: false }) }, driver);
}

/** A key that Azure Maps did not take in time becomes the current one when it does. */
export function afterEvent(rotation: Rotation, driver: Driver): Step {
  if (!owesPromotion(rotation)) return end(rotation, driver.timings);
  if (!driver.stores) return promoteLate(rotation, driver);
  return suspend(rotation, verifyPause(Math.max(triesOf(rotation, 'verify'), 1), driver.timings));
}

/** What kept the event back is shown while it waits, but never in the place of why a rotation failed. */
function tellLater(rotation: Rotation, tried: 'store' | 'publish', failure: Failure, timings: Timings): Step {
  const noted = rotation.state === 'failed' ? rotation : { ...rotation, failure };
  return suspendAfter(noted, tried, failure, timings);
}

export function published(rotation: Rotation): Rotation {
  if (rotation.state === 'failed') return { ...rotation, told: true };
  if (!owesEvent(rotation) && rotation.state !== 'published') return rotation;
  return { ...cleared(rotation), state: 'completed', told: true };
}

function cleared(rotation: Rotation): Rotation {
  const { failure: _, ...rest } = rotation;
  return rest;
}
