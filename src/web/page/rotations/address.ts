const HISTORY = '#history=';

/** The address, within the page, of an account's history. */
export function historyAddress(accountId: string): string {
  return HISTORY + encodeURIComponent(accountId);
}

/** The account whose history the fragment asks for; undefined where it asks for none, or is cut off in the middle. */
export function historyOf(hash: string): string | undefined {
  if (!hash.startsWith(HISTORY)) return undefined;
  try {
    return decodeURIComponent(hash.slice(HISTORY.length)) || undefined;
  } catch {
    return undefined;
  }
}
