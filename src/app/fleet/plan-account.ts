import type { Account } from '../../core/account/account.ts';
import type { KeyType } from '../../core/account/key-type.ts';
import { KEY_TYPES } from '../../core/account/key-type.ts';
import { keysOfUnknownAge } from '../../core/policy/policy.ts';
import type { PolicySource } from '../../core/policy/policy-settings.ts';
import { readPolicy } from '../../core/policy/policy-settings.ts';
import type { FailedTry } from '../../core/rotation/account-record.ts';
import { withAddress } from '../../core/rotation/account-record.ts';
import type { Rotation } from '../../core/rotation/rotation.ts';
import { keyUpdatedAt } from '../../core/time.ts';
import type { AccountReading } from '../ports/ports.ts';
import type { Services } from '../ports/services.ts';
import type { Judgement } from './judge-account.ts';
import { judgeAccount } from './judge-account.ts';

/** What the timer would do with one account now, and why. Times are RFC 3339, ages and durations in days. */
export interface PlannedAccount {
  readonly accountId: string;
  readonly decision: 'rotate' | 'not-due' | 'blocked' | 'skip' | 'unread' | 'running';
  readonly code?: string;
  readonly reason?: string;
  readonly keyType?: KeyType;
  readonly dueAt?: string;
  readonly overlapEndsAt?: string;
  readonly overdue: boolean;
  readonly olderKey?: KeyType;
  readonly olderKeyAgeDays?: number;
  readonly newerKey?: KeyType;
  readonly newerKeyAgeDays?: number;
  /** The keys of which ARM gives no time. One of them counts as the older key. */
  readonly unknownAges?: readonly KeyType[];
  /** Why the timer could not take it up the last time, in a word for programs. */
  readonly failedTry?: string;
  readonly maxAgeDays?: number;
  readonly maxAgeFrom?: PolicySource;
  readonly overlapDays?: number;
  readonly overlapFrom?: PolicySource;
  readonly rotationId?: string;
  /** Where it is not Succeeded. */
  readonly provisioningState?: string;
  /** The ARM ids it had before it was moved, until both its keys were regenerated since. */
  readonly formerAccountIds?: readonly string[];
  /** Whether Azure Maps accepted the key announced last; absent where it was not tried. */
  readonly verified?: boolean;
}

/** An account of a list whose id the app can't go by: somebody has to look at it. */
export function unreadableAccount(accountId: string): PlannedAccount {
  return {
    accountId,
    decision: 'skip',
    code: 'UnreadableId',
    reason: 'Azure lists the account with an id that this app can not go by, so it is not rotated.',
    overdue: false,
  };
}

export async function planAccount(
  services: Services,
  account: Account,
  reading: AccountReading,
): Promise<PlannedAccount> {
  const judged = await judgeAccount(services, account, reading);
  const verified = judged.record?.announced?.verified;
  const { provisioningState } = reading.facts;
  const isUnusual = provisioningState !== undefined && provisioningState.toLowerCase() !== 'succeeded';
  return {
    accountId: reading.id,
    overdue: judged.overdue,
    ...describeDecision(judged),
    ...describeTry(judged),
    ...describeKeys(services, judged),
    ...describePolicy(services, reading),
    ...(verified !== undefined && { verified }),
    ...(isUnusual && { provisioningState }),
    ...describeMove(judged),
  };
}

