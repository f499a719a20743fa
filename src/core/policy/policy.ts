import { areOfOneAge, keyToStartWith } from '../../subscriber/key-to-start-with.ts';
import type { KeyTimes, KeyType } from '../account/key-type.ts';
import { KEY_TYPES, otherKey } from '../account/key-type.ts';
import { printSpan } from '../duration.ts';
import type { AccountRecord } from '../rotation/account-record.ts';
import { fromMilliseconds, keyUpdatedAt, toInstant, toMilliseconds } from '../time.ts';
import type { Policy, PolicySettings } from './policy-settings.ts';
import { inUseHint, isOptedOut, optInTag, readPolicy } from './policy-settings.ts';

/** What ARM tells of an account without its keys. */
export interface AccountFacts {
  readonly tags: Readonly<Record<string, string>>;
  readonly disableLocalAuth: boolean;
  readonly provisioningState?: string;
  /** When anything of it was changed last, keys among it, RFC 3339. */
  readonly modifiedAt?: string;
}

/** The timer's runs, in milliseconds since 1970, and the longest pause between two of them, in seconds. */
export interface Schedule {
  readonly secondNextRun: number;
  readonly period: number;
}

export interface PolicyInput {
  readonly facts: AccountFacts;
  readonly record?: AccountRecord | undefined;
  /** The times by the latest reading; absent where nobody has read them yet. */
  readonly times?: KeyTimes | undefined;
  readonly settings: PolicySettings;
  readonly schedule: Schedule;
  /** Milliseconds since 1970, by ARM's clock, since ARM's are the times it is compared with. */
  readonly now: number;
  /** Lifts the overlap and the due date, nothing else. */
  readonly force?: boolean;
}

export type SkipReason =
  | 'Disabled'
  | 'OptInVanished'
  | 'Misconfigured'
  | 'LocalAuthDisabled'
  | 'NotProvisioned'
  | 'ReadOnlyLock'
  | 'ReadOnlySubscription'
  | 'InUseUnknown';

export type PolicyDecision =
  | Due<{
      readonly kind: 'rotate';
      readonly keyType: KeyType;
      /** `age-unknown`: it is not known whether a key is due, so it counts as that. */
      readonly reason: 'due' | 'overdue' | 'age-unknown';
    }>
  | Due<{ readonly kind: 'not-due'; readonly keyType: KeyType; readonly dueAt: string }>
  | Due<{
      readonly kind: 'blocked';
      readonly code: 'Overlap' | 'EventPending';
      readonly message: string;
      /** The one that would be regenerated otherwise. */
      readonly keyType?: KeyType;
      /** RFC 3339. */
      readonly until?: string;
    }>
  | { readonly kind: 'skip'; readonly code: SkipReason; readonly message: string }
  /** Its keys have to be read first: nobody has, or somebody may have changed them since. */
  | { readonly kind: 'unread'; readonly why: 'never-read' | 'modified' };

/**
 * `dueAt`: from when on the timer rotates it, RFC 3339; absent where the age of a key is not known. `overdue`: a key is
 * known to be past max age.
 */
type Due<T> = T & { readonly dueAt?: string; readonly overdue: boolean };

/** Which key of an account the policy would regenerate now, or why none. */
export function decide(input: PolicyInput): PolicyDecision {
  if (isOptedOut(input.settings, input.facts.tags)) {
    if (input.record?.optedIn && optInTag(input.facts.tags) === undefined) return optInVanished();
    return skip(
      'Disabled',
      'Rotation is not enabled: set the tag key-rotation to enabled, or ROTATION_UNTAGGED to rotate.',
    );
  }
  const skipped = skipByFacts(input);
  if (skipped !== undefined) return skipped;
  const read = readPolicy(input.settings, input.facts.tags, input.schedule.period);
  if (read.kind === 'misconfigured') return skip('Misconfigured', read.message);
  if (input.times === undefined) return { kind: 'unread', why: 'never-read' };
  const decision = decideByTimes(input, input.times, read.policy);
  return decision.kind !== 'rotate' && isModified(input) ? { kind: 'unread', why: 'modified' } : decision;
}

function optInVanished(): PolicyDecision {
  return skip(
    'OptInVanished',
    'The tag key-rotation is gone, which asked for rotation before: nobody rotates the keys now. Set it to enabled again, or to disabled where that is meant.',
  );
}

/** Our own changes move ARM's time of the last change too, by a little more than the time of the key. */
const OWN_CHANGE = 10_000;

