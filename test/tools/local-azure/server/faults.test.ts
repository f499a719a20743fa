import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Fault, LocalAzure } from '../../../../tools/local-azure/local-azure.ts';
import { toFault } from '../../../../tools/local-azure/server/faults.ts';
import {
  accountPath,
  collect,
  group,
  localCredential,
  mapsAccount,
  mapsClient,
  topicClient,
  trustedAzure,
} from '../helpers.ts';

const event = { id: '1', source: '/s', type: 'T', data: {} };

async function regenerate(azure: LocalAzure, name = 'Maps1') {
  return mapsClient(azure).accounts.regenerateKeys(group, name, { keyType: 'primary' });
}

test('a status is answered once in place of the change, in the shape of ARM', async () => {
  const azure = await trustedAzure();
  azure.faults.add({ operation: 'regenerateKey', status: 503, headers: { 'Retry-After': '7' } });

  const failure = await regenerate(azure).catch((error: unknown) => error);
  await regenerate(azure);

  expect(failure).toMatchObject({ statusCode: 503, code: 'ServerTimeout' });
  expect((failure as { response: { headers: Headers } }).response.headers.get('retry-after')).toBe('7');
  expect(azure.regenerations).toHaveLength(1);
  expect(azure.calls.map(({ status, changed }) => [status, changed])).toEqual([
    [503, false],
    [200, true],
  ]);
});

test('ARM-01: a 500 may hide a change that was made', async () => {
  const azure = await trustedAzure();
  azure.faults.add({ operation: 'regenerateKey', status: 500, carryOut: true });

  await expect(regenerate(azure)).rejects.toMatchObject({ statusCode: 500 });

  expect(azure.regenerations).toHaveLength(1);
  expect(azure.calls).toMatchObject([{ status: 500, changed: true }]);
});

test('the real client with its default options sends a POST four times', async () => {
  const azure = await trustedAzure();
  azure.faults.add({
    operation: 'regenerateKey',
    status: 500,
    carryOut: true,
    times: Infinity,
    headers: { 'retry-after-ms': '1' },
  });
  const { AzureMapsManagementClient } = await import('@azure/arm-maps');
  const client = new AzureMapsManagementClient(localCredential(azure), mapsAccount.subscriptionId, {
    endpoint: azure.endpoint,
    retryOptions: { retryDelayInMs: 1, maxRetryDelayInMs: 1 },
  });

  await client.accounts.regenerateKeys(group, 'Maps1', { keyType: 'primary' }).catch(() => {});

  expect(azure.regenerations).toHaveLength(4);
  expect(new Set(azure.calls.map((call) => call.clientRequestId)).size).toBe(1);
});

test.each([
  ['before', 0],
  ['after', 1],
  ['midway', 1],
] as const)('ARM-02: a connection dropped %s the change', async (drop, changes) => {
  const azure = await trustedAzure();
  azure.faults.add({ operation: 'regenerateKey', drop });

  const failure = await regenerate(azure).catch((error: unknown) => error);

  expect(failure).toMatchObject({
    code: expect.stringMatching(/ECONNRESET|REQUEST_SEND_ERROR|ERR_STREAM|PARSE_ERROR/),
  });
  expect(azure.regenerations).toHaveLength(changes);
  expect(azure.calls).toMatchObject([{ outcome: 'dropped', changed: changes === 1 }]);
});

test('an answer comes late, and the change with it, also when the client has gone', async () => {
  const azure = await trustedAzure();
  azure.faults.add({ operation: 'regenerateKey', delayMs: 300 });
  const patience = new AbortController();

  const gone = mapsClient(azure)
    .accounts.regenerateKeys(group, 'Maps1', { keyType: 'primary' }, { abortSignal: patience.signal })
    .catch((error: unknown) => error);
  await expect.poll(() => azure.calls).toHaveLength(1);
  patience.abort();

  await expect(gone).resolves.toMatchObject({ name: 'AbortError' });
  expect(azure.regenerations).toHaveLength(0);
  await expect.poll(() => azure.regenerations).toHaveLength(1);
});

test('with carryOut the change comes at once and only the answer late', async () => {
  const azure = await trustedAzure();
  azure.faults.add({ operation: 'regenerateKey', delayMs: 300, carryOut: true });

  const answer = regenerate(azure);
  await expect.poll(() => azure.regenerations).toHaveLength(1);
  const pending = azure.calls[0]?.outcome;

  await expect(answer).resolves.toHaveProperty('primaryKey');
  expect(pending).toBe('pending');
});

test('a request may never be answered, and close ends it', async () => {
  const azure = await trustedAzure();
  azure.faults.add({ operation: 'regenerateKey', delayMs: Infinity });
  azure.faults.add({ operation: 'listKeys', delayMs: 60_000 });

  const never = regenerate(azure).catch((error: unknown) => error);
  const late = mapsClient(azure)
    .accounts.listKeys(group, 'Maps1')
    .catch((error: unknown) => error);
  await expect.poll(() => azure.calls).toHaveLength(2);
  await azure.close();

  await expect(never).resolves.toBeInstanceOf(Error);
  await expect(late).resolves.toBeInstanceOf(Error);
  expect(azure.regenerations).toEqual([]);
  expect(azure.calls).toMatchObject([
    { outcome: 'dropped', error: null },
    { outcome: 'dropped', error: null },
  ]);
});

