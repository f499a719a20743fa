import type { Account } from '../../core/account/account.ts';
import type { PolicyDecision } from '../../core/policy/policy.ts';
import { decide, isOverdue } from '../../core/policy/policy.ts';
import type { AccountRecord } from '../../core/rotation/account-record.ts';
import type { AccountReading, AccountView, StoredRotation } from '../ports/ports.ts';
import type { Services } from '../ports/services.ts';

/** What the timer would do with an account now, by its row and without reading its keys. */
export interface Judgement {
  readonly account: Account;
  readonly reading: AccountReading;
  readonly view: AccountView;
  readonly record?: AccountRecord;
  /** A key is past max age, whatever keeps it from being rotated. */
  readonly overdue: boolean;
  readonly decision: PolicyDecision | { readonly kind: 'running'; readonly running: StoredRotation };
}

/**
 * Keys only get younger, so an account that is not due by the times last seen is not due. `now` is this instance's
 * clock: it only sorts out who is looked at more closely, by the driver, which goes by ARM's.
 */
export async function judgeAccount(
  services: Services,
  account: Account,
  reading: AccountReading,
): Promise<Judgement> {
  const named = { account, uniqueId: reading.uniqueId };
  const view = await services.store.viewAccount(named, undefined, {});
  const record = view.stored?.record;
  const now = services.clock.now();
  const input = {
    facts: reading.facts,
    record,
    times: record?.seen,
    settings: services.policy,
    schedule: services.schedule(now),
    now,
  };
  const judged = { account, reading, view, overdue: isOverdue(input), ...(record && { record }) };
  if (view.running !== undefined) return { ...judged, decision: { kind: 'running', running: view.running } };
  return { ...judged, decision: decide(input) };
}
