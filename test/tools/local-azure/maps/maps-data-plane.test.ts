import { crc32, inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { LocalAzure } from '../../../../tools/local-azure/local-azure.ts';
import { accountPath, mapsAccount, trustedAzure } from '../helpers.ts';

const caption = '/map/copyright/caption/json?api-version=2024-04-01';
const tile = '/map/tile?api-version=2024-04-01&tilesetId=microsoft.base.road&zoom=2&x=1&y=3';

async function get(azure: LocalAzure, path: string, key?: string, init: RequestInit = {}) {
  const headers = { ...(key !== undefined && { 'subscription-key': key }) };
  return fetch(azure.endpoint + path, { ...init, headers: { ...headers, ...init.headers } });
}

async function statusOf(azure: LocalAzure, key: string): Promise<number> {
  return (await get(azure, caption, key)).status;
}

test('each present key is accepted, by header and by query', async () => {
  const azure = await trustedAzure({ accounts: [mapsAccount, { ...mapsAccount, name: 'Maps2' }] });
  const keys = azure.accounts.ids().map((id) => azure.accounts.keys(id));

  for (const { primaryKey, secondaryKey } of keys) {
    expect(await statusOf(azure, primaryKey)).toBe(200);
    expect(await statusOf(azure, secondaryKey)).toBe(200);
  }
  const byQuery = await get(azure, `${caption}&subscription-key=${keys[1]?.primaryKey}`);
  await expect(byQuery.json()).resolves.toEqual({
    formatVersion: '0.0.1',
    copyrightsCaption: '© TomTom',
  });
  expect(azure.environment()).toMatchObject({ AZURE_MAPS_ENDPOINT: azure.endpoint });
});

test('a request is recorded with its account, and no key stands in the record', async () => {
  const azure = await trustedAzure();
  const { primaryKey } = azure.accounts.keys(accountPath);

  await get(azure, `${tile}&subscription-key=${primaryKey}`);
  await get(azure, `/map/nothing?Subscription-Key=${primaryKey}&a=b`);
  await get(azure, `/nothing?subscription-key=${primaryKey}`, primaryKey);

  expect(azure.calls).toMatchObject([
    { operation: 'mapsRequest', account: 'Maps1', path: tile, status: 200, changed: false },
    { operation: 'other', path: '/map/nothing?a=b', status: 404 },
    { operation: 'other', path: '/nothing', status: 400 },
  ]);
  const state = await (await fetch(`${azure.controlEndpoint}/state`)).text();
  expect(state + JSON.stringify(azure.calls)).not.toContain(primaryKey);
});

test('a tile is a PNG', async () => {
  const azure = await trustedAzure();

  const response = await get(azure, tile, azure.accounts.keys(accountPath).primaryKey);

  const png = Buffer.from(await response.arrayBuffer());
  expect(response.headers.get('content-type')).toBe('image/png');
  expect(png.subarray(0, 8)).toEqual(Buffer.from('89504e470d0a1a0a', 'hex'));
  const chunks = readChunks(png);
  expect(chunks.map(({ type }) => type)).toEqual(['IHDR', 'PLTE', 'IDAT', 'IEND']);
  expect(chunks.every(({ intact }) => intact)).toBe(true);
  expect([chunks[0]?.data.readUInt32BE(0), chunks[0]?.data.readUInt32BE(4)]).toEqual([256, 256]);
  expect(inflateSync(chunks[2]?.data ?? '')).toHaveLength(256 * (1 + 256 / 8));
});

function readChunks(png: Buffer) {
  const chunks: { type: string; data: Buffer; intact: boolean }[] = [];
  for (let at = 8; at < png.length; ) {
    const end = at + 8 + png.readUInt32BE(at);
    const intact = png.readUInt32BE(end) === crc32(png.subarray(at + 4, end));
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, end), intact });
    at = end + 4;
  }
  return chunks;
}

test('the old key dies at once', async () => {
  const azure = await trustedAzure();
  const before = azure.accounts.keys(accountPath);

  azure.accounts.regenerate(accountPath, 'primary');

  const after = azure.accounts.keys(accountPath);
  expect(await statusOf(azure, before.primaryKey)).toBe(401);
  expect(await statusOf(azure, after.primaryKey)).toBe(200);
  expect(await statusOf(azure, after.secondaryKey)).toBe(200);
});

test('a new key may be refused for a while, the old one dies at once', async () => {
  const azure = await trustedAzure({ keyAcceptanceDelayMs: 1_000 });
  const before = azure.accounts.keys(accountPath);

  azure.accounts.regenerate(accountPath, 'primary');
  const regeneratedAt = performance.now();

  const { primaryKey } = azure.accounts.keys(accountPath);
  expect(await statusOf(azure, primaryKey)).toBe(401);
  expect(await statusOf(azure, before.primaryKey)).toBe(401);
  expect(await statusOf(azure, before.secondaryKey)).toBe(200);
  await expect.poll(() => statusOf(azure, primaryKey), { timeout: 5_000 }).toBe(200);
  expect((azure.calls.at(-1)?.endedAt ?? 0) - regeneratedAt).toBeGreaterThan(990);
});

