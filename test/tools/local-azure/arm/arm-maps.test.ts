import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { keyMarker, type LocalAzure } from '../../../../tools/local-azure/local-azure.ts';
import { ticksOf, timestamp } from '../../../../tools/local-azure/maps/maps-keys.ts';
import {
  accountPath,
  armError,
  call,
  group,
  localCredential,
  mapsAccount,
  mapsClient,
  otherSubscription,
  post,
  subscription,
  trustedAzure,
} from '../helpers.ts';

const version = '?api-version=2023-06-01';

test('the official client asks for a token of the endpoint that it is given', async () => {
  const azure = await trustedAzure();
  const credential = localCredential(azure);

  await mapsClient(azure, credential).accounts.listKeys(group, 'Maps1');

  expect(credential.scopes).toEqual([`${azure.endpoint}/.default`]);
});

test('the official client reads an account, whatever the case of its name', async () => {
  const azure = await trustedAzure({ accounts: [{ ...mapsAccount, tags: { 'Key-Rotation': 'enabled' } }] });

  const account = await mapsClient(azure).accounts.get('RG-MAPS', 'maps1');

  expect(account).toMatchObject({
    id: accountPath,
    name: 'Maps1',
    type: 'Microsoft.Maps/accounts',
    tags: { 'Key-Rotation': 'enabled' },
    properties: { disableLocalAuth: false, provisioningState: 'Succeeded' },
  });
});

test('a regeneration changes the one key and its time, and leaves the other', async () => {
  const azure = await trustedAzure();
  const client = mapsClient(azure);
  const before = await client.accounts.listKeys(group, 'Maps1');

  const answer = await client.accounts.regenerateKeys(group, 'MAPS1', { keyType: 'secondary' });
  const after = await client.accounts.listKeys(group, 'Maps1');

  expect(answer).toEqual(after);
  expect(after.primaryKey).toBe(before.primaryKey);
  expect(after.primaryKeyLastUpdated).toBe(before.primaryKeyLastUpdated);
  expect(after.secondaryKey).not.toBe(before.secondaryKey);
  expect(after.secondaryKeyLastUpdated).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,6}[1-9])?Z$/);
  expect(azure.regenerations).toMatchObject([
    {
      accountId: accountPath,
      keyType: 'secondary',
      oldKey: before.secondaryKey,
      newKey: after.secondaryKey,
      time: after.secondaryKeyLastUpdated,
      by: 'request',
    },
  ]);
});

test('each key is 84 letters and digits with the marker, and is remembered for good', async () => {
  const azure = await trustedAzure();
  const first = azure.accounts.keys(accountPath);

  azure.accounts.regenerate(accountPath, 'primary');
  azure.reset();

  const second = azure.accounts.keys(accountPath);
  expect(second.primaryKey).toMatch(new RegExp(`^${keyMarker}[A-Za-z0-9]{72}$`));
  expect([...azure.everyKey]).toEqual([first.primaryKey, first.secondaryKey, second.primaryKey]);
});

test('ages are seeded, may be absent, and move on although the clock stands still', async () => {
  const azure = await trustedAzure({
    now: () => new Date('2026-01-01T00:00:00Z'),
    accounts: [
      {
        ...mapsAccount,
        primaryKeyLastUpdated: '2025-06-01T01:02:03.1075056Z',
        secondaryKeyLastUpdated: null,
      },
    ],
  });
  const client = mapsClient(azure);
  const seeded = await client.accounts.listKeys(group, 'Maps1');

  await client.accounts.regenerateKeys(group, 'Maps1', { keyType: 'secondary' });
  await client.accounts.regenerateKeys(group, 'Maps1', { keyType: 'secondary' });

  expect(seeded.primaryKeyLastUpdated).toBe('2025-06-01T01:02:03.1075056Z');
  expect(seeded).not.toHaveProperty('secondaryKeyLastUpdated');
  const [first, second] = azure.regenerations;
  expect(first?.time).toMatch(/^2026-01-01T00:00:00\.000/);
  expect(ticksOf(second?.time ?? '')).toBeGreaterThan(ticksOf(first?.time ?? ''));
});

