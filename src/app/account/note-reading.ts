import type { Account } from '../../core/account/account.ts';
import { accountId } from '../../core/account/account.ts';
import type { Failure } from '../../core/failure.ts';
import { rotatesByPolicy, staleHint } from '../../core/policy/policy.ts';
import { optInTag, readPolicy, taggedMaxAge } from '../../core/policy/policy-settings.ts';
import type { AccountRecord } from '../../core/rotation/account-record.ts';
import {
  knownKeys,
  newAccountRecord,
  withFacts,
  withFailedTry,
  withKeys,
} from '../../core/rotation/account-record.ts';
import { fromMilliseconds } from '../../core/time.ts';
import { failureFields } from '../failure-fields.ts';
import type { AccountReading, AccountView, KeysReading } from '../ports/ports.ts';
import type { Services } from '../ports/services.ts';
import { snapshotOf } from './key-snapshot.ts';

/** So that the plan can say why nothing happens. */
export async function noteReadOnly({ store }: Services, view: AccountView, failure: Failure): Promise<void> {
  const why = whyReadOnly(view, failure);
  if (why !== undefined) await store.saveAccount(view, { ...knownOf(view), ...why });
}

function whyReadOnly({ running }: AccountView, { code }: Failure): ReadOnly | undefined {
  return running === undefined ? READ_ONLY[code] : undefined;
}

function knownOf({ stored, account }: AccountView): AccountRecord {
  return stored?.record ?? newAccountRecord(account);
}

type ReadOnly = Pick<AccountRecord, 'readOnlyLock' | 'readOnlySubscription'>;

/** By the code with which ARM refuses to read keys until somebody acts. */
const READ_ONLY: Readonly<Record<string, ReadOnly>> = {
  ScopeLocked: { readOnlyLock: true, readOnlySubscription: false },
  ReadOnlyDisabledSubscription: { readOnlyLock: false, readOnlySubscription: true },
};

/** Of what was begun for a caller: they are told what to do, and the log has what a service's support asks for. */
export function noteRefusal({ log }: Services, account: Account, failure: Failure): void {
  const fields = { accountId: accountId(account), ...failureFields(failure) };
  if (failure.passing) log.warn('A request could not be begun', fields);
  else log.info('A request could not be begun', fields);
}

/**
 * What is known of an account after a try of the timer that failed: the plan, and the next run, say so. One write has all
 * of it, as a second one of the same view would lose.
 */
export async function noteFailedTry(
  { store }: Services,
  view: AccountView,
  failure: Failure,
): Promise<AccountRecord> {
  const known = { ...knownOf(view), ...whyReadOnly(view, failure) };
  const record = withFailedTry(known, failure, fromMilliseconds(store.serviceNow()));
  await store.saveAccount(view, record);
  return record;
}

export function noteReading(
  services: Services,
  view: AccountView,
  read: KeysReading,
  account: AccountReading,
): AccountRecord {
  const { policy, schedule } = services;
  const known = knownOf(view);
  // Beside a rotation that is about to be superseded nothing was compared yet: what others changed must still show.
  const keys = snapshotOf(services, read.keys, knownKeys(known));
  const record = view.running === undefined ? withKeys(known, keys, fromMilliseconds(read.now)) : known;
  const { disableLocalAuth: localAuthDisabled, tags } = account.facts;
  const runs = schedule(read.now);
  const { period } = runs;
  const configured = readPolicy(policy, tags, period);
  const optIn = optInTag(tags);
  const judged = { facts: account.facts, record, times: read.keys.times, settings: policy, schedule: runs };
  const noted = withFacts(record, {
    id: account.id,
    localAuthDisabled,
    taggedMaxAge: taggedMaxAge(policy, tags, period),
    optedIn: optIn === undefined ? known.optedIn : optIn === 'enabled',
    staleHint: configured.kind === 'policy' ? staleHint(known, keys, configured.policy) : known.staleHint,
  });
  return { ...noted, rotatedByPolicy: rotatesByPolicy({ ...judged, now: read.now }) };
}