test('how long a new key is refused can be changed, by another process too', async () => {
  const azure = await trustedAzure();
  azure.setKeyAcceptanceDelay(60_000);
  azure.accounts.regenerate(accountPath, 'primary');
  const { primaryKey } = azure.accounts.keys(accountPath);
  const set = (body: unknown) =>
    fetch(`${azure.controlEndpoint}/key-acceptance-delay`, { method: 'PUT', body: JSON.stringify(body) });

  expect(await statusOf(azure, primaryKey)).toBe(401);
  expect((await set({ milliseconds: 0 })).status).toBe(204);
  expect(await statusOf(azure, primaryKey)).toBe(200);
  expect((await set({ milliseconds: -1 })).status).toBe(400);
});

test('keys of removed accounts and of those without local authentication are refused', async () => {
  const azure = await trustedAzure({
    accounts: [mapsAccount, { ...mapsAccount, name: 'Maps2', disableLocalAuth: true }],
  });
  const [first = '', second = ''] = azure.accounts.ids();
  const keys = [azure.accounts.keys(first).primaryKey, azure.accounts.keys(second).primaryKey] as const;

  azure.accounts.remove(first);

  expect(await statusOf(azure, keys[0])).toBe(401);
  expect(await statusOf(azure, keys[1])).toBe(401);
  azure.accounts.update(second, { disableLocalAuth: false });
  expect(await statusOf(azure, keys[1])).toBe(200);
});

test('a wrong and a missing key are refused in the words of Azure Maps', async () => {
  const azure = await trustedAzure();

  const wrong = await get(azure, caption, 'wrong');
  const missing = await get(azure, caption);

  expect([wrong.status, missing.status]).toEqual([401, 401]);
  await expect(wrong.json()).resolves.toEqual({
    error: {
      code: 'InvalidKey',
      message: 'The provided key was incorrect or the account resource does not exist.',
      target: 'WWW-Authenticate',
      details: [],
    },
  });
  expect(wrong.headers.get('www-authenticate')).toContain('error="InvalidKey"');
  await expect(missing.json()).resolves.toMatchObject({ error: { code: 'Unauthorized' } });
  expect(missing.headers.get('www-authenticate')).toContain('SharedKey realm=');
});

test.each([
  ['no version', '/map/copyright/caption/json', 400],
  ['a version that is not spoken', '/map/copyright/caption/json?api-version=9.9', 400],
  ['a tile by an old version', tile.replace('2024-04-01', '1.0'), 400],
  ['no tileset', tile.replace('&tilesetId=microsoft.base.road', ''), 400],
  ['a tile beyond the zoom', tile.replace('x=1', 'x=4'), 400],
  ['a zoom that is no number', tile.replace('zoom=2', 'zoom=two'), 400],
  ['a zoom that does not exist', tile.replace('zoom=2', 'zoom=23'), 400],
  ['another path', '/map/static/png?api-version=2024-04-01', 404],
])('refuses %s', async (_what, path, status) => {
  const azure = await trustedAzure();

  const response = await get(azure, path, azure.accounts.keys(accountPath).primaryKey);

  expect(response.status).toBe(status);
  await expect(response.json()).resolves.toMatchObject({ error: { message: expect.any(String) } });
});

test('web pages may call it, with the key in a header', async () => {
  const azure = await trustedAzure();
  const headers = {
    origin: 'https://page.example',
    'access-control-request-method': 'GET',
    'access-control-request-headers': 'subscription-key',
  };

  const preflight = await get(azure, caption, undefined, { method: 'OPTIONS', headers });
  const refused = await get(azure, caption, 'wrong', { headers: { origin: 'https://page.example' } });

  expect(preflight.status).toBe(204);
  expect(Object.fromEntries(preflight.headers)).toMatchObject({
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, OPTIONS',
    'access-control-allow-headers': 'subscription-key',
  });
  expect(refused.headers.get('access-control-allow-origin')).toBe('*');
});

test('its faults have its own shape, and hold for the account whose key is sent', async () => {
  const azure = await trustedAzure({ accounts: [mapsAccount, { ...mapsAccount, name: 'Maps2' }] });
  const [first = '', second = ''] = azure.accounts.ids().map((id) => azure.accounts.keys(id).primaryKey);
  azure.faults.add({ operation: 'mapsRequest', account: 'Maps2', status: 503 });
  azure.faults.add({ operation: 'mapsRequest', account: 'Maps2', status: 401 });
  azure.faults.add({ operation: 'mapsRequest', account: 'Maps2', status: 429, code: 'Odd' });
  azure.faults.add({ operation: 'mapsRequest', account: 'Maps2', drop: 'after' });
  azure.faults.add({ operation: 'mapsRequest', account: 'Maps2', delayMs: 100 });

  expect(await statusOf(azure, first)).toBe(200);
  expect(await statusOf(azure, second)).toBe(503);
  const refused = await get(azure, caption, second);
  await expect(refused.json()).resolves.toMatchObject({ error: { code: 'InvalidKey' } });
  await expect((await get(azure, caption, second)).json()).resolves.toMatchObject({
    error: { code: 'Odd', message: 'The request failed.' },
  });
  await expect(get(azure, caption, second)).rejects.toBeDefined();
  expect(await statusOf(azure, second)).toBe(200);
  expect(azure.calls.map(({ outcome, status }) => [outcome, status])).toEqual([
    ['answered', 200],
    ['answered', 503],
    ['answered', 401],
    ['answered', 429],
    ['dropped', null],
    ['answered', 200],
  ]);
  const last = azure.calls.at(-1);
  expect((last?.endedAt ?? 0) - (last?.startedAt ?? 0)).toBeGreaterThan(95);
});
