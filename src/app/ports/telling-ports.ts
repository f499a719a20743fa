import type { Account } from '../../core/account/account.ts';
import type { KeyType } from '../../core/account/key-type.ts';
import type { Failure } from '../../core/failure.ts';
import type { RotationEvent } from '../../core/rotation/events.ts';
import type { Rotation } from '../../core/rotation/rotation.ts';
import type { Secret } from '../../core/secret.ts';
import type { Outcome } from './ports.ts';

/** The Event Grid topic. */
export interface EventSink {
  /** Whether an event could be sent as far as that shows beforehand; undefined where it could. */
  ready(): Promise<Failure | undefined>;
  /** Undefined once Event Grid accepted the event. */
  publish(event: RotationEvent): Promise<Failure | undefined>;
}

/** A new key on its way to the vault. */
export interface KeyToStore {
  readonly account: Account;
  /** Addresses that the account had before; none that another account has by now. */
  readonly formerAccounts: readonly Account[];
  readonly rotation: Rotation;
  readonly key: Secret;
  /** When the key is past max age, milliseconds since 1970; absent where nothing is going to replace it by then. */
  readonly expiresAt?: number;
}

/** The Key Vault in which new keys are kept as secrets. */
export interface SecretVault {
  /**
   * Whether a key of the account could be stored as far as that shows beforehand; undefined where it could. `keyType`:
   * the key that is to be regenerated, where it is known yet.
   */
  ready(account: Account, keyType?: KeyType): Promise<Failure | undefined>;
  /** The versioned id of the secret: of the version that is there already, where this rotation's key was stored before. */
  store(key: KeyToStore): Promise<Outcome<string>>;
  /**
   * Makes the key the account's current one, unless a newer one is. One that was not seen to work only takes the place
   * of a key that is dead; else it is `deferred`.
   */
  promote(key: KeyToStore, seenToWork: boolean): Promise<Outcome<'promoted' | 'deferred'>>;
}

/** The Azure Maps data plane, which the keys open. */
export interface MapsDataPlane {
  /** Undefined where the key was accepted. */
  tryKey(key: Secret): Promise<Failure | undefined>;
}
