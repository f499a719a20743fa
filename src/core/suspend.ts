import { backoff } from './backoff.ts';
import type { Step } from './effect.ts';
import type { Failure } from './failure.ts';
import type { Rotation } from './rotation.ts';
import type { Timings } from './timings.ts';

/** Each wake-up has a number of its own, so that a message of an earlier one is known to be out of date. */
export function suspend(rotation: Rotation, seconds: number): Step {
  return { rotation: { ...rotation, attempt: rotation.attempt + 1 }, effect: { kind: 'suspend', seconds } };
}

export function suspendAfter(rotation: Rotation, failure: Failure, timings: Timings): Step {
  return suspend(rotation, backoff(rotation.rotationId, rotation.attempt, failure, timings));
}
