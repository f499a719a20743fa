import { expect, test } from 'vitest';
import { topicClient, trustedAzure } from '../helpers.ts';
import { cloudEvent, publish, startWebhook, until } from './webhook.ts';

test('each event comes alone, as it was published, with the headers of Event Grid', async () => {
  const azure = await trustedAzure();
  const webhook = await startWebhook();
  const headers = { 'X-Tenant': 'blue' };
  const subscription = await azure.subscribe({ name: 'map-web', endpoint: webhook.endpoint, headers });

  await topicClient(azure).send([{ id: 'a', source: '/s', type: 'KeyRegenerated', data: { n: 1 } }]);
  await until(() => webhook.posts().length === 1);
  await subscription.settled();

  const [delivery] = webhook.posts();
  expect(delivery?.body).toEqual(azure.events[0]);
  expect(delivery).toMatchObject({
    path: '/events?code=secret',
    headers: {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'webhook-request-origin': 'eventgrid.azure.net',
      'aeg-subscription-name': 'MAP-WEB',
      'aeg-delivery-count': '0',
      'aeg-event-type': 'Notification',
      'aeg-metadata-version': '1.0',
      'x-tenant': 'blue',
    },
  });
  expect(delivery?.headers).not.toHaveProperty('authorization');
  expect(subscription.deliveries).toMatchObject([
    { eventIds: ['a'], attempt: 1, status: 200, outcome: 'Delivered', error: null },
  ]);
});

test('with batching, a delivery is an array of its own media type', async () => {
  const azure = await trustedAzure();
  const webhook = await startWebhook();
  await azure.subscribe({ endpoint: webhook.endpoint, maxEventsPerBatch: 2 });

  await publish(azure, cloudEvent('1'), cloudEvent('2'), cloudEvent('3'));
  await until(() => webhook.posts().length === 2);

  const bodies = webhook.posts().map(({ body }) => body as { id: string }[]);
  expect(bodies.map((body) => body.map(({ id }) => id)).sort()).toEqual([['1', '2'], ['3']]);
  expect(webhook.posts()[0]?.headers['content-type']).toBe(
    'application/cloudevents-batch+json; charset=utf-8',
  );
});

test('only what comes after the subscription is delivered, and nothing after its end', async () => {
  const azure = await trustedAzure();
  const webhook = await startWebhook();

  await publish(azure, cloudEvent('before'));
  const subscription = await azure.subscribe({ endpoint: webhook.endpoint });
  await publish(azure, cloudEvent('during'));
  await subscription.settled();
  subscription.close();
  await publish(azure, cloudEvent('after'));

  expect(webhook.ids()).toEqual(['during']);
  expect(azure.subscriptions()).toEqual([]);
});

test.each([200, 201, 202, 203, 204])('%d is success', async (status) => {
  const azure = await trustedAzure();
  const webhook = await startWebhook({ posts: [status] });
  const subscription = await azure.subscribe({ endpoint: webhook.endpoint });

  await publish(azure, cloudEvent('1'));
  await subscription.settled();

  expect(subscription.deliveries).toMatchObject([{ status, outcome: 'Delivered' }]);
});

test('events are delivered twice where that is asked for', async () => {
  const azure = await trustedAzure();
  const webhook = await startWebhook();
  const subscription = await azure.subscribe({ endpoint: webhook.endpoint, deliver: { duplicate: 1 } });

  await publish(azure, cloudEvent('1'), cloudEvent('2'));
  await subscription.settled();

  expect(webhook.ids().sort()).toEqual(['1', '1', '2', '2']);
});

test('events can be kept back and delivered out of order, and again later', async () => {
  const azure = await trustedAzure();
  const webhook = await startWebhook();
  const subscription = await azure.subscribe({ endpoint: webhook.endpoint });

  subscription.hold();
  await publish(azure, cloudEvent('1'));
  await publish(azure, cloudEvent('2'));
  await subscription.settled();
  expect(webhook.ids()).toEqual([]);
  await subscription.release('reversed');
  await publish(azure, cloudEvent('3'));
  await subscription.settled();
  expect(subscription.redeliver('1')).toBe(1);
  await subscription.settled();

  expect(webhook.ids()).toEqual(['2', '1', '3', '1']);
});

test('one subscriber that fails does not hold up another', async () => {
  const azure = await trustedAzure();
  const failing = await startWebhook({ posts: [500] });
  const good = await startWebhook();
  await azure.subscribe({ endpoint: failing.endpoint });
  const subscription = await azure.subscribe({ endpoint: good.endpoint });

  await publish(azure, cloudEvent('1'));
  await subscription.settled();

  expect(good.ids()).toEqual(['1']);
});