/** Whether ARM says that anything of the account was changed since its keys were looked at. */
function isModified({ facts, record }: PolicyInput): boolean {
  const modifiedAt = toMilliseconds(facts.modifiedAt);
  const lookedAt = toMilliseconds(record?.lookedAt);
  if (modifiedAt === undefined || lookedAt === undefined) return false;
  const known = KEY_TYPES.map((keyType) => keyUpdatedAt(record?.seen?.[keyType]) ?? 0);
  return modifiedAt > Math.max(lookedAt, ...known) + OWN_CHANGE;
}

/** Whether the policy is going to rotate it at some time. Which key is in use is known from the first rotation on. */
export function rotatesByPolicy(input: PolicyInput): boolean {
  const decision = decide(input);
  return decision.kind !== 'skip' || decision.code === 'InUseUnknown';
}

/** Whether a key of an account that is to be rotated is past its max age, whatever keeps it from being rotated. */
export function isOverdue(input: PolicyInput): boolean {
  const read = readPolicy(input.settings, input.facts.tags, input.schedule.period);
  if (read.kind === 'misconfigured' || !read.policy.enabled) return false;
  if (input.times === undefined || input.facts.disableLocalAuth) return false;
  return dueTimes(input, input.times, read.policy).overdue;
}

/** The key that consumers use: the one told of last; before that, by a person's word, by convention, or unknown. */
export function keyInUse(
  record: AccountRecord | undefined,
  times: KeyTimes,
  policy: Policy,
): KeyType | undefined {
  if (record?.announced !== undefined) return record.announced.keyType;
  const hint = inUseHint(policy);
  const counts = hint !== undefined && hint.saying !== record?.staleHint;
  if (counts && policy.inUseTag !== undefined) return hint.keyType;
  if (isUntouched(times) || policy.inUse === 'newest') return startingKey(times);
  return counts ? hint.keyType : undefined;
}

/**
 * A word on the key in use that does not count: it stood there when the account was first read, and the other key is the
 * newer one, as after a rotation that nobody remembers (lost storage). It counts again once it is said anew.
 */
export function staleHint(
  record: AccountRecord | undefined,
  times: KeyTimes,
  policy: Policy,
): string | undefined {
  const hint = inUseHint(policy);
  if (hint === undefined || record?.announced !== undefined) return undefined;
  if (record?.seen !== undefined) return record.staleHint === hint.saying ? hint.saying : undefined;
  if (keysOfUnknownAge(times).length > 0 || isUntouched(times)) return undefined;
  return startingKey(times) === hint.keyType ? undefined : hint.saying;
}

/** The keys of which ARM gives no time. */
export function keysOfUnknownAge(times: KeyTimes): readonly KeyType[] {
  return KEY_TYPES.filter((keyType) => toInstant(times[keyType]) === undefined);
}

/** Whether nobody has regenerated a key yet, as far as their times tell. */
function isUntouched({ primary, secondary }: KeyTimes): boolean {
  return areOfOneAge(primary, secondary);
}

function startingKey({ primary, secondary }: KeyTimes): KeyType {
  return keyToStartWith({ primaryKeyLastUpdated: primary, secondaryKeyLastUpdated: secondary });
}

/**
 * Provisioning states in which something is at work that ends: ARM documents three in which nothing is (Succeeded,
 * Failed, Canceled), and leaves the names of all others to the services. One that is not among these may be there to
 * stay, and keys answer in every state.
 */
const PASSING_STATES: ReadonlySet<string> = new Set([
  ...['accepted', 'pending', 'queued', 'running', 'inprogress', 'starting', 'waiting'],
  ...['creating', 'created', 'provisioning', 'registering', 'preparing', 'enabling'],
  ...['updating', 'upgrading', 'scaling', 'configuring', 'resolving', 'validating'],
  ...['moving', 'moved', 'migrating', 'transferring', 'restoring', 'recovering'],
  ...['deleting', 'deleted', 'deprovisioning', 'unregistering', 'disabling', 'canceling', 'cancelling'],
]);

function skipByFacts({ facts, record }: PolicyInput): PolicyDecision | undefined {
  if (facts.disableLocalAuth) {
    return skip(
      'LocalAuthDisabled',
      'The account has disableLocalAuth set, so its keys open nothing; there is nothing to rotate.',
    );
  }
  if (PASSING_STATES.has(facts.provisioningState?.toLowerCase() ?? '')) {
    return skip(
      'NotProvisioned',
      `The account's provisioning state is ${facts.provisioningState}: it is being made, changed or deleted.`,
    );
  }
  if (record?.readOnlyLock) {
    return skip(
      'ReadOnlyLock',
      'A read-only lock on the account, its resource group or its subscription kept ARM from reading its keys the last time. Remove it.',
    );
  }
  if (record?.readOnlySubscription) {
    return skip(
      'ReadOnlySubscription',
      'The subscription of the account was disabled when its keys were to be read the last time. Enable it again.',
    );
  }
  return undefined;
}

