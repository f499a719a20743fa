/** What the page's own address holds besides the page. */
export interface TakenKey {
  /** The function key, where the address has one. */
  readonly key?: string;
  /** The address without it. */
  readonly rest: string;
}

/**
 * A function key may come as `#code=`, which no server sees, or as `?code=`, as Azure's portal copies it. It is taken
 * out of the address before anything else happens, so that no history, bookmark or screen keeps it.
 */
export function takeKey(href: string): TakenKey {
  const url = new URL(href);
  const fragment = new URLSearchParams(url.hash.slice(1));
  const key = fragment.get('code') ?? url.searchParams.get('code') ?? undefined;
  if (fragment.has('code')) {
    fragment.delete('code');
    url.hash = fragment.toString();
  }
  url.searchParams.delete('code');
  const { pathname, search, hash } = url;
  return { rest: pathname + search + hash, ...(key && { key }) };
}
