/** A Maps account named by the three parts of its ARM id, in the case in which they were given. */
export interface Account {
  readonly subscriptionId: string;
  readonly resourceGroupName: string;
  readonly accountName: string;
}

export type AccountPart = keyof Account;

/** ARM's naming rules, for messages that say what to change. */
export const NAMING_RULES: Readonly<Record<AccountPart, string>> = {
  subscriptionId: 'a GUID such as 21a9967a-e8a9-4656-a70b-96ff1c4d05a0',
  resourceGroupName:
    '1 to 90 letters (with their marks), digits, underscores, hyphens, parentheses and periods, not ending in a period',
  accountName:
    '1 to 98 characters without %, &, :, \\, /, #, ? and control characters, neither beginning nor ending in a space, and not only periods',
};

/*
 * https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
 * The documented pattern of resource groups is made of .NET's `\w`, which has combining marks and all connecting
 * punctuation. Account names go by api-versions since 2025-10-01-preview: an account that was made by one of them is in
 * the lists of all. What would not stay one segment of an address (dots alone) or can't be seen is no name.
 */
export const NAME_PATTERNS: Readonly<Record<AccountPart, RegExp>> = {
  subscriptionId: /^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$/,
  resourceGroupName: /^[\p{L}\p{M}\p{N}\p{Pc}().-]{0,89}[\p{L}\p{M}\p{N}\p{Pc}()-]$/u,
  accountName:
    /^(?![.]+$)[^%&:\\/#?\p{C}\p{Z}](?:[^%&:\\/#?\p{C}\p{Zl}\p{Zp}]{0,96}[^%&:\\/#?\p{C}\p{Z}])?$/u,
};

/** The parts that break ARM's naming rules; empty where all hold. */
export function misnamedParts(account: Account): AccountPart[] {
  const parts: AccountPart[] = ['subscriptionId', 'resourceGroupName', 'accountName'];
  return parts.filter((part) => !NAME_PATTERNS[part].test(account[part]));
}

export function accountId(account: Account): string {
  return `/subscriptions/${account.subscriptionId}/resourceGroups/${account.resourceGroupName}/providers/Microsoft.Maps/accounts/${account.accountName}`;
}

const ACCOUNT_ID =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Maps\/accounts\/([^/]+)\/?$/i;

/** Parses an ARM id, in any case, with or without a trailing slash; undefined where it is not a Maps account's. */
export function parseAccountId(id: string): Account | undefined {
  const [, subscriptionId, resourceGroupName, accountName] = ACCOUNT_ID.exec(id) ?? [];
  if (subscriptionId === undefined || resourceGroupName === undefined || accountName === undefined)
    return undefined;
  const account = { subscriptionId, resourceGroupName, accountName };
  return misnamedParts(account).length === 0 ? account : undefined;
}

/** An id that could not be read, as far as it may be shown: nothing invisible in it, and not without end. */
export function shownId(id: string): string {
  if (id === '') return '(an account without an id)';
  const visible = id.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
  return visible.length <= 400 ? visible : `${visible.slice(0, 400)}…`;
}

/**
 * A name or id without regard to case, as ARM matches them. How it folds letters beyond ASCII is documented nowhere, so
 * those are told apart: what ARM might take for one name is refused as out of scope rather than mixed up.
 */
export function foldCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Whether two ARM ids are of one address. */
export function isSameAddress(one: string, other: string): boolean {
  return foldCase(one) === foldCase(other);
}

/** An account's address as a key of a table, which refuses `/`. */
export function addressKey(account: Account): string {
  return foldCase(accountId(account)).replaceAll('/', '|');
}

/**
 * The account's partition in the table. An account is its `uniqueId`, which ARM keeps when it is moved and gives anew
 * when another one is made under its name; only where ARM gave none, its address has to do.
 */
export function accountPartition(account: Account, uniqueId?: string): string {
  return uniqueId === undefined ? addressKey(account) : `account|${foldCase(uniqueId)}`;
}
