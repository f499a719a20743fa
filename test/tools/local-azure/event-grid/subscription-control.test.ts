import { expect, test } from 'vitest';
import type { LocalAzure } from '../../../../tools/local-azure/local-azure.ts';
import { trustedAzure } from '../helpers.ts';
import { cloudEvent, publish, startWebhook, until } from './webhook.ts';

async function send(azure: LocalAzure, method: string, path: string, body?: unknown) {
  const init = { method, ...(body !== undefined && { body: JSON.stringify(body) }) };
  const response = await fetch(azure.controlEndpoint + path, init);
  const text = await response.text();
  return { status: response.status, text, body: text === '' ? undefined : JSON.parse(text) };
}

test('another process can subscribe, see what was delivered, and end it', async () => {
  const azure = await trustedAzure();
  const webhook = await startWebhook({ posts: [400, 200] });

  const added = await send(azure, 'POST', '/subscriptions', { name: 'web', endpoint: webhook.endpoint });
  await publish(azure, cloudEvent('1'));
  await azure.subscriptions()[0]?.settled();
  const shown = await send(azure, 'GET', '/subscriptions/web');
  const again = await send(azure, 'POST', '/subscriptions/web/redeliver', { eventId: '1' });
  await until(() => webhook.posts().length === 2);
  const removed = await send(azure, 'DELETE', '/subscriptions/WEB');

  expect([added.status, again.status, removed.status]).toEqual([201, 202, 204]);
  expect(shown.body).toMatchObject({
    name: 'web',
    deliveries: [{ eventIds: ['1'], status: 400, outcome: 'BadRequest' }],
    deadLetters: [{ id: '1', lastdeliveryoutcome: 'BadRequest' }],
  });
  expect(shown.text).not.toContain('secret');
  expect((await send(azure, 'GET', '/subscriptions')).body).toEqual([]);
});

test('another process can keep events back and have them delivered out of order', async () => {
  const azure = await trustedAzure();
  const webhook = await startWebhook();
  await send(azure, 'POST', '/subscriptions', { name: 'web', endpoint: webhook.endpoint });

  await send(azure, 'POST', '/subscriptions/web/hold');
  await publish(azure, cloudEvent('1'), cloudEvent('2'));
  await send(azure, 'POST', '/subscriptions/web/release', { order: 'reversed' });
  await until(() => webhook.posts().length === 2);

  expect(webhook.ids()).toEqual(['2', '1']);
});

test('what cannot be is refused with a reason', async () => {
  const azure = await trustedAzure();
  const webhook = await startWebhook({ options: { status: 404 } });

  const refused = await send(azure, 'POST', '/subscriptions', { endpoint: webhook.endpoint });

  expect(refused).toMatchObject({ status: 400 });
  expect(refused.body.error.message).toMatch(/handshake failed/);
  expect((await send(azure, 'POST', '/subscriptions', [])).status).toBe(400);
  expect((await send(azure, 'POST', '/subscriptions', { endpoint: 'ftp://x' })).status).toBe(400);
  expect((await send(azure, 'GET', '/subscriptions/none')).status).toBe(404);
});
