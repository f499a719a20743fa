import { secretName } from '../../src/adapters/key-vault/secret-names.ts';
import { parseAccountId } from '../../src/core/account/account.ts';
import type { World } from './world.ts';

/** The versions of one of the account's secrets, oldest first. */
export function secretVersions(world: World, accountId: string, which: 'primary' | 'secondary' | 'current') {
  const account = parseAccountId(accountId);
  if (account === undefined) throw new Error(`No account: ${accountId}`);
  const name = secretName(account, which).toLowerCase();
  return world.azure.vault.secrets().find((secret) => secret.name.toLowerCase() === name)?.versions ?? [];
}
