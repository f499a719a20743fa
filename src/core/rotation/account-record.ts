import type { Account } from '../account/account.ts';
import { accountId, isSameAddress, parseAccountId } from '../account/account.ts';
import type { KeyType } from '../account/key-type.ts';
import { KEY_TYPES } from '../account/key-type.ts';
import { toInstant } from '../time.ts';
import type { KeySnapshot } from './key-snapshot.ts';
import { compareKey, withKey, withReading } from './key-snapshot.ts';
import type { Rotation } from './rotation.ts';
import { owesEvent } from './rotation.ts';

/** What the app knows of an account between rotations; a row of its own beside them. */
export interface AccountRecord {
  /** The ARM id as ARM writes it; as a caller wrote it, until ARM was asked. */
  readonly accountId: string;
  /** Whether `accountId` comes from ARM. */
  readonly canonical: boolean;
  /** Where the account was before it was moved, with the keys that were not regenerated since. */
  readonly formerAddresses?: readonly FormerAddress[];
  /** When its keys were read last, by ARM's clock, RFC 3339. */
  readonly lookedAt?: string;
  /** Whether its tag asked for rotation when its keys were read last; until it says `disabled`. */
  readonly optedIn?: boolean;
  /** A word on the key in use that was there when it was first read and did not fit the keys: it may be of long ago. */
  readonly staleHint?: string;
  /** The keys as last seen. They only get younger, so an account that is not due by their times is not due. */
  readonly seen?: KeySnapshot;
  /** The key told of last, which is the one in use: by the policy's rule, the other one is regenerated next. */
  readonly announced?: Announcement;
  /** Whether ARM said last that its keys open nothing (`disableLocalAuth`). */
  readonly localAuthDisabled?: boolean;
  /** The max age that its tag asked for when ARM was asked last, seconds. */
  readonly taggedMaxAge?: number;
  /** Whether the policy is going to rotate it, by what ARM said last; absent where it was not asked. */
  readonly rotatedByPolicy?: boolean;
  /** Whether a read-only lock kept ARM from reading its keys the last time. */
  readonly readOnlyLock?: boolean;
  /** What the timer's last try to look at its keys came to, where it failed. */
  readonly failedTry?: FailedTry;
  /** Whether that was its disabled subscription. */
  readonly readOnlySubscription?: boolean;
  /** Rotations that regenerated a key of which nobody has been told yet. */
  readonly untold: readonly string[];
  /** Rotations that failed after a POST in doubt: a key that changes after all was changed by them. */
  readonly doubts: readonly KeyDoubt[];
}

/** Times are RFC 3339. */
export interface FailedTry {
  readonly code: string;
  readonly message: string;
  /** When the first of them failed of which none has succeeded since. */
  readonly since: string;
  readonly at: string;
  /** How many there were since then. */
  readonly tries: number;
}

export interface FormerAddress {
  readonly accountId: string;
  readonly keysLeft: readonly KeyType[];
}

export interface Announcement {
  /** The rotation that was told of. */
  readonly rotationId?: string;
  readonly keyType: KeyType;
  readonly keyLastUpdated?: string;
  /** When Event Grid accepted the event, RFC 3339. */
  readonly acceptedAt: string;
  /** Whether Azure Maps accepted the key before; absent where it was not tried. */
  readonly verified?: boolean;
}

export interface KeyDoubt {
  readonly rotationId: string;
  readonly keyType: KeyType;
  /** The keys before the POST. */
  readonly before: KeySnapshot;
}

export function newAccountRecord(account: Account): AccountRecord {
  return { accountId: accountId(account), canonical: false, untold: [], doubts: [] };
}

/** By what a rotation of the account and its event name it. */
export function namesOf(
  { accountId: id, formerAddresses = [] }: AccountRecord,
  uniqueId: string | undefined,
): Pick<Rotation, 'accountId' | 'uniqueId' | 'formerAccountIds'> {
  const former = formerAddresses.map((address) => address.accountId);
  return {
    accountId: id,
    ...(uniqueId !== undefined && { uniqueId }),
    ...(former.length > 0 && { formerAccountIds: former }),
  };
}

/** More than this many moves between two rotations are not remembered. */
const MAX_FORMER = 4;

/** What ARM says of the account itself, as far as it is remembered. */
export interface NotedFacts {
  readonly id: string;
  readonly localAuthDisabled: boolean;
  readonly taggedMaxAge?: number | undefined;
  readonly optedIn?: boolean | undefined;
  readonly staleHint?: string | undefined;
}

/** The id that ARM wrote first stays the one that events show, until the account is moved. */
export function withFacts(
  { taggedMaxAge: _, optedIn: __, staleHint: ___, ...record }: AccountRecord,
  { id, localAuthDisabled, taggedMaxAge, optedIn, staleHint }: NotedFacts,
): AccountRecord {
  return {
    ...withAddress(record, id),
    localAuthDisabled,
    ...(taggedMaxAge !== undefined && { taggedMaxAge }),
    ...(optedIn && { optedIn }),
    ...(staleHint !== undefined && { staleHint }),
  };
}

/** Whether ARM shows an account under another id than it did before. */
export function isMoved(record: AccountRecord, id: string): boolean {
  return record.canonical && parseAccountId(id) !== undefined && !isSameAddress(record.accountId, id);
}

