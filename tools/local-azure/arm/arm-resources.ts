import { timestamp } from '../maps/maps-keys.ts';
import type { Reply } from '../server/http.ts';
import type { Account } from './accounts.ts';
import { armError } from './arm-errors.ts';

export type ListOptions = {
  origin: string;
  pageSize: number;
  emptyFirstPage: boolean;
  emptyLastLink: boolean;
  circularLinks?: 'self' | 'pair' | undefined;
};

/** What was recorded of an account with nothing but its tags: no `cors`, no `encryption`. */
export function toResource(account: Account, id: string): Record<string, unknown> {
  const { seed } = account;
  return {
    kind: seed.kind ?? 'Gen2',
    type: 'Microsoft.Maps/accounts',
    sku: { name: seed.sku ?? 'G2', tier: 'Standard' },
    properties: {
      uniqueId: account.uniqueId,
      provisioningState: seed.provisioningState ?? usualState(account),
      disableLocalAuth: seed.disableLocalAuth ?? false,
    },
    systemData: toSystemData(account),
    id,
    name: account.name,
    location: seed.location ?? 'eastus',
    ...(seed.tags && { tags: seed.tags }),
  };
}

/** Its keys answer in each state. */
function usualState({ updatingUntil }: Account): string {
  return performance.now() < updatingUntil ? 'Updating' : 'Succeeded';
}

/** A user made the account; who changed it last, no recording of a regeneration by an application shows. */
function toSystemData({ seed, createdAt, modifiedAt }: Account): Record<string, unknown> {
  const somebody = 'somebody@example.com';
  return {
    ...(seed.createdAt !== null && {
      createdBy: somebody,
      createdByType: 'User',
      createdAt: timestamp(createdAt),
    }),
    lastModifiedBy: somebody,
    lastModifiedByType: 'User',
    lastModifiedAt: timestamp(modifiedAt),
  };
}

/**
 * A page goes on after the account where the last one ended, so that accounts may come and go meanwhile. Links name the
 * port, as ARM's do with `:443`.
 */
export function listPage(accounts: Account[], url: URL, options: ListOptions): Reply {
  const token = url.searchParams.get('$skiptoken');
  const after = token === null ? -1 : fromSkipToken(token);
  if (Number.isNaN(after)) {
    return armError(400, 'InvalidSkipToken', 'The skip token of the nextLink is not valid.');
  }
  if (after < 0 && options.emptyFirstPage) {
    return { status: 200, body: { value: [], nextLink: nextLink(url, options, 0) } };
  }
  if (options.circularLinks !== undefined) return circularPage(accounts, url, options, after);
  const rest = accounts.filter((account) => account.number > after);
  const page = rest.slice(0, options.pageSize);
  const last = page.at(-1);
  const link = rest.length > page.length && last ? nextLink(url, options, last.number) : undefined;
  return {
    status: 200,
    body: {
      value: page.map((account) => toResource(account, account.idInList)),
      ...(link !== undefined && { nextLink: link }),
      ...(link === undefined && options.emptyLastLink && { nextLink: '' }),
    },
  };
}

/** All accounts, and a link that leads to where it was before. */
function circularPage(accounts: Account[], url: URL, options: ListOptions, after: number): Reply {
  const to = options.circularLinks === 'pair' && after === 0 ? 1 : 0;
  const value = accounts.slice(0, options.pageSize).map((account) => toResource(account, account.idInList));
  return { status: 200, body: { value, nextLink: nextLink(url, options, to) } };
}

function nextLink(url: URL, options: ListOptions, after: number): string {
  const next = new URL(url.pathname, options.origin);
  next.searchParams.set('api-version', url.searchParams.get('api-version') ?? '');
  next.searchParams.set('$skiptoken', Buffer.from(`after:${after}`).toString('base64url'));
  return next.href;
}

function fromSkipToken(token: string): number {
  const after = /^after:(\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'))?.[1];
  return after === undefined ? Number.NaN : Number(after);
}