function skip(code: SkipReason, message: string): PolicyDecision {
  return { kind: 'skip', code, message };
}

function decideByTimes(input: PolicyInput, times: KeyTimes, policy: Policy): PolicyDecision {
  const { record, now, force = false } = input;
  const { dueAt, overdue } = dueTimes(input, times, policy);
  const due = { overdue, ...(dueAt !== undefined && { dueAt: fromMilliseconds(dueAt) }) };
  if (record !== undefined && record.untold.length > 0) {
    const message = `Event Grid has not yet accepted the event of rotation ${nameSome(record.untold)}.`;
    return { ...due, kind: 'blocked', code: 'EventPending', message };
  }
  const inUse = keyInUse(record, times, policy);
  if (inUse === undefined) return skip('InUseUnknown', inUseUnknown(record, times));
  const keyType = otherKey(inUse);
  const until = overlapEnd(record, times, policy);
  if (until > now && !force) {
    const message = `The other key was regenerated or announced less than the overlap (${printSpan(policy.overlap)}) ago.`;
    return { ...due, kind: 'blocked', code: 'Overlap', message, keyType, until: fromMilliseconds(until) };
  }
  if (dueAt !== undefined && dueAt > now && !force) {
    return { kind: 'not-due', keyType, dueAt: fromMilliseconds(dueAt), overdue };
  }
  const reason = overdue ? 'overdue' : dueAt === undefined ? 'age-unknown' : 'due';
  return { ...due, kind: 'rotate', keyType, reason };
}

function inUseUnknown(record: AccountRecord | undefined, times: KeyTimes): string {
  const remedy =
    'Say it with the tag key-rotation-in-use (primary or secondary) or the setting ROTATION_IN_USE.';
  if (record?.staleHint !== undefined) {
    return `Which key is in use was said (${record.staleHint}) before the app first saw the account, whose other key is the newer one, so it may be of long ago. Remove the tag key-rotation-in-use, let the timer run, and set it again.`;
  }
  const [keyType] = keysOfUnknownAge(times);
  return keyType === undefined
    ? `Its keys were changed by others, so which one is in use is not known. ${remedy}`
    : `Azure Resource Manager gives no time for the ${keyType} key, so its age is not known, nor which key is in use. ${remedy}`;
}

const MOST_NAMED = 3;

function nameSome(ids: readonly string[]): string {
  const named = ids.slice(0, MOST_NAMED).join(', ');
  return ids.length > MOST_NAMED ? `${named} and ${ids.length - MOST_NAMED} more` : named;
}

/** A key that was changed lately may be the one that consumers just moved to. An age below zero is a clock that differs. */
function overlapEnd(record: AccountRecord | undefined, times: KeyTimes, policy: Policy): number {
  const newest = Math.max(...KEY_TYPES.map((keyType) => keyUpdatedAt(times[keyType]) ?? 0));
  const accepted = toMilliseconds(record?.announced?.acceptedAt) ?? 0;
  const untouched = record?.announced === undefined && isUntouched(times);
  return (untouched ? 0 : Math.max(newest, accepted)) + policy.overlap * 1000;
}

interface DueTimes {
  /** Milliseconds since 1970; absent where a key is of unknown age: it can't be shown to be young enough, so it is due. */
  readonly dueAt?: number;
  readonly overdue: boolean;
}

function dueTimes(input: PolicyInput, times: KeyTimes, policy: Policy): DueTimes {
  const { record, schedule, now } = input;
  const changed = KEY_TYPES.map((keyType) => keyUpdatedAt(times[keyType])).filter((at) => at !== undefined);
  const older = Math.min(...changed);
  const maxAge = policy.maxAge * 1000;
  const overdue = older + maxAge <= now;
  if (changed.length < KEY_TYPES.length) return { overdue };
  const lead = schedule.secondNextRun - now + (record?.announced === undefined ? policy.overlap * 1000 : 0);
  const byAge = older + maxAge - lead;
  const byTurn = Math.max(...changed) + maxAge / 2 - schedule.period * 1000;
  return { dueAt: Math.min(byAge, byTurn), overdue };
}
