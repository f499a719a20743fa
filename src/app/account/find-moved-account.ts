import type { Account } from '../../core/account/account.ts';
import { discoverAccounts } from '../fleet/discover-accounts.ts';
import type { Services } from '../ports/services.ts';
import { followMove } from './locate-account.ts';

/**
 * Looks an account up in the lists of all scopes that is no longer at its address: where it was moved, what is under way
 * for it goes on there. Undefined where no list has it.
 */
export async function findMovedAccount(services: Services, uniqueId: string): Promise<Account | undefined> {
  for await (const item of discoverAccounts(services)) {
    if (item.kind !== 'account' || item.reading.uniqueId !== uniqueId) continue;
    const { account, reading } = item;
    await followMove(
      services,
      await services.store.viewAccount({ account, uniqueId }, undefined, {}),
      reading,
    );
    return account;
  }
  return undefined;
}
