import type { Account } from '../../core/account/account.ts';
import { accountReplaced } from '../../core/failure.ts';
import type { AccountReading, KeysReading, Outcome } from '../ports/ports.ts';
import type { Services } from '../ports/services.ts';
import { settleAll } from '../settle-all.ts';

/** The keys of the very account that is meant: another one may have been made under its name since. */
export async function readAccountKeys(
  { maps }: Services,
  account: Account,
  uniqueId: string | undefined,
): Promise<Outcome<KeysReading & Pick<AccountReading, 'facts'>>> {
  const [keys, reading] = await settleAll([maps.readKeys(account), maps.readAccount(account)]);
  if (keys.kind === 'failed') return keys;
  if (reading.kind === 'failed') return reading;
  const { uniqueId: shown, facts } = reading.value;
  const isReplaced = uniqueId !== undefined && shown !== undefined && uniqueId !== shown;
  return isReplaced
    ? { kind: 'failed', failure: accountReplaced() }
    : { kind: 'ok', value: { ...keys.value, facts } };
}
