import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import {
  announce,
  audience,
  eventData,
  readKey,
  regenerate,
  startWorld,
  subscribeApp,
  tenantId,
  until,
} from './world.ts';

test('the page may run its own script, and talk to its own server and Azure Maps alone', async () => {
  const { azure, url } = await startWorld();

  const page = await fetch(url);

  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy.split('; ')).toEqual([
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self' ${azure.endpoint}`,
    "img-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]);
  expect(await page.text()).not.toMatch(/style=|onclick=|<script>/);
  for (const path of ['/map.js', '/map.css', '/current-key.js']) {
    expect((await fetch(url + path)).status).toBe(200);
  }
  expect((await fetch(`${url}/../src/main.ts`)).status).toBe(404);
});

test.each(['//', '/\\\\', 'http://', '/%'])('an address that is no URL (%s) is answered', async (target) => {
  const { url } = await startWorld();
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);

  socket.write(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  const [answer] = await once(socket, 'data');

  expect(String(answer)).toMatch(/^HTTP\/1\.1 404 /);
  expect((await fetch(url)).status).toBe(200);
});

test('the key is kept by no cache, and read by no other site', async () => {
  const world = await startWorld();
  await subscribeApp(world);

  const answer = await fetch(`${world.url}/map-key`);

  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
  expect(answer.headers.get('access-control-allow-origin')).toBeNull();
});

test('until there is a key it is not healthy, and says so to pages and to Event Grid', async () => {
  const { azure, url } = await startWorld({}, { accounts: [] });
  const subscription = await azure.subscribe({ endpoint: `${url}/events`, entra: { tenantId, audience } });

  await announce(azure, eventData('primary', '2026-03-01T00:00:00Z'));
  await until(() => subscription.deliveries.length > 0);

  expect((await fetch(`${url}/healthz`)).status).toBe(503);
  expect((await fetch(`${url}/map-key`)).status).toBe(503);
  expect(subscription.deliveries[0]).toMatchObject({ status: 503 });
});

test('an open page is told of each new key, by its name and not by its value', async () => {
  const world = await startWorld();
  const { azure, url } = world;
  const subscription = await subscribeApp(world);
  const stream = await fetch(`${url}/key-changes`);
  let text = '';
  const reading = (async () => {
    for await (const chunk of stream.body ?? []) text += Buffer.from(chunk).toString();
  })().catch(() => {});
  await until(() => text.includes('event: key'));

  const data = await regenerate(azure, 'primary');
  await announce(azure, data);
  await subscription.settled();
  await until(() => text.includes(`data: primary ${data.keyLastUpdated}`));

  expect(await readKey(url)).toMatchObject({ version: `primary ${data.keyLastUpdated}` });
  for (const key of azure.everyKey) expect(text).not.toContain(key);
  await stream.body?.cancel().catch(() => {});
  void reading;
});
