import { expect, test } from 'vitest';
import { trustedAzure } from '../helpers.ts';
import { agreed, cloudEvent, publish, startWebhook } from './webhook.ts';

test('a subscriber is asked first, by OPTIONS with the origin and without a token', async () => {
  const azure = await trustedAzure();
  const webhook = await startWebhook();

  await azure.subscribe({ endpoint: webhook.endpoint, entra: { tenantId: 't', audience: 'a' } });

  expect(webhook.received).toMatchObject([
    {
      method: 'OPTIONS',
      path: '/events?code=secret',
      headers: { 'webhook-request-origin': 'eventgrid.azure.net' },
    },
  ]);
  expect(webhook.received[0]?.headers).not.toHaveProperty('authorization');
});

test('any origin is an agreement as well, and its rate need not be said', async () => {
  const azure = await trustedAzure();
  const webhook = await startWebhook({
    options: { status: 200, headers: { 'WebHook-Allowed-Origin': '*' } },
  });

  await expect(azure.subscribe({ endpoint: webhook.endpoint })).resolves.toBeDefined();
});

test.each([
  ['does not know OPTIONS', { status: 405 }, /response code 405/],
  ['agrees with 204', { ...agreed, status: 204 }, /response code 204/],
  ['does not say whom it allows', { status: 200 }, /WebHook-Allowed-Origin/],
  [
    'allows another',
    { status: 200, headers: { 'WebHook-Allowed-Origin': 'eventemitter.example.com' } },
    /WebHook-Allowed-Origin/,
  ],
])('a webhook that %s gets no subscription', async (_what, options, reason) => {
  const azure = await trustedAzure();
  const webhook = await startWebhook({ options });

  const refused = azure.subscribe({ endpoint: webhook.endpoint });

  await expect(refused).rejects.toThrow(/^Url validation: Webhook validation handshake failed for http/);
  await expect(refused).rejects.toThrow(reason);
  await expect(refused).rejects.not.toThrow('secret');
  await publish(azure, cloudEvent('1'));
  expect(azure.subscriptions()).toEqual([]);
  expect(webhook.posts()).toEqual([]);
});

test('a webhook that is not there gets no subscription, nor one that does not answer', async () => {
  const azure = await trustedAzure({ deliveryTimeoutMs: 200 });
  const webhook = await startWebhook({ options: null });
  const nowhere = webhook.endpoint.replace(/:\d+\//, ':1/');

  await expect(azure.subscribe({ endpoint: nowhere })).rejects.toThrow(/Unknown \(ECONNREFUSED\)/);
  await expect(azure.subscribe({ endpoint: webhook.endpoint })).rejects.toThrow(/timed out/);
});

test('https is answered with the local certificate, and a foreign one is not trusted', async () => {
  const azure = await trustedAzure();
  const other = await trustedAzure();
  const own = await startWebhook({ secure: azure });
  const foreign = await startWebhook({ secure: other });

  await azure.subscribe({ endpoint: own.endpoint });

  await expect(azure.subscribe({ endpoint: foreign.endpoint })).rejects.toThrow(
    /Unknown \(.*(CERT|SIGNATURE)/,
  );
});

test.each([
  [{ endpoint: 'http://example.com/' }, /endpoint/],
  [{ endpoint: 'x' }, /endpoint/],
  [{ name: 'a b' }, /name/],
  [{ retry: { maxDeliveryAttempts: 31 } }, /maxDeliveryAttempts/],
  [{ retry: { eventTimeToLiveInMinutes: 0 } }, /eventTimeToLiveInMinutes/],
  [{ headers: { 'aeg-event-type': 'x' } }, /aeg-event-type/],
  [{ headers: { Authorization: 'x' }, entra: { tenantId: 't', audience: 'a' } }, /Authorization/],
  [{ advancedFilters: [{ operatorType: 'StringIn' as const, key: 'nothing', values: ['x'] }] }, /nothing/],
  [{ advancedFilters: [{ operatorType: 'StringIn' as const, key: 'data.a', values: [] }] }, /StringIn/],
])('refuses the settings %o', async (settings, reason) => {
  const azure = await trustedAzure();
  const webhook = await startWebhook();

  await expect(azure.subscribe({ endpoint: webhook.endpoint, ...settings })).rejects.toThrow(reason);

  expect(webhook.received).toEqual([]);
});