test('ARM-11: the secondary key of a new account is 54 to 78 µs younger, and the account some time older', async () => {
  const azure = await trustedAzure();
  const client = mapsClient(azure);
  const keys = azure.accounts.keys(accountPath);

  const [primary, secondary] = [keys.primaryKeyLastUpdated, keys.secondaryKeyLastUpdated].map((time) =>
    ticksOf(time ?? ''),
  );
  const account = await client.accounts.get(group, 'Maps1');

  expect(Number((secondary ?? 0n) - (primary ?? 0n)) / 10).toBeGreaterThanOrEqual(54);
  expect(Number((secondary ?? 0n) - (primary ?? 0n)) / 10).toBeLessThanOrEqual(78);
  expect(account.systemData?.createdAt?.getTime()).toBeLessThan(Number(primary) / 10_000);
});

test.each([
  [0n, '2026-01-01T00:00:00Z'],
  [10n, '2026-01-01T00:00:00.000001Z'],
  [5_760_050n, '2026-01-01T00:00:00.576005Z'],
  [5_000_000n, '2026-01-01T00:00:00.5Z'],
  [9_999_999n, '2026-01-01T00:00:00.9999999Z'],
])('ARM-12: %s ticks into a second, a time has no zeros at its end', (ticks, text) => {
  const time = ticksOf('2026-01-01T00:00:00Z') + ticks;

  expect(timestamp(time)).toBe(text);
  expect(ticksOf(text)).toBe(time);
});

test('ARM-18: a regeneration and a change move lastModifiedAt; reading the keys does not, unless it is told to', async () => {
  const azure = await trustedAzure();
  const modifiedAt = async (of: LocalAzure) =>
    (await mapsClient(of).accounts.get(group, 'Maps1')).systemData?.lastModifiedAt?.getTime() ?? 0;
  const made = await modifiedAt(azure);

  await mapsClient(azure).accounts.listKeys(group, 'Maps1');
  const read = await modifiedAt(azure);
  await sleep(300);
  await mapsClient(azure).accounts.regenerateKeys(group, 'Maps1', { keyType: 'primary' });
  const regenerated = await modifiedAt(azure);
  await sleep(300);
  azure.accounts.update(accountPath, { tags: {} });
  const changed = await modifiedAt(azure);

  expect(read).toBe(made);
  expect(regenerated).toBeGreaterThan(read);
  expect(regenerated).toBeLessThan(Date.parse(azure.regenerations[0]?.time ?? ''));
  expect(changed).toBeGreaterThan(regenerated);
});

test('ARM-18: reading the keys can be made to count as a change', async () => {
  const azure = await trustedAzure({ listKeysModifies: true });
  const client = mapsClient(azure);
  const { systemData: before } = await client.accounts.get(group, 'Maps1');
  await sleep(20);

  await client.accounts.listKeys(group, 'Maps1');

  const { systemData: after } = await client.accounts.get(group, 'Maps1');
  expect(Number(after?.lastModifiedAt)).toBeGreaterThan(Number(before?.lastModifiedAt));
});

test('ARM-14: a new account is Updating for a while, one that failed stays so, and the keys of both answer', async () => {
  const azure = await trustedAzure({ updatingMs: 400 });
  const client = mapsClient(azure);
  azure.accounts.add({ ...mapsAccount, name: 'new' });
  azure.accounts.add({ ...mapsAccount, name: 'broken', provisioningState: 'Failed' });
  azure.accounts.add({ ...mapsAccount, name: 'old', createdAt: '2026-01-01T00:00:00Z' });
  const stateOf = async (name: string) =>
    (await client.accounts.get(group, name)).properties?.provisioningState;

  expect(await Promise.all(['Maps1', 'new', 'broken', 'old'].map(stateOf))).toEqual([
    'Succeeded',
    'Updating',
    'Failed',
    'Succeeded',
  ]);
  for (const name of ['new', 'broken']) {
    await expect(client.accounts.listKeys(group, name)).resolves.toHaveProperty('primaryKey');
    await client.accounts.regenerateKeys(group, name, { keyType: 'secondary' });
  }
  await expect.poll(() => stateOf('new')).toBe('Succeeded');
  expect(await stateOf('broken')).toBe('Failed');
});

