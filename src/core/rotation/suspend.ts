import type { Failure } from '../failure.ts';
import { backoff } from './backoff.ts';
import type { Step } from './effect.ts';
import type { Rotation, Tried } from './rotation.ts';
import { triesOf, withTry } from './rotation.ts';
import type { Timings } from './timings.ts';

/** Each wake-up has a number of its own, so that a message of an earlier one is known to be out of date. */
export function suspend(rotation: Rotation, seconds: number): Step {
  return { rotation: { ...rotation, attempt: rotation.attempt + 1 }, effect: { kind: 'suspend', seconds } };
}

/** After one more try in vain of one thing: by how often that very thing was tried. */
export function suspendAfter(rotation: Rotation, tried: Tried, failure: Failure, timings: Timings): Step {
  const seconds = backoff(rotation.rotationId, triesOf(rotation, tried), failure, timings);
  return suspend(withTry(rotation, tried), seconds);
}

/** Before a new key is tried again on Azure Maps: twice as long with each try. */
export function verifyPause(tries: number, { firstVerifyPause, maxBackoff }: Timings): number {
  return Math.min(firstVerifyPause * 2 ** Math.min(tries - 1, 20), maxBackoff);
}

/** After one more trial in vain: for as long as was asked for up to `longest`, as somebody may wait for the event. */
export function suspendTrial(rotation: Rotation, failure: Failure, longest: number, timings: Timings): Step {
  const asked = Math.min(failure.retryAfterSeconds ?? 0, longest);
  return suspend(rotation, Math.max(asked, verifyPause(triesOf(rotation, 'verify'), timings)));
}

/** The end of a rotation; where a POST of it may yet be carried out, the account is looked at some more times. */
export function end(rotation: Rotation, { lateLooks }: Timings): Step {
  const { latePosts, looksLeft = latePosts ? lateLooks.length : 0 } = rotation;
  const [first] = lateLooks;
  if (looksLeft === 0 || first === undefined) return { rotation, effect: { kind: 'end' } };
  return suspend({ ...rotation, looksLeft }, first);
}
