import type { Account } from '../../core/account/account.ts';
import type { KeyTimes, KeyType } from '../../core/account/key-type.ts';
import type { Scope } from '../../core/account/scope.ts';
import type { Failure } from '../../core/failure.ts';
import type { AccountFacts } from '../../core/policy/policy.ts';
import type { AccountRecord } from '../../core/rotation/account-record.ts';
import type { KnownRequest } from '../../core/rotation/admission.ts';
import type { Rotation, RotationState } from '../../core/rotation/rotation.ts';
import type { WorkMessage } from '../../core/rotation/work-message.ts';
import type { Secret } from '../../core/secret.ts';

export type Outcome<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** ARM's `MapsAccountKeys`. The times are as ARM wrote them. */
export interface AccountKeys {
  readonly primaryKey: Secret;
  readonly secondaryKey: Secret;
  readonly times: KeyTimes;
}

export interface KeysReading {
  readonly keys: AccountKeys;
  /** ARM's clock, milliseconds since 1970. */
  readonly now: number;
}

export interface AccountReading {
  /** The ARM id as ARM writes it. */
  readonly id: string;
  /** What ARM knows the account by, wherever it is moved; absent where it gave none. */
  readonly uniqueId?: string;
  readonly facts: AccountFacts;
}

export interface AccountPage {
  readonly accounts: readonly AccountReading[];
  readonly continuation?: string;
}

export type PostOutcome =
  | { readonly kind: 'regenerated'; readonly keys: AccountKeys }
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'unanswered'; readonly failure: Failure; readonly settleSeconds: number };

/** Azure Maps accounts by ARM. Expected failures are returned. */
export interface MapsAccounts {
  readAccount(account: Account): Promise<Outcome<AccountReading>>;
  readKeys(account: Account): Promise<Outcome<KeysReading>>;
  /** Sends one POST at most, and none unless `maySend` says yes at the last moment. */
  regenerateKey(account: Account, keyType: KeyType, maySend: () => Promise<boolean>): Promise<PostOutcome>;
  /** One page of a scope's accounts, from where another one ended. */
  listPage(scope: Scope, continuation?: string): Promise<Outcome<AccountPage>>;
  /** How many writes ARM said last that are left for a subscription; undefined where it has not said lately. */
  writesLeft(subscriptionId: string): number | undefined;
}

export interface WorkQueue {
  /** Throws where the queue did not take it. The message stays until it is done with. */
  send(message: WorkMessage, delaySeconds: number): Promise<void>;
}

/** Who may touch a row, for how long since it was written, by the Table service's clock. */
export interface Hold {
  /** A driver at work; absent where the rotation only waits. */
  readonly owner?: string;
  readonly seconds: number;
}

/** A rotation's row as it was read. */
export interface StoredRotation {
  readonly rotation: Rotation;
  readonly etag: string;
  readonly hold: Hold;
  /** Seconds since the row was written, by the Table service's clock. */
  readonly idleSeconds: number;
  readonly writtenAt: string;
}

export interface StoredAccount {
  readonly record: AccountRecord;
  readonly etag: string;
}

/** An account by its address and, where that is known, by what ARM knows it by. */
export interface NamedAccount {
  readonly account: Account;
  readonly uniqueId?: string | undefined;
}

/** All that is known of an account when a command for it comes in, read at one time. */
export interface AccountView {
  readonly account: Account;
  /** By which it was looked up: as given, or as its address was last known to have. */
  readonly uniqueId?: string;
  readonly stored?: StoredAccount;
  /** The rotation that has the lock. */
  readonly running?: StoredRotation;
  readonly repeated?: KnownRequest;
  readonly resent?: KnownRequest;
}

/** The ids under which a caller may repeat its request. */
export interface RequestIds {
  /** `Repeatability-Request-ID`; joins for a day. */
  readonly repeatability?: string;
  /** `Repeatability-First-Sent`, milliseconds since 1970. */
  readonly firstSent?: number;
  /** `x-ms-client-request-id`; joins for five minutes, for the same key, or where the policy chose the key again. */
  readonly client?: string;
}

