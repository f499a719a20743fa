import type { KeyType } from '../account/key-type.ts';
import type { Failure } from '../failure.ts';
import { fault } from '../failure.ts';
import type { Rotation } from './rotation.ts';

/** An earlier request that had the same id, as its row tells. */
export interface KnownRequest {
  readonly rotationId: string;
  readonly keyType: KeyType;
}

/** A new request for an account, beside what is known there. */
export interface Admission {
  /** Undefined where the policy chooses it. */
  readonly keyType: KeyType | undefined;
  /** Under the `Repeatability-Request-ID`, which binds the request to one key. */
  readonly repeated?: KnownRequest;
  /** Under the `x-ms-client-request-id`, of the same key or of the same way to one, and not too old. */
  readonly resent?: KnownRequest;
  /** The rotation that has the lock. */
  readonly running?: { readonly rotation: Rotation; readonly held: boolean };
}

export type AdmissionDecision =
  | { readonly kind: 'start' }
  /** Answer with that rotation's outcome; where it failed without regenerating, start anew. */
  | { readonly kind: 'join'; readonly rotationId: string }
  /** Take the lock from a rotation that waits with nothing sent. */
  | { readonly kind: 'supersede'; readonly rotation: Rotation }
  /** First find out what became of a POST in doubt that no driver is at work on. */
  | { readonly kind: 'settle'; readonly rotation: Rotation }
  | { readonly kind: 'busy'; readonly rotationId: string }
  | { readonly kind: 'reject-repeated' };

export function admit({ keyType, repeated, resent, running }: Admission): AdmissionDecision {
  if (repeated !== undefined && keyType !== undefined && repeated.keyType !== keyType)
    return { kind: 'reject-repeated' };
  const known = repeated ?? resent;
  if (known !== undefined) return { kind: 'join', rotationId: known.rotationId };
  if (running === undefined) return { kind: 'start' };
  const { rotation, held } = running;
  if (!held && rotation.doubt !== undefined) return { kind: 'settle', rotation };
  const waits = !held && rotation.trigger === 'timer';
  return waits ? { kind: 'supersede', rotation } : { kind: 'busy', rotationId: rotation.rotationId };
}

const DAY = 86_400_000;

/** By how much the clock of a caller may be wrong, milliseconds. */
const CLOCK_SKEW = 600_000;

/** For how long the id of a repeatable request has to be kept, so that none is forgotten while it is still taken. */
export const REPEATABILITY_SECONDS = (DAY + 3 * CLOCK_SKEW) / 1000;

/** Why a request is not taken that says when it was sent first. Both are milliseconds since 1970. */
export function refuseFirstSent(firstSent: number, now: number): Failure | undefined {
  const target = 'Repeatability-First-Sent';
  if (firstSent > now + CLOCK_SKEW) return fault(400, 'InvalidHeader', FIRST_SENT_RULE, { target });
  if (now - firstSent <= DAY + CLOCK_SKEW) return undefined;
  const message =
    'Repeatability-First-Sent is more than 24 hours ago. Find out what became of the request, and send a new one with a new id where it is still wanted.';
  return fault(412, 'RepeatabilityExpired', message, { target });
}

export const FIRST_SENT_RULE =
  'Repeatability-First-Sent must be the HTTP date (such as Sun, 06 Nov 1994 08:49:37 GMT) at which the request was first sent, not one in the future.';
