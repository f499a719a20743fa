import type { KeyType } from '../../core/account/key-type.ts';
import { isMoved, withAddress } from '../../core/rotation/account-record.ts';
import type { AccountReading, AccountView, RequestIds } from '../ports/ports.ts';
import type { Services } from '../ports/services.ts';

/**
 * What is known of the very account that ARM shows at an address. Undefined where that is more than was looked at, and
 * where the account was moved: then it has to be looked at anew, by what ARM knows it by.
 */
export async function locateAccount(
  services: Services,
  view: AccountView,
  reading: AccountReading,
  keyType: KeyType | undefined,
  requestIds: RequestIds,
): Promise<AccountView | undefined> {
  const { uniqueId } = reading;
  if (uniqueId === undefined || uniqueId === view.uniqueId) {
    return (await followMove(services, view, reading)) ? undefined : view;
  }
  const known = await services.store.viewAccount({ account: view.account, uniqueId }, keyType, requestIds);
  const { stored, running, repeated, resent, ...named } = known;
  // Nothing was known of it, and the start proves that nothing has been written since.
  if ([stored, running, repeated, resent, view.running].every((one) => one === undefined)) return named;
  await followMove(services, known, reading);
  return undefined;
}

/** Notes where an account is now; history, lock and announcement are its own wherever it is. */
export async function followMove(
  { store, log }: Pick<Services, 'store' | 'log'>,
  view: AccountView,
  { id }: AccountReading,
): Promise<boolean> {
  const { account, uniqueId, stored } = view;
  if (uniqueId === undefined || stored === undefined || !isMoved(stored.record, id)) return false;
  log.warn('The account has moved', { accountId: id, formerAccountId: stored.record.accountId });
  await store.noteAddress(account, uniqueId);
  await store.saveAccount(view, withAddress(stored.record, id));
  return true;
}
