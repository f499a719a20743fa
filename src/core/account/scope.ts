import type { Account } from './account.ts';
import { accountId, foldCase, misnamedParts } from './account.ts';

/** What the app may touch: a whole subscription, one resource group, or one Maps account. */
export type Scope =
  | { readonly kind: 'subscription'; readonly subscriptionId: string }
  | { readonly kind: 'resource-group'; readonly subscriptionId: string; readonly resourceGroupName: string }
  | { readonly kind: 'account'; readonly account: Account };

const SCOPE_ID =
  /^\/subscriptions\/([^/]+)(?:\/resourceGroups\/([^/]+)(?:\/providers\/Microsoft\.Maps\/accounts\/([^/]+))?)?\/?$/i;

const NAMED = { resourceGroupName: 'named', accountName: 'named' };

/** Parses one ARM id of `ROTATION_SCOPES`; undefined where it is none of the three kinds. */
export function parseScope(id: string): Scope | undefined {
  const [, subscriptionId, resourceGroupName, accountName] = SCOPE_ID.exec(id) ?? [];
  if (subscriptionId === undefined) return undefined;
  const given = {
    ...NAMED,
    subscriptionId,
    ...(resourceGroupName !== undefined && { resourceGroupName }),
    ...(accountName !== undefined && { accountName }),
  };
  if (misnamedParts(given).length > 0) return undefined;
  if (accountName !== undefined) return { kind: 'account', account: given };
  if (resourceGroupName !== undefined) return { kind: 'resource-group', subscriptionId, resourceGroupName };
  return { kind: 'subscription', subscriptionId };
}

export function scopeId(scope: Scope): string {
  switch (scope.kind) {
    case 'subscription':
      return `/subscriptions/${scope.subscriptionId}`;
    case 'resource-group':
      return `/subscriptions/${scope.subscriptionId}/resourceGroups/${scope.resourceGroupName}`;
    case 'account':
      return accountId(scope.account);
    default:
      return scope satisfies never;
  }
}

export function isInScope(scopes: readonly Scope[], account: Account): boolean {
  return isIdInScope(scopes, accountId(account));
}

/** The same for an ARM id as it came. */
export function isIdInScope(scopes: readonly Scope[], id: string): boolean {
  const whole = `${foldCase(id)}/`;
  return scopes.some((scope) => whole.startsWith(`${foldCase(scopeId(scope))}/`));
}
