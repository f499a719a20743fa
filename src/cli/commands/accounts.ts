import { NAME_PATTERNS, parseAccountId } from '../../core/account/account.ts';
import type { PlannedAccount } from '../client/answers.ts';
import { planPage } from '../client/answers.ts';
import type { AppClient } from '../client/app-client.ts';
import { readPages } from '../client/pages.ts';
import { usageError } from '../exit-code.ts';
import { accountName, plural } from '../terminal/format.ts';
import type { Progress } from '../terminal/io.ts';

/** Whether a person who wrote this means that account: by its ARM id, or by its name alone. Case does not count. */
export function isMeant(given: string, accountId: string): boolean {
  const wanted = given.toLowerCase().replace(/\/$/, '');
  return wanted === accountId.toLowerCase() || wanted === accountName(accountId).toLowerCase();
}

/** The plan's row of the account that is meant. */
export async function findPlanned(
  client: AppClient,
  given: string,
  progress: Progress,
): Promise<PlannedAccount | undefined> {
  const isId = readAccountArgument(given);
  const found: PlannedAccount[] = [];
  let looked = 0;
  for await (const page of readPages(client, '/api/rotations/plan', new URLSearchParams(), planPage)) {
    looked += page.value.length;
    progress.show(`Looking for the account: ${plural(looked, 'account')} …`);
    found.push(...page.value.filter(({ accountId }) => isMeant(given, accountId)));
    if (isId && found.length > 0) break;
  }
  progress.clear();
  if (found.length > 1) {
    const ids = found.map(({ accountId }) => accountId).join(', ');
    throw usageError(`More than one account has the name ${given}; give the ARM id: ${ids}`);
  }
  return found[0];
}

/** The ARM id that is meant; a name is looked up in the plan. */
export async function resolveAccount(client: AppClient, given: string, progress: Progress): Promise<string> {
  if (readAccountArgument(given)) return given.replace(/\/$/, '');
  const found = await findPlanned(client, given, progress);
  if (found !== undefined) return found.accountId;
  throw usageError(`The app knows no account with the name ${given}; give the ARM id.`);
}

/** Whether it is an ARM id; else it must be a name. */
function readAccountArgument(given: string): boolean {
  if (parseAccountId(given) !== undefined) return true;
  if (NAME_PATTERNS.accountName.test(given)) return false;
  throw usageError(
    'An account is named by its ARM id (/subscriptions/…/providers/Microsoft.Maps/accounts/…) or by its name.',
  );
}
