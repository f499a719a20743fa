import type { Reply } from '../server/http.ts';
import { badParameter } from './key-vault-errors.ts';

const pageLimit = 25;

/** Goes on after the name where the last page ended, so that entries may come and go meanwhile. */
export function vaultPage(items: { name: string; item: unknown }[], url: URL, origin: string): Reply {
  const size = Number(url.searchParams.get('maxresults') ?? pageLimit);
  if (!Number.isInteger(size) || size < 1 || size > pageLimit) {
    return badParameter(`Property maxresults has invalid value: 1 to ${pageLimit} are allowed.`);
  }
  const token = url.searchParams.get('$skiptoken');
  const after = token === null ? '' : fromSkipToken(token);
  if (after === undefined) return badParameter('The skip token of the nextLink is not valid.');
  const sorted = items.toSorted((left, right) => (left.name < right.name ? -1 : 1));
  const rest = sorted.filter(({ name }) => name > after);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  return {
    status: 200,
    body: {
      value: page.map(({ item }) => item),
      nextLink: rest.length > page.length && last ? nextLink(url, origin, last.name, size) : null,
    },
  };
}

/** With the port, which Key Vault names although it is 443, and with `$skiptoken` as it is. */
function nextLink(url: URL, origin: string, after: string, size: number): string {
  const version = url.searchParams.get('api-version') ?? '';
  const token = Buffer.from(`after:${after}`).toString('base64url');
  return `${origin}${url.pathname}?api-version=${version}&$skiptoken=${token}&maxresults=${size}`;
}

function fromSkipToken(token: string): string | undefined {
  return /^after:(.+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'))?.[1];
}
