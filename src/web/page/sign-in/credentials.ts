/** What the page's own address says. */
export interface OwnAddress {
  /** Whether a function key is in it. */
  readonly hasKey: boolean;
  /** The address without it. */
  readonly rest: string;
}

const KEY_NAME = /^[?!/]*(code|key|x-functions-key)$/i;

/**
 * A function key in the address is never used: before any script runs, the browser has written the address to its
 * disk, and after `?` it has sent it. It is only taken out, so that nobody reads it from a screen or copies it on.
 */
export function ownAddress(href: string): OwnAddress {
  const url = new URL(href);
  const query = withoutKey(url.search);
  const fragment = withoutKey(url.hash);
  return { hasKey: query.hasKey || fragment.hasKey, rest: url.pathname + query.rest + fragment.rest };
}

function withoutKey(part: string): OwnAddress {
  const pairs = part.slice(1).split('&');
  const isKey = (pair: string) => KEY_NAME.test(pair.split('=')[0] ?? '');
  const kept = pairs.filter((pair) => !isKey(pair)).join('&');
  return {
    hasKey: pairs.some((pair) => isKey(pair) && /=./.test(pair)),
    rest: kept === '' ? '' : part.charAt(0) + kept,
  };
}

const AROUND = /^[\s"'`“”‘’]+|[\s"'`“”‘’]+$/g;

/** A function key as people paste it: `az` prints it in quotes. Undefined where it can be none. */
export function readKey(text: string): string | undefined {
  const key = text.replace(AROUND, '');
  return /^[\x21-\x7e]{1,1024}$/.test(key) ? key : undefined;
}
