import type { Failure } from '../failure.ts';
import type { RotationEvent } from './events.ts';
import type { KeySnapshot } from './key-snapshot.ts';
import type { Rotation } from './rotation.ts';
import type { Timings } from './timings.ts';

/** What a driver learned: by taking the rotation over, or as the result of the last effect. */
export type Input =
  /** The rotation was taken over; its row had been left alone for `idleSeconds`, by the Table service's clock. */
  | { readonly kind: 'woken'; readonly idleSeconds: number }
  /**
   * What ARM says of the keys. `objection`: why the policy no longer wants this rotation; `busy`: why it has to
   * wait; `unready`: why a new key could not be stored now.
   */
  | {
      readonly kind: 'read';
      readonly keys: KeySnapshot;
      readonly objection?: string;
      readonly busy?: Failure;
      readonly unready?: Failure;
    }
  | { readonly kind: 'read-failed'; readonly failure: Failure }
  | { readonly kind: 'regenerated'; readonly keys: KeySnapshot }
  /** The POST was surely not carried out. */
  | { readonly kind: 'refused'; readonly failure: Failure }
  /** The POST may have been carried out; a reading tells after `settleSeconds`. */
  | { readonly kind: 'unanswered'; readonly failure: Failure; readonly settleSeconds: number }
  | { readonly kind: 'stored'; readonly secretId: string }
  | { readonly kind: 'store-failed'; readonly failure: Failure }
  /** The account's secret `current` has the new key, or a newer one. */
  | { readonly kind: 'promoted' }
  /** The secret `current` still holds a key that lives, and the new one was not seen to work. */
  | { readonly kind: 'promotion-deferred' }
  /** Azure Maps accepted the new key. */
  | { readonly kind: 'verified' }
  /** Azure Maps refused it (`isKeyRefusal`), or could not be asked. */
  | { readonly kind: 'unverified'; readonly failure: Failure }
  /** Another key has taken its place since, or its account is gone. */
  | { readonly kind: 'key-gone' }
  | { readonly kind: 'published' }
  | { readonly kind: 'publish-failed'; readonly failure: Failure }
  /** The account was looked at for a change that comes late, and what it showed was announced. */
  | { readonly kind: 'looked' }
  | { readonly kind: 'look-failed'; readonly failure: Failure };

/** The one thing to do next, once the rotation is saved. */
export type Effect =
  | { readonly kind: 'read' }
  /** Saved with a fresh lease before it is sent, and sent once. */
  | { readonly kind: 'post' }
  /** Store the new key as a secret. */
  | { readonly kind: 'store' }
  /** Try the new key on Azure Maps. */
  | { readonly kind: 'verify' }
  /** Store the new key as the account's current one; where it was not seen to work, only in the place of a dead one. */
  | { readonly kind: 'promote'; readonly seenToWork: boolean }
  | { readonly kind: 'publish'; readonly event: RotationEvent }
  /** Look at the account, and announce what others or a late POST changed. */
  | { readonly kind: 'look' }
  /** Stay in the invocation; then the next input is `woken`. */
  | { readonly kind: 'wait'; readonly seconds: number }
  /** Leave a message that wakes the rotation later, and end the invocation. */
  | { readonly kind: 'suspend'; readonly seconds: number }
  | { readonly kind: 'end' };

export interface Step {
  readonly rotation: Rotation;
  readonly effect: Effect;
}

export interface Driver {
  /** For how many more seconds an HTTP caller waits for this driver; 0 where nobody does. */
  readonly patience: number;
  readonly timings: Timings;
  /** Whether it only finds out what became of a POST in doubt: an order stands in line, and has a POST of its own. */
  readonly settlesOnly?: boolean;
  /** Whether a new key is stored as a secret before it is announced. */
  readonly stores: boolean;
  /** Whether a new key is tried before it is announced. */
  readonly verifies: boolean;
}

/** Whether it is of no harm done twice. */
export function isTelling({ kind }: Effect): boolean {
  return kind === 'store' || kind === 'verify' || kind === 'promote' || kind === 'publish';
}
