import { createHash } from 'node:crypto';
import type { Account } from '../../core/account/account.ts';
import { accountId, foldCase } from '../../core/account/account.ts';
import type { KeyType } from '../../core/account/key-type.ts';

/**
 * The secrets of an account: one for each key, and `current` for the key announced last. Key Vault's names are letters,
 * digits and hyphens, up to 127, without regard to case; the hash of the account's id keeps accounts of one name apart.
 * https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#object-identifiers
 */
export function secretName(account: Account, which: KeyType | 'current'): string {
  const hash = createHash('sha256')
    .update(foldCase(accountId(account)))
    .digest('hex')
    .slice(0, 16);
  return `${account.accountName.replace(/[^A-Za-z0-9-]/g, '-')}-${which}-${hash}`;
}
