import type { Failure } from '../core/failure.ts';
import {
  notCarriedOut,
  nothingRegenerated,
  nothingRegeneratedSoFar,
  outcomeUnknown,
} from '../core/failure.ts';
import type { Rotation } from '../core/rotation.ts';

/** Why a rotation that its driver left is not answered with keys. */
export function failureOf(rotation: Rotation, retryAfterSeconds: number): Failure {
  if (rotation.state !== 'failed') return outcomeUnknown(retryAfterSeconds);
  const failure = rotation.failure ?? notCarriedOut();
  // What ARM would have answered later is not known: the caller's time is up, not ARM's.
  const told = rotation.latePosts ? nothingRegeneratedSoFar : nothingRegenerated;
  return told(
    failure.passing && (failure.status === 408 || failure.status >= 500)
      ? { ...failure, status: 503 }
      : failure,
  );
}
