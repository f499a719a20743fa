import { expect, test } from 'vitest';
import type { LocalAzure } from '../../../../tools/local-azure/local-azure.ts';
import { accountPath, group, mapsAccount, mapsClient, trustedAzure } from '../helpers.ts';

async function send(azure: LocalAzure, method: string, path: string, body?: unknown, headers = {}) {
  const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
  const response = await fetch(azure.controlEndpoint + path, init);
  const text = await response.text();
  return { status: response.status, text, body: text === '' ? undefined : JSON.parse(text) };
}

test('the state shows accounts, calls and events, and no key', async () => {
  const azure = await trustedAzure();
  await mapsClient(azure).accounts.regenerateKeys(group, 'Maps1', { keyType: 'primary' });

  const state = await send(azure, 'GET', '/state');

  expect(state.body).toMatchObject({
    accounts: [{ id: accountPath, primaryKeyLastUpdated: azure.regenerations[0]?.time }],
    calls: [{ operation: 'regenerateKey', status: 200, changed: true }],
    events: [],
  });
  for (const key of azure.everyKey) expect(state.text).not.toContain(key);
});

test('another process can add faults and take them away', async () => {
  const azure = await trustedAzure();
  const client = mapsClient(azure);
  const fault = { operation: 'getAccount', status: 503, times: 'Infinity' };

  const added = await send(azure, 'POST', '/faults', fault);
  const failed = await client.accounts.get(group, 'Maps1').catch((error: unknown) => error);
  const cleared = await send(azure, 'DELETE', '/faults');

  expect([added.status, cleared.status]).toEqual([201, 204]);
  expect(failed).toMatchObject({ statusCode: 503 });
  await expect(client.accounts.get(group, 'Maps1')).resolves.toBeDefined();
});

test('another process can make accounts, regenerate keys from outside, revoke tokens and forget', async () => {
  const azure = await trustedAzure();

  const made = await send(azure, 'POST', '/accounts', { ...mapsAccount, name: 'Maps2' });
  const regenerated = await send(azure, 'POST', '/regenerate', { id: made.body.id, keyType: 'secondary' });
  const token = azure.issueToken(azure.endpoint);
  const revoked = await send(azure, 'DELETE', '/tokens');

  expect([made.status, regenerated.status, revoked.status]).toEqual([201, 204, 204]);
  expect(azure.regenerations).toMatchObject([
    { accountId: made.body.id, keyType: 'secondary', by: 'outside' },
  ]);
  expect(azure.tokens.check(`Bearer ${token}`, [azure.endpoint])).toMatchObject({ fault: 'invalid' });
  expect((await send(azure, 'DELETE', '/state')).status).toBe(204);
  expect(azure.regenerations).toEqual([]);
});

test('another process can move accounts, and remove them', async () => {
  const azure = await trustedAzure();

  const moved = await send(azure, 'POST', '/move', { id: accountPath, resourceGroup: 'rg-new' });
  const removed = await send(azure, 'DELETE', '/accounts', { id: moved.body.id });

  expect([moved.status, removed.status]).toEqual([200, 204]);
  expect(moved.body.id).toBe(accountPath.replace(group, 'rg-new'));
  expect(azure.accounts.ids()).toEqual([]);
});

test('what it does not understand is refused with a reason', async () => {
  const azure = await trustedAzure();
  const refused: [string, string, unknown][] = [
    ['POST', '/faults', { operation: 'nothing' }],
    ['POST', '/faults', undefined],
    ['POST', '/accounts', { name: 'x' }],
    ['POST', '/accounts', mapsAccount],
    ['POST', '/move', { id: accountPath }],
    ['DELETE', '/accounts', {}],
    ['POST', '/regenerate', { id: 'none', keyType: 'primary' }],
    ['POST', '/regenerate', { id: accountPath, keyType: 'both' }],
  ];

  for (const [method, path, body] of refused) {
    expect(await send(azure, method, path, body)).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringMatching(/./) } },
    });
  }
  expect((await send(azure, 'GET', '/nothing')).status).toBe(404);
  expect((await fetch(`${azure.controlEndpoint}/faults`, { method: 'POST', body: '{' })).status).toBe(400);
});

test('no web page may use it', async () => {
  const azure = await trustedAzure();

  expect((await send(azure, 'GET', '/state', undefined, { origin: 'https://evil.example' })).status).toBe(
    403,
  );
});