test('MOVE-01: a moved account keeps its uniqueId and its keys under another id', async () => {
  const azure = await trustedAzure({ accounts: [{ ...mapsAccount, tags: { a: 'b' } }] });
  const client = mapsClient(azure);
  const before = await client.accounts.get(group, 'Maps1');
  const keys = await client.accounts.listKeys(group, 'Maps1');

  const id = azure.accounts.move(accountPath, { resourceGroup: 'rg-new' });

  const after = await client.accounts.get('RG-NEW', 'Maps1');
  expect(id).toBe(accountPath.replace(group, 'rg-new'));
  expect(after).toEqual({ ...before, id });
  await expect(client.accounts.listKeys('rg-new', 'Maps1')).resolves.toEqual(keys);
  await expect(client.accounts.get(group, 'Maps1')).rejects.toMatchObject({ code: 'ResourceNotFound' });
  azure.accounts.regenerate(id, 'primary');
  expect(azure.accounts.keys(id).primaryKey).not.toBe(keys.primaryKey);
});

test('MOVE-02: an account that is made again is another one', async () => {
  const azure = await trustedAzure();
  const client = mapsClient(azure);
  const before = await client.accounts.get(group, 'Maps1');
  const { primaryKey } = await client.accounts.listKeys(group, 'Maps1');

  azure.accounts.remove(accountPath);
  azure.accounts.add(mapsAccount);

  const after = await client.accounts.get(group, 'Maps1');
  expect(after.id).toBe(before.id);
  expect(after.properties?.uniqueId).not.toBe(before.properties?.uniqueId);
  await expect(client.accounts.listKeys(group, 'Maps1')).resolves.not.toMatchObject({ primaryKey });
});

test('what is not there is named as ARM names it', async () => {
  const azure = await trustedAzure({ subscriptions: [otherSubscription] });
  const accounts = `/providers/Microsoft.Maps/accounts`;
  const codes: Record<string, [number, string]> = {
    [`/subscriptions/${subscription}/resourceGroups/${group}${accounts}/none`]: [404, 'ResourceNotFound'],
    [`/subscriptions/${subscription}/resourceGroups/none${accounts}/Maps1`]: [404, 'ResourceGroupNotFound'],
    [`/subscriptions/${subscription}/resourceGroups/none${accounts}`]: [404, 'ResourceGroupNotFound'],
    [`/subscriptions/${otherSubscription}/resourceGroups/${group}${accounts}`]: [
      404,
      'ResourceGroupNotFound',
    ],
    [`/subscriptions/00000000-0000-4000-8000-000000000009${accounts}`]: [404, 'SubscriptionNotFound'],
    [`/subscriptions/mine${accounts}`]: [400, 'InvalidSubscriptionId'],
    [`/subscriptions/${subscription}/providers/Microsoft.Other/accounts`]: [404, 'InvalidResourceType'],
    [`${accountPath}/listKeys`]: [405, 'HttpMethodNotSupported'],
  };

  for (const [path, [status, code]] of Object.entries(codes)) {
    expect(await call(azure, path + version)).toMatchObject({ status, body: armError(code) });
  }
});

test('only its own api-version is spoken', async () => {
  const azure = await trustedAzure();

  const missing = await call(azure, accountPath);
  const unknown = await call(azure, `${accountPath}?api-version=2021-02-01`);
  const malformed = await call(azure, `${accountPath}?api-version=latest`);

  expect(missing).toMatchObject({ status: 400, body: armError('MissingApiVersionParameter') });
  expect(unknown).toMatchObject({ status: 400, body: armError('NoRegisteredProviderFound') });
  expect(malformed).toMatchObject({ status: 400, body: armError('InvalidApiVersionParameter') });
});

