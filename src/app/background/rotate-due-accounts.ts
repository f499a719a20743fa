import { pMapIterable } from 'p-map';
import { KEY_TYPES } from '../../core/account/key-type.ts';
import { releaseDelay } from '../../core/policy/pacing.ts';
import type { SkipReason } from '../../core/policy/policy.ts';
import { keysOfUnknownAge } from '../../core/policy/policy.ts';
import { optInTag } from '../../core/policy/policy-settings.ts';
import { keyUpdatedAt, readableTime } from '../../core/time.ts';
import { followMove } from '../account/locate-account.ts';
import type { Discovered, FailedScope } from '../fleet/discover-accounts.ts';
import { discoverAccounts } from '../fleet/discover-accounts.ts';
import type { Judgement } from '../fleet/judge-account.ts';
import { judgeAccount } from '../fleet/judge-account.ts';
import type { Services } from '../ports/services.ts';
import { describeError } from '../thrown-error.ts';

/** A run of the timer, in numbers. `due`: were sent to be rotated, or to be read where nothing is known of them. */
export interface DueRun {
  readonly seen: number;
  readonly due: number;
  readonly overdue: number;
  readonly skipped: number;
  /** Accounts that storage kept from being handled. */
  readonly failed: number;
  /** Accounts of `due` that could not be taken up the last time, mostly since their keys could not be read. */
  readonly unread: number;
  /** Accounts of the lists whose ids are none that the app can go by. */
  readonly unreadable: number;
  readonly failedScopes: readonly FailedScope[];
}

type Counts = Record<'seen' | 'due' | 'overdue' | 'skipped' | 'failed' | 'unread' | 'unreadable', number>;

/** Rows that are read, and messages that are sent, at one time. */
const CONCURRENCY = 8;

/** Enqueues a message for each account that is or may be due. It reads lists and rows, never keys. */
export async function rotateDueAccounts(services: Services): Promise<DueRun> {
  const counts: Counts = { seen: 0, due: 0, overdue: 0, skipped: 0, failed: 0, unread: 0, unreadable: 0 };
  const failedScopes: FailedScope[] = [];
  const released = new Map<string, number>();
  let oldest = 0;
  const handle = async (item: Discovered): Promise<void> => {
    if (item.kind === 'failed-scope') {
      failedScopes.push(item);
      return;
    }
    if (item.kind === 'unreadable') {
      counts.unreadable += 1;
      services.log.error('An account has an id that the app can not go by', { accountId: item.id });
      return;
    }
    counts.seen += 1;
    try {
      const judged = await judgeAccount(services, item.account, item.reading);
      await followMove(services, judged.view, item.reading);
      await noteOptOut(services, judged);
      tell(services, judged, counts);
      oldest = Math.max(oldest, oldestAge(judged, services.clock.now()));
      if (isWorthALook(judged)) {
        tellFailedTry(services, judged, counts);
        await release(services, judged, released, counts);
      }
    } catch (error) {
      counts.failed += 1;
      const fields = { accountId: item.reading.id, ...describeError(error) };
      services.log.error('An account could not be handled', fields);
    }
  };
  for await (const _ of pMapIterable(discoverAccounts(services), handle, { concurrency: CONCURRENCY })) {
    // What each account comes to is counted as it is handled.
  }
  const numbers = { ...counts, failedScopes: failedScopes.length };
  services.telemetry.measure('maps_key_rotation.oldest_key.age', oldest);
  services.telemetry.measure('maps_key_rotation.overdue_accounts', counts.overdue);
  await services.heartbeats.beat('rotateDueAccounts', numbers);
  // An alert waits for this line: it is written by runs that came to their end.
  services.log.info('Due accounts were looked for', numbers);
  return { ...counts, failedScopes };
}

/** Who says `disabled` has said it: an opt-in of before is missed no more. */
async function noteOptOut({ store }: Services, { decision, reading, view }: Judgement): Promise<void> {
  const { stored } = view;
  const isMeant = decision.kind === 'skip' && decision.code === 'Disabled' && optInTag(reading.facts.tags);
  if (!isMeant || !stored?.record.optedIn) return;
  const { optedIn: _, ...record } = stored.record;
  await store.saveAccount(view, record);
}

/** Of the account's keys as far as it is known, in seconds; 0 where nobody wants them rotated. */
function oldestAge({ decision, record }: Judgement, now: number): number {
  if (isLeftAlone(decision)) return 0;
  const ages = KEY_TYPES.map((keyType) => now - (keyUpdatedAt(record?.seen?.[keyType]) ?? now));
  return Math.max(...ages, 0) / 1000;
}

/** Due, or of unknown age; and read-only, which somebody may have ended since. */
function isWorthALook({ decision }: Judgement): boolean {
  if (decision.kind === 'skip') return READ_ONLY.has(decision.code);
  return decision.kind === 'rotate' || decision.kind === 'unread';
}

const READ_ONLY: ReadonlySet<SkipReason> = new Set(['ReadOnlyLock', 'ReadOnlySubscription']);

async function release(
  { queue }: Services,
  { account, reading }: Judgement,
  released: Map<string, number>,
  counts: Counts,
): Promise<void> {
  const subscription = account.subscriptionId.toLowerCase();
  const before = released.get(subscription) ?? 0;
  released.set(subscription, before + 1);
  const { uniqueId } = reading;
  await queue.send(
    { kind: 'account', account, attempt: 0, ...(uniqueId !== undefined && { uniqueId }) },
    releaseDelay(before),
  );
  counts.due += 1;
}

/** What the last run could not do is not done yet. */
function tellFailedTry({ log }: Services, { reading, record }: Judgement, counts: Counts): void {
  if (record?.failedTry === undefined) return;
  counts.unread += 1;
  const { code, tries, since } = record.failedTry;
  log.error('The account could not be read the last time', { accountId: reading.id, code, tries, since });
}

function tell({ log }: Services, { reading, decision, overdue, record }: Judgement, counts: Counts): void {
  const accountId = reading.id;
  if (decision.kind === 'skip') {
    counts.skipped += 1;
    const fields = { accountId, code: decision.code, reason: decision.message };
    if (decision.code === 'Disabled') log.info('The account is opted out', fields);
    else if (decision.code === 'OptInVanished') log.warn('The account has lost its opt-in', fields);
    else log.warn('The account is skipped', fields);
  }
  const { seen } = record ?? {};
  const [unknown, ...others] = seen === undefined ? [] : keysOfUnknownAge(seen);
  if (unknown !== undefined && !isLeftAlone(decision)) {
    const keys = [unknown, ...others].join(' and ');
    log.warn('The age of a key is not known', { accountId, decision: decision.kind, keys });
  }
  if (!overdue) return;
  counts.overdue += 1;
  const [primary, secondary] = [readableTime(seen?.primary), readableTime(seen?.secondary)];
  log.warn('A key of the account is overdue', { accountId, decision: decision.kind, primary, secondary });
}

/** Nobody wants its keys rotated, or they open nothing. */
function isLeftAlone(decision: Judgement['decision']): boolean {
  return decision.kind === 'skip' && (decision.code === 'Disabled' || decision.code === 'LocalAuthDisabled');
}