export function withAddress(record: AccountRecord, id: string): AccountRecord {
  if (parseAccountId(id) === undefined) return record;
  if (!record.canonical) return { ...record, accountId: id, canonical: true };
  if (!isMoved(record, id)) return record;
  const others = (record.formerAddresses ?? []).filter((former) => !isSameAddress(former.accountId, id));
  const former = { accountId: record.accountId, keysLeft: KEY_TYPES };
  return { ...record, accountId: id, formerAddresses: [former, ...others].slice(0, MAX_FORMER) };
}

/** `now`: ARM's clock, RFC 3339. */
export function withKeys(
  { failedTry: _, ...record }: AccountRecord,
  keys: KeySnapshot,
  now: string,
): AccountRecord {
  return {
    ...record,
    seen: withReading(record.seen, keys),
    lookedAt: now,
    readOnlyLock: false,
    readOnlySubscription: false,
  };
}

/** A try to look at its keys that failed at `now`, RFC 3339. */
export function withFailedTry(
  record: AccountRecord,
  { code, message }: Pick<FailedTry, 'code' | 'message'>,
  now: string,
): AccountRecord {
  const { since = now, tries = 0 } = record.failedTry ?? {};
  const failedTry = { code, message: message.slice(0, LONGEST_MESSAGE), since, at: now, tries: tries + 1 };
  return { ...record, failedTry };
}

const LONGEST_MESSAGE = 1000;

/** What a rotation that was just saved in a new state means for its account. `now`: RFC 3339. */
export function afterRotation(record: AccountRecord, rotation: Rotation, now: string): AccountRecord {
  const { rotationId, keyType } = rotation;
  const untold = record.untold.filter((id) => id !== rotationId);
  const doubts = record.doubts.filter((doubt) => doubt.rotationId !== rotationId);
  if (owesEvent(rotation)) {
    // It was noted when the key was regenerated; a later rotation may have told more of the account since.
    if (record.untold.includes(rotationId)) return record;
    const { after = {} } = rotation;
    const seen = record.seen === undefined ? after : withKey(keyType, record.seen, after);
    // An earlier doubt about this key was settled before: the change that shows from now on is this rotation's.
    const others = doubts.filter((doubt) => doubt.keyType !== keyType);
    return { ...record, seen, untold: [...untold, rotationId], doubts: others };
  }
  if (rotation.state === 'completed') {
    const { formerAddresses, ...rest } = record;
    const left = withoutKey(formerAddresses, keyType);
    const announced = laterAnnouncement(record.announced, rotation, now);
    return { ...rest, ...(left.length > 0 && { formerAddresses: left }), untold, doubts, announced };
  }
  if (rotation.state === 'failed' && rotation.everInDoubt) {
    const { before } = rotation;
    // One for each key and value: a change that shows can be of one rotation only, and the row must not grow.
    const others = doubts.filter(
      (doubt) => doubt.keyType !== keyType || compareKey(keyType, doubt.before, before) === 'changed',
    );
    return { ...record, untold, doubts: [...others, { rotationId, keyType, before }] };
  }
  return { ...record, untold, doubts };
}

/** The rotations in doubt that a reading proves to have been carried out after all. */
export function settledLate(record: AccountRecord, keys: KeySnapshot): readonly string[] {
  return record.doubts
    .filter(({ keyType, before }) => compareKey(keyType, before, keys) === 'changed')
    .map(({ rotationId }) => rotationId);
}

/** With what a reading of the account is compared, and so under which salt; undefined where nothing is known yet. */
export function knownKeys({ seen, doubts }: AccountRecord): KeySnapshot | undefined {
  return seen ?? doubts[0]?.before;
}

/** Whoever goes by a former address has a dead key once both were regenerated: then there is nothing left to say of it. */
function withoutKey(
  formerAddresses: readonly FormerAddress[] | undefined,
  keyType: KeyType,
): readonly FormerAddress[] {
  return (formerAddresses ?? [])
    .map((former) => ({ ...former, keysLeft: former.keysLeft.filter((key) => key !== keyType) }))
    .filter(({ keysLeft }) => keysLeft.length > 0);
}

/** Events can be accepted out of order: consumers keep the newest key, so that one is in use, and the last word counts. */
function laterAnnouncement(
  known: Announcement | undefined,
  rotation: Rotation,
  acceptedAt: string,
): Announcement {
  const { rotationId, keyType, verified } = rotation;
  const keyLastUpdated = rotation.after?.[keyType];
  if (known !== undefined && !isNews(known, rotationId, keyLastUpdated)) {
    return { ...known, acceptedAt };
  }
  return {
    rotationId,
    keyType,
    ...(keyLastUpdated !== undefined && { keyLastUpdated }),
    acceptedAt,
    ...(verified !== undefined && { verified }),
  };
}

/**
 * As subscribers decide: an event that is not newer than what they have, or of no time beside one, is no news to them.
 * Where ARM gives no times, the rotation that began later is that of the newer key.
 */
function isNews(known: Announcement, rotationId: string, keyLastUpdated: string | undefined): boolean {
  const newest = toInstant(known.keyLastUpdated);
  const own = toInstant(keyLastUpdated);
  if (newest !== undefined) return (own ?? 0n) > newest;
  return own !== undefined || known.rotationId === undefined || rotationId >= known.rotationId;
}