test.each([
  ['{', 'application/json', 400, 'InvalidRequestContent'],
  ['', 'application/json', 400, 'InvalidRequestContent'],
  ['[]', 'application/json', 400, 'InvalidRequestContent'],
  ['{}', 'application/json', 400, 'BadRequest'],
  ['{"keyType":"Primary"}', 'application/json', 400, 'BadRequest'],
  ['{"keyType":"primary","force":true}', 'application/json', 400, 'InvalidRequestContent'],
  ['{"keyType":"primary"}', 'text/plain', 415, 'UnsupportedMediaType'],
])('regenerateKey refuses %s as %s', async (body, type, status, code) => {
  const azure = await trustedAzure();

  const answer = await call(
    azure,
    `${accountPath}/regenerateKey${version}`,
    post(body, { 'content-type': type }),
  );

  expect(answer).toMatchObject({ status, body: armError(code) });
  expect(azure.regenerations).toEqual([]);
});

test('a locked account can be read, but its keys can be neither listed nor regenerated', async () => {
  const azure = await trustedAzure({ accounts: [{ ...mapsAccount, locked: true }] });
  const client = mapsClient(azure);

  await expect(client.accounts.get(group, 'Maps1')).resolves.toMatchObject({ name: 'Maps1' });
  await expect(client.accounts.listKeys(group, 'Maps1')).rejects.toMatchObject({ code: 'ScopeLocked' });
  await expect(client.accounts.regenerateKeys(group, 'Maps1', { keyType: 'primary' })).rejects.toMatchObject({
    statusCode: 409,
    code: 'ScopeLocked',
  });
  expect(azure.regenerations).toEqual([]);
});

test('accounts can be added, changed and removed as it runs', async () => {
  const azure = await trustedAzure();
  const client = mapsClient(azure);
  const id = azure.accounts.add({ ...mapsAccount, resourceGroup: 'RG-MAPS', name: 'Maps2' });

  azure.accounts.update(id, { tags: { a: 'b' }, disableLocalAuth: true });
  azure.accounts.remove(accountPath.toUpperCase());

  expect(id).toBe(accountPath.replace('Maps1', 'Maps2'));
  await expect(client.accounts.get(group, 'maps2')).resolves.toMatchObject({
    tags: { a: 'b' },
    properties: { disableLocalAuth: true },
  });
  await expect(client.accounts.get(group, 'Maps1')).rejects.toMatchObject({ code: 'ResourceNotFound' });
});

test('answers carry ids, what is left of the rate, and the date of the clock', async () => {
  const azure = await trustedAzure({ now: () => new Date('2026-01-02T03:04:05.7Z') });

  const read = await call(azure, accountPath + version);
  const write = await call(azure, `${accountPath}/listKeys${version}`, { method: 'POST' });

  expect(read.headers.get('x-ms-request-id')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(read.headers.get('x-ms-correlation-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(read.headers.get('x-ms-ratelimit-remaining-subscription-reads')).toBe('249');
  expect(write.headers.get('x-ms-ratelimit-remaining-subscription-writes')).toBe('199');
  expect(read.headers.get('date')).toBe('Fri, 02 Jan 2026 03:04:05 GMT');
});

test('calls are recorded in order, with the id of the client', async () => {
  const azure = await trustedAzure();
  const client = mapsClient(azure);

  await client.accounts.regenerateKeys(group, 'Maps1', { keyType: 'primary' });
  await client.accounts.get(group, 'none').catch(() => {});

  expect(azure.calls).toMatchObject([
    { operation: 'regenerateKey', account: 'Maps1', status: 200, changed: true, outcome: 'answered' },
    { operation: 'getAccount', account: 'none', status: 404, changed: false, outcome: 'answered' },
  ]);
  expect(azure.calls[0]?.clientRequestId).toMatch(/^[0-9a-f-]{36}$/);
  azure.reset();
  expect(azure.calls).toEqual([]);
});