function describeDecision({ decision }: Judgement): Omit<PlannedAccount, 'accountId' | 'overdue'> {
  switch (decision.kind) {
    case 'rotate': {
      const { keyType, reason: code, dueAt } = decision;
      const reason = code === 'age-unknown' && AGE_UNKNOWN;
      return { decision: 'rotate', keyType, code, ...(dueAt && { dueAt }), ...(reason && { reason }) };
    }
    case 'not-due':
      return { decision: 'not-due', keyType: decision.keyType, dueAt: decision.dueAt };
    case 'blocked': {
      const { code, message: reason, keyType, dueAt, until } = decision;
      return {
        decision: 'blocked',
        code,
        reason,
        ...(keyType !== undefined && { keyType }),
        ...(dueAt !== undefined && { dueAt }),
        ...(until !== undefined && { overlapEndsAt: until }),
      };
    }
    case 'skip':
      return { decision: 'skip', code: decision.code, reason: decision.message };
    case 'unread':
      return {
        decision: 'unread',
        reason:
          decision.why === 'modified'
            ? 'The account was modified since its keys were looked at: the next run of the timer looks again.'
            : 'Its keys have not been looked at yet: the next run of the timer does.',
      };
    case 'running':
      return describeRunning(decision.running.rotation);
    default:
      return decision satisfies never;
  }
}

const AGE_UNKNOWN =
  'Age unknown: Azure Resource Manager gives no time for a key, so the account counts as due.';

/** What was tried where the next run of the timer tries again, and what came of it. */
function describeTry({ decision, record }: Judgement): Partial<PlannedAccount> {
  const { failedTry } = record ?? {};
  if (failedTry === undefined) return {};
  switch (decision.kind) {
    case 'unread':
      return { failedTry: failedTry.code, code: failedTry.code, reason: triedInVain(failedTry) };
    case 'rotate':
      return { failedTry: failedTry.code, reason: triedInVain(failedTry) };
    default:
      return {};
  }
}

function triedInVain({ message, since, at, tries }: FailedTry): string {
  const when = tries === 1 ? `once, at ${at}` : `${tries} times since ${since}, last at ${at}`;
  return `The timer could not take it up; it was tried ${when}. ${message}`;
}

function describeRunning({
  rotationId,
  state,
  keyType,
  failure,
}: Rotation): Omit<PlannedAccount, 'accountId' | 'overdue'> {
  const code = failure === undefined ? state : failure.code;
  return { decision: 'running', code, keyType, rotationId, ...(failure && { reason: failure.message }) };
}

function describeMove({ reading, record }: Judgement): Pick<PlannedAccount, 'formerAccountIds'> {
  const known = record === undefined ? undefined : withAddress(record, reading.id);
  const former = known?.formerAddresses?.map(({ accountId }) => accountId) ?? [];
  return former.length > 0 ? { formerAccountIds: former } : {};
}

function describeKeys({ clock }: Services, { record }: Judgement): Partial<PlannedAccount> {
  if (record?.seen === undefined) return {};
  const { primary, secondary } = record.seen;
  const unknownAges = keysOfUnknownAge(record.seen);
  const unknown = unknownAges.length > 0 && { unknownAges };
  const times = KEY_TYPES.map((keyType) => ({
    keyType,
    at: keyUpdatedAt(keyType === 'primary' ? primary : secondary),
  })).sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
  const [older, newer] = times;
  const age = (at: number | undefined) =>
    at === undefined ? undefined : inDays(Math.max(clock.now() - at, 0) / 1000);
  if (older === undefined || newer === undefined || newer.at === undefined) return { ...unknown };
  const [olderAge, newerAge] = [age(older.at), age(newer.at)];
  return {
    olderKey: older.keyType,
    ...(olderAge !== undefined && { olderKeyAgeDays: olderAge }),
    newerKey: newer.keyType,
    ...(newerAge !== undefined && { newerKeyAgeDays: newerAge }),
    ...unknown,
  };
}

function describePolicy(
  { policy, schedule, clock }: Services,
  { facts }: AccountReading,
): Partial<PlannedAccount> {
  const read = readPolicy(policy, facts.tags, schedule(clock.now()).period);
  if (read.kind === 'misconfigured') return {};
  const { maxAge, overlap, maxAgeFrom, overlapFrom } = read.policy;
  return { maxAgeDays: inDays(maxAge), maxAgeFrom, overlapDays: inDays(overlap), overlapFrom };
}

function inDays(seconds: number): number {
  return Math.round((seconds / 86_400) * 100) / 100;
}
