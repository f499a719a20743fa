import type { Failure } from '../../core/failure.ts';
import {
  notCarriedOut,
  nothingRegenerated,
  nothingRegeneratedSoFar,
  outcomeUnknown,
  withoutTime,
} from '../../core/failure.ts';
import type { Rotation } from '../../core/rotation/rotation.ts';

/** Why a rotation that its driver left is not answered with keys. */
export function failureOf(rotation: Rotation, retryAfterSeconds: number): Failure {
  if (rotation.state !== 'failed') return outcomeUnknown(retryAfterSeconds);
  const failure = rotation.failure ?? notCarriedOut();
  // Its account is gone, and with it whatever could tell what became of a request in doubt.
  if (rotation.everInDoubt && !rotation.latePosts) return failure;
  const told = rotation.latePosts ? nothingRegeneratedSoFar : nothingRegenerated;
  return told(withoutTime(failure));
}