/** A rotation found by its id, with its account's row. */
export interface FoundRotation extends StoredRotation {
  readonly account: Account;
  readonly stored?: StoredAccount;
}

/** A rotation that this driver holds, with its account's row. */
export interface HeldRotation {
  readonly account: Account;
  readonly rotation: Rotation;
  readonly etag: string;
  readonly stored?: StoredAccount;
}

export interface RotationStart {
  readonly view: AccountView;
  readonly rotation: Rotation;
  readonly record: AccountRecord;
  readonly requestIds: RequestIds;
  readonly hold: Hold;
  /** The waiting rotation whose lock is taken, and how it ends by that. */
  readonly supersedes?: { readonly found: StoredRotation; readonly ended: Rotation };
}

export interface RotationPage {
  readonly rotations: readonly StoredRotation[];
  readonly continuation?: string;
}

export interface RotationFilter {
  readonly account?: Account;
  readonly state?: RotationState;
}

/** The table `rotations`. Throws where it can't be reached; a lost race is a result. */
export interface RotationStore {
  /** The Table service's clock, milliseconds since 1970; the instance's own until the service has answered once. */
  serviceNow(): number;
  /** `keyType`: undefined where the policy chooses it. */
  viewAccount(
    named: NamedAccount,
    keyType: KeyType | undefined,
    requestIds: RequestIds,
  ): Promise<AccountView>;
  /** Makes the id findable before the rotation exists, and the account by its address. */
  indexRotation(rotationId: string, named: NamedAccount, requestIds: RequestIds): Promise<void>;
  /** Remembers what an address was seen to be the address of. */
  noteAddress(account: Account, uniqueId: string): Promise<void>;
  /** Lock, rotation, requests and account in one transaction; `lost` where another was faster. */
  startRotation(start: RotationStart): Promise<HeldRotation | 'lost'>;
  findRotation(rotationId: string): Promise<FoundRotation | undefined>;
  /** `lost` where another driver wrote the row since. The account's row follows, and its lock where its reason is gone. */
  saveRotation(held: HeldRotation, rotation: Rotation, hold: Hold): Promise<HeldRotation | 'lost'>;
  /** Whether the lease is still this driver's and younger than `seconds`, by the Table service's clock. */
  holdsLease(held: HeldRotation, seconds: number): Promise<boolean>;
  /** Saves a rotation that others did, with its account: it has no lock and only its event to send. */
  recordObserved(
    view: AccountView,
    rotation: Rotation,
    record: AccountRecord,
  ): Promise<HeldRotation | 'lost'>;
  /** Saves what a reading showed; of no effect where the account's row changed since. */
  saveAccount(view: AccountView, record: AccountRecord): Promise<void>;
  listRotations(filter: RotationFilter, top: number, continuation?: string): Promise<RotationPage>;
  /** The ids of rotations that were not seen to be over, oldest first. */
  openRotations(): AsyncIterable<OpenRotation>;
  closeRotation(rotationId: string): Promise<void>;
  /** Takes back the index of a rotation that never came to exist. */
  dropIndex(rotationId: string): Promise<void>;
  /** As `dropIndex`, of one whose start may still be on its way. False where it has to stay, lest that succeed. */
  dropOrphan(rotationId: string): Promise<boolean>;
  /** Drops the ids of requests that have served their time. */
  dropExpiredRequests(): Promise<number>;
}

export interface OpenRotation {
  readonly rotationId: string;
  /** Seconds since it was indexed. */
  readonly ageSeconds: number;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Seconds on a clock that never jumps. */
  monotonic(): number;
  sleep(seconds: number): Promise<void>;
}

/** One line a fact: a constant message and fields, none of them secret. */
export interface Log {
  info(message: string, fields: LogFields): void;
  warn(message: string, fields: LogFields): void;
  error(message: string, fields: LogFields): void;
}

/** None of them takes the place of the message, by which alerts find the line. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>> & {
  readonly message?: never;
};
