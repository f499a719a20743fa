import type { KeyType } from './key-type.ts';
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
  /** Under the `x-ms-client-request-id`, of the same key and not too old. */
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
  | { readonly kind: 'busy'; readonly rotationId: string }
  | { readonly kind: 'reject-repeated' };

export function admit({ keyType, repeated, resent, running }: Admission): AdmissionDecision {
  if (repeated !== undefined && keyType !== undefined && repeated.keyType !== keyType)
    return { kind: 'reject-repeated' };
  const known = repeated ?? resent;
  if (known !== undefined) return { kind: 'join', rotationId: known.rotationId };
  if (running === undefined) return { kind: 'start' };
  const { rotation, held } = running;
  const waits = rotation.trigger === 'timer' && rotation.doubt === undefined && !held;
  return waits ? { kind: 'supersede', rotation } : { kind: 'busy', rotationId: rotation.rotationId };
}
