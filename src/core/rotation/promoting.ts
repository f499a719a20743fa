import type { Failure } from '../failure.ts';
import type { Driver, Step } from './effect.ts';
import type { Rotation } from './rotation.ts';
import { triesOf, withTry } from './rotation.ts';
import { end, suspendAfter, suspendTrial } from './suspend.ts';
import type { TellingInput } from './telling.ts';

/**
 * What is left once an event had to go out before Azure Maps took its key. Who reads the secret `current` is served by
 * the other key meanwhile, so the new one is tried until it works, and then takes its place. Consumers have been told:
 * neither an order nor the policy waits for it.
 */
export function promoteLate(rotation: Rotation, driver: Driver): Step {
  if (!driver.stores) return end({ ...rotation, promoted: false }, driver.timings);
  return { rotation, effect: driver.verifies ? { kind: 'verify' } : { kind: 'promote', seenToWork: true } };
}

export function goOnPromoting(rotation: Rotation, input: TellingInput, driver: Driver): Step {
  switch (input.kind) {
    case 'verified':
      return { rotation, effect: { kind: 'promote', seenToWork: true } };
    case 'unverified':
      return tryLater(rotation, input.failure, driver);
    case 'promoted':
    case 'key-gone':
      return end({ ...rotation, promoted: true }, driver.timings);
    case 'store-failed':
      return suspendAfter(rotation, 'store', input.failure, driver.timings);
    case 'promotion-deferred':
    case 'stored':
    case 'published':
    case 'publish-failed':
      return promoteLate(rotation, driver);
    default:
      return input satisfies never;
  }
}

function tryLater(rotation: Rotation, failure: Failure, { timings }: Driver): Step {
  const noted = withTry(rotation, 'verify');
  const tries = triesOf(noted, 'verify');
  if (tries >= timings.verifyTries + timings.lateVerifyTries)
    return end({ ...noted, promoted: false }, timings);
  return suspendTrial(noted, failure, timings.maxRetryAfter, timings);
}