test('a fault holds for its account, for its number of times, and in the order of adding', async () => {
  const azure = await trustedAzure({ accounts: [mapsAccount, { ...mapsAccount, name: 'Maps2' }] });
  azure.faults.add({ operation: 'regenerateKey', account: 'MAPS2', status: 409, times: 2 });
  azure.faults.add({
    operation: 'regenerateKey',
    account: accountPath.replace('Maps1', 'maps2'),
    status: 429,
  });
  const statusOf = (name: string) =>
    regenerate(azure, name).then(
      () => 200,
      (error: { statusCode: number }) => error.statusCode,
    );

  const statuses = [await statusOf('Maps1')];
  for (let count = 0; count < 4; count += 1) statuses.push(await statusOf('Maps2'));

  expect(statuses).toEqual([200, 409, 409, 429, 200]);
});

test('faults can be taken back', async () => {
  const azure = await trustedAzure();
  const takeBack = azure.faults.add({ operation: 'regenerateKey', status: 500 });
  azure.faults.add({ operation: 'getAccount', status: 500, times: Infinity });

  takeBack();
  await regenerate(azure);
  azure.faults.clear();

  await expect(mapsClient(azure).accounts.get(group, 'Maps1')).resolves.toBeDefined();
});

test('ARM-08: a 403 names the action and the scope', async () => {
  const azure = await trustedAzure();
  azure.faults.add({ operation: 'regenerateKey', status: 403 });

  await expect(regenerate(azure)).rejects.toMatchObject({
    code: 'AuthorizationFailed',
    message: expect.stringContaining(
      `Microsoft.Maps/accounts/regenerateKey/action' over scope '${accountPath}'`,
    ),
  });
});

test('a body of its own may be anything', async () => {
  const azure = await trustedAzure();
  const headers = { 'Content-Type': 'text/html' };
  azure.faults.add({ operation: 'getAccount', status: 502, body: '<html>proxy</html>', headers });
  azure.faults.add({
    operation: 'getAccount',
    status: 400,
    body: { error: { code: 'Odd', message: 'odd' } },
  });
  const client = mapsClient(azure);

  await expect(client.accounts.get(group, 'Maps1')).rejects.toMatchObject({ statusCode: 502 });
  await expect(client.accounts.get(group, 'Maps1')).rejects.toMatchObject({ code: 'Odd' });
});

test('EVT-00: a published batch may be accepted although the answer is lost', async () => {
  const azure = await trustedAzure();
  azure.faults.add({ operation: 'publish', drop: 'after' });
  azure.faults.add({ operation: 'publish', status: 503, times: 2 });
  const client = topicClient(azure);

  await expect(client.send([event])).rejects.toBeDefined();
  await expect(client.send([event])).rejects.toMatchObject({ statusCode: 503 });
  await expect(client.send([event])).rejects.toMatchObject({ statusCode: 503 });
  await client.send([event]);

  expect(azure.events.map(({ id }) => id)).toEqual(['1', '1']);
});

test('lists and reads can fail too', async () => {
  const azure = await trustedAzure();
  azure.faults.add({ operation: 'listAccounts', status: 429 });
  azure.faults.add({ operation: 'listKeys', drop: 'before' });
  const client = mapsClient(azure);

  await expect(collect(client.accounts.listBySubscription())).rejects.toMatchObject({
    statusCode: 429,
  });
  await expect(client.accounts.listKeys(group, 'Maps1')).rejects.toBeDefined();
  await expect(collect(client.accounts.listBySubscription())).resolves.toHaveLength(1);
});

test.each<[unknown, string]>([
  [{ operation: 'other', status: 500 }, 'operation'],
  [{ operation: 'publish' }, 'status, drop or delayMs'],
  [{ operation: 'publish', status: 99 }, 'status'],
  [{ operation: 'publish', status: 500, times: 0 }, 'times'],
  [{ operation: 'publish', drop: 'never' }, 'drop'],
  [{ operation: 'publish', drop: 'after', status: 500 }, 'status'],
  [{ operation: 'publish', drop: 'before', carryOut: true }, 'carryOut'],
  [[], 'object'],
])('a wrong fault is refused: %j', async (fault, reason) => {
  const azure = await trustedAzure();

  expect(toFault(fault)).toContain(reason);
  if (!Array.isArray(fault)) expect(() => azure.faults.add(fault as Fault)).toThrow(reason);
});

test('hooks run before the effect and between effect and answer, and are waited for', async () => {
  const azure = await trustedAzure();
  const seen: unknown[] = [];
  azure.setHook(async (operation, phase, details) => {
    await sleep(20);
    seen.push([operation, phase, details.keyType, details.status, azure.regenerations.length]);
  });

  await regenerate(azure);

  expect(seen).toEqual([
    ['regenerateKey', 'before', 'primary', null, 0],
    ['regenerateKey', 'after', 'primary', 200, 1],
  ]);
});

test('a hook that throws drops the connection, and the record says why', async () => {
  const azure = await trustedAzure({
    onRequest: (_operation, phase) => {
      if (phase === 'after') throw new Error('crash here');
    },
  });

  await expect(regenerate(azure)).rejects.toBeDefined();

  expect(azure.regenerations).toHaveLength(1);
  expect(azure.calls).toMatchObject([{ outcome: 'dropped', changed: true, error: 'Error: crash here' }]);
});

test('latency is added to each call of ARM and Event Grid', async () => {
  const azure = await trustedAzure({ latencyMs: 200 });

  await regenerate(azure);
  await topicClient(azure).send([event]);
  azure.setLatency(0);
  await regenerate(azure);

  const [first = 0, second = 0, third = 0] = azure.calls.map((call) => (call.endedAt ?? 0) - call.startedAt);
  expect(first).toBeGreaterThan(190);
  expect(second).toBeGreaterThan(190);
  expect(third).toBeLessThan(190);
});
