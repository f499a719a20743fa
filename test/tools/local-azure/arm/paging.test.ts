import { expect, test } from 'vitest';
import type { AccountSeed, LocalAzureOptions } from '../../../../tools/local-azure/local-azure.ts';
import {
  accountPath,
  call,
  collect,
  group,
  mapsAccount,
  mapsClient,
  otherSubscription,
  subscription,
  trustedAzure,
} from '../helpers.ts';

const list = `/subscriptions/${subscription}/providers/Microsoft.Maps/accounts?api-version=2023-06-01`;

function many(count: number): AccountSeed[] {
  return Array.from({ length: count }, (_, index) => ({ ...mapsAccount, name: `maps-${index}` }));
}

async function pagesOf(options: LocalAzureOptions): Promise<string[][]> {
  const azure = await trustedAzure(options);
  const pages: string[][] = [];
  for await (const page of mapsClient(azure).accounts.listBySubscription().byPage()) {
    pages.push(page.map((account) => account.name ?? ''));
  }
  return pages;
}

test('a list comes in pages, each account once', async () => {
  const pages = await pagesOf({ accounts: many(5), pageSize: 2 });

  expect(pages).toEqual([['maps-0', 'maps-1'], ['maps-2', 'maps-3'], ['maps-4']]);
});

test('LIST-02: a list may begin with an empty page', async () => {
  const pages = await pagesOf({ accounts: many(3), pageSize: 2, emptyFirstPage: true });

  expect(pages).toEqual([[], ['maps-0', 'maps-1'], ['maps-2']]);
});

test('LIST-02: a list may end with an empty link', async () => {
  const azure = await trustedAzure({ emptyLastLink: true });

  expect((await call(azure, list)).body).toMatchObject({ value: [{ name: 'Maps1' }], nextLink: '' });
});

test('a whole subscription is one page without a link, unless pages are asked to be small', async () => {
  const pages = await pagesOf({ accounts: many(2_000) });

  expect(pages.map((page) => page.length)).toEqual([2_000]);
});

test('the last page has no link', async () => {
  const azure = await trustedAzure();

  expect((await call(azure, list)).body).not.toHaveProperty('nextLink');
});

test('an account that goes while a list is read moves no other one', async () => {
  const azure = await trustedAzure({ accounts: many(4), pageSize: 2 });
  const names: string[] = [];

  for await (const page of mapsClient(azure).accounts.listBySubscription().byPage()) {
    names.push(...page.map((account) => account.name ?? ''));
    if (names.length === 2) azure.accounts.remove(accountPath.replace('Maps1', 'maps-0'));
  }

  expect(names).toEqual(['maps-0', 'maps-1', 'maps-2', 'maps-3']);
});

test('lists keep to their subscription and group', async () => {
  const azure = await trustedAzure({
    accounts: [
      mapsAccount,
      { ...mapsAccount, resourceGroup: 'other', name: 'Maps2' },
      { ...mapsAccount, subscriptionId: otherSubscription, name: 'Maps3' },
    ],
  });
  const client = mapsClient(azure);
  const names = async (accounts: AsyncIterable<{ name?: string }>) =>
    (await collect(accounts)).map((account) => account.name);

  expect(await names(client.accounts.listBySubscription())).toEqual(['Maps1', 'Maps2']);
  expect(await names(client.accounts.listByResourceGroup(group.toUpperCase()))).toEqual(['Maps1']);
});

test('NAME-01: a list may show an id in another case than the canonical one', async () => {
  const azure = await trustedAzure({ accounts: [{ ...mapsAccount, idInList: accountPath.toLowerCase() }] });

  const [listed] = await collect(mapsClient(azure).accounts.listBySubscription());

  expect(listed?.id).toBe(accountPath.toLowerCase());
  expect((await mapsClient(azure).accounts.get(group, 'Maps1')).id).toBe(accountPath);
});

test('a made-up skip token is refused', async () => {
  const azure = await trustedAzure();

  expect(await call(azure, `${list}&$skiptoken=2`)).toMatchObject({ status: 400 });
});
