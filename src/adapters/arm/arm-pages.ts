import type { MapsAccount } from '@azure/arm-maps';
import { getContinuationToken } from '@azure/arm-maps';
import type { AccountPage } from '../../app/ports/ports.ts';
import type { Scope } from '../../core/account/scope.ts';
import { scopeId } from '../../core/account/scope.ts';
import { toAccountReading } from './arm-answers.ts';

export function toAccountPage(page: MapsAccount[]): AccountPage {
  // The SDK keeps a page's link beside the page. An empty one ends the list, as a missing one does.
  const next = getContinuationToken(page);
  // One without an id is not left out: whoever asked has to know that there is something to look at.
  const accounts = page.map((account) => ({
    ...toAccountReading(account, ''),
    id: String(account.id ?? ''),
  }));
  return { accounts, ...(next && { continuation: next }) };
}

/** The token of this app must go nowhere but to ARM's list of this scope, whoever gave the link. */
export function isNextLink(link: string, endpoint: string, scope: Scope): boolean {
  if (!URL.canParse(link)) return false;
  const { origin, pathname, username } = new URL(link);
  const path = decodeSafely(pathname);
  const list = `${scopeId(scope)}/providers/Microsoft.Maps/accounts`;
  return origin === new URL(endpoint).origin && username === '' && path.toLowerCase() === list.toLowerCase();
}

function decodeSafely(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
