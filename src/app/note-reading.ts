import type { AccountRecord } from '../core/account-record.ts';
import { knownKeys, newAccountRecord, withFacts, withKeys } from '../core/account-record.ts';
import type { Failure } from '../core/failure.ts';
import { taggedMaxAge } from '../core/policy-settings.ts';
import { snapshotOf } from './key-snapshot.ts';
import type { AccountReading, AccountView, KeysReading } from './ports.ts';
import type { Services } from './services.ts';

/** So that the plan can say why nothing happens. */
export async function noteLock({ store }: Services, view: AccountView, { code }: Failure): Promise<void> {
  if (code !== 'ScopeLocked' || view.running !== undefined) return;
  const record = view.stored?.record ?? newAccountRecord(view.account);
  await store.saveAccount(view.account, view.stored, { ...record, readOnlyLock: true });
}

export function noteReading(
  services: Services,
  view: AccountView,
  read: KeysReading,
  account: AccountReading | undefined,
): AccountRecord {
  const { policy, schedule } = services;
  const known = view.stored?.record ?? newAccountRecord(view.account);
  // Beside a rotation that is about to be superseded nothing was compared yet: what others changed must still show.
  const keys = snapshotOf(services, read.keys, knownKeys(known));
  const record = view.running === undefined ? withKeys(known, keys) : known;
  if (account === undefined) return record;
  const { disableLocalAuth, tags } = account.facts;
  const maxAge = taggedMaxAge(policy, tags, schedule(read.now).period);
  return withFacts(record, account.id, disableLocalAuth, maxAge);
}
