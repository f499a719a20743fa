import { expect, test } from 'vitest';
import { trustedAzure } from '../helpers.ts';
import { cloudEvent, publish, startWebhook, until } from './webhook.ts';

/** A minute of the schedule in 3 ms. */
const quick = { deliveryTimeScale: 0.00005 };

test('a failed delivery is tried again, counted, until it is taken', async () => {
  const azure = await trustedAzure(quick);
  const webhook = await startWebhook({ posts: [500, 503, 202] });
  const subscription = await azure.subscribe({ endpoint: webhook.endpoint });

  await publish(azure, cloudEvent('1'));
  await subscription.settled();

  expect(webhook.posts().map(({ headers }) => headers['aeg-delivery-count'])).toEqual(['0', '1', '2']);
  expect(subscription.deliveries).toMatchObject([
    { attempt: 1, status: 500, outcome: 'GenericError' },
    { attempt: 2, status: 503, outcome: 'Busy' },
    { attempt: 3, status: 202, outcome: 'Delivered' },
  ]);
  expect(subscription.deadLetters).toEqual([]);
});

test('the waits grow as documented: 10 s, 30 s, 1 min, and 5 min after a 404', async () => {
  const azure = await trustedAzure({ deliveryTimeScale: 0.002 });
  const webhook = await startWebhook({ posts: [500, 500, 404, 200] });
  const subscription = await azure.subscribe({ endpoint: webhook.endpoint });

  await publish(azure, cloudEvent('1'));
  await subscription.settled();

  const starts = subscription.deliveries.map(({ time }) => Date.parse(time));
  const waits = starts.slice(1).map((start, index) => start - (starts[index] ?? 0));
  expect(waits[0]).toBeGreaterThanOrEqual(19);
  expect(waits[1]).toBeGreaterThanOrEqual(59);
  expect(waits[2]).toBeGreaterThanOrEqual(599);
});

test.each([
  [400, 'BadRequest'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [413, 'PayloadTooLarge'],
])('%d is not tried again but dead-lettered', async (status, outcome) => {
  const azure = await trustedAzure(quick);
  const webhook = await startWebhook({ posts: [status] });
  const subscription = await azure.subscribe({ endpoint: webhook.endpoint });

  await publish(azure, cloudEvent('1', { data: { keyType: 'primary' } }));
  await subscription.settled();

  expect(webhook.posts()).toHaveLength(1);
  expect(subscription.deadLetters).toEqual([
    {
      ...cloudEvent('1', { data: { keyType: 'primary' } }),
      deadletterreason: 'UndeliverableDueToClientError',
      deliveryattempts: 1,
      lastdeliveryoutcome: outcome,
      publishtime: expect.stringMatching(/^\d{4}-.*Z$/),
      lastdeliveryattempttime: subscription.deliveries[0]?.time,
    },
  ]);
});

test('after the attempts that are allowed an event is dead-lettered', async () => {
  const azure = await trustedAzure(quick);
  const webhook = await startWebhook({ posts: [500] });
  const retry = { maxDeliveryAttempts: 3 };
  const subscription = await azure.subscribe({ endpoint: webhook.endpoint, retry });

  await publish(azure, cloudEvent('1'));
  await subscription.settled();

  expect(webhook.posts()).toHaveLength(3);
  expect(subscription.deadLetters).toMatchObject([
    { id: '1', deadletterreason: 'MaxDeliveryAttemptsExceeded', deliveryattempts: 3 },
  ]);
});

test('after its time to live an event is dead-lettered when it would be tried next', async () => {
  const azure = await trustedAzure({ deliveryTimeScale: 0.001 });
  const webhook = await startWebhook({ posts: [500] });
  const retry = { eventTimeToLiveInMinutes: 1 };
  const subscription = await azure.subscribe({ endpoint: webhook.endpoint, retry });

  await publish(azure, cloudEvent('1'));
  await subscription.settled();

  // At 0 s, 10 s and 40 s, more or less; the next would be at 100 s.
  expect(webhook.posts().length).toBeLessThanOrEqual(3);
  expect(subscription.deadLetters).toMatchObject([{ id: '1', deadletterreason: 'TimeToLiveExceeded' }]);
});

test('no answer in time is tried again, and so is a webhook that is gone', async () => {
  const azure = await trustedAzure({ ...quick, deliveryTimeoutMs: 200 });
  const webhook = await startWebhook({ posts: [null, 200] });
  const subscription = await azure.subscribe({ endpoint: webhook.endpoint });

  await publish(azure, cloudEvent('1'));
  await subscription.settled();

  expect(subscription.deliveries).toMatchObject([
    { status: null, outcome: 'TimedOut', error: 'timedOut' },
    { status: 200, outcome: 'Delivered' },
  ]);
});

test('a dead letter can be delivered again', async () => {
  const azure = await trustedAzure(quick);
  const webhook = await startWebhook({ posts: [400, 200] });
  const subscription = await azure.subscribe({ endpoint: webhook.endpoint });

  await publish(azure, cloudEvent('1'));
  await subscription.settled();
  subscription.redeliver('1');
  await subscription.settled();

  expect(subscription.deliveries.map(({ status }) => status)).toEqual([400, 200]);
});

test('what is under way or waits is cut by close, also after much failure', async () => {
  const azure = await trustedAzure({ deliveryTimeScale: 1 });
  const silent = await startWebhook({ posts: [null] });
  const failing = await startWebhook({ posts: [500] });
  const waiting = await azure.subscribe({ endpoint: silent.endpoint });
  const retrying = await azure.subscribe({ endpoint: failing.endpoint });
  await publish(azure, cloudEvent('1'));
  await until(() => silent.posts().length === 1 && retrying.deliveries.length === 1);

  await azure.close();
  await Promise.all([waiting.settled(), retrying.settled()]);

  expect(waiting.deliveries).toMatchObject([{ status: null, outcome: 'Aborted' }]);
  expect([...waiting.deadLetters, ...retrying.deadLetters]).toEqual([]);
  await expect(azure.subscribe({ endpoint: failing.endpoint })).rejects.toThrow(/handshake failed/);
});
