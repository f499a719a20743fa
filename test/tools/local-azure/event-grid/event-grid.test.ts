import { expect, test } from 'vitest';
import { call, localCredential, post, topicClient, trustedAzure } from '../helpers.ts';

const path = '/topics/key-rotation/api/events?api-version=2018-01-01';
const event = { specversion: '1.0', id: '1', source: '/s', type: 'KeyRegenerated' };
const batch = { 'content-type': 'application/cloudevents-batch+json; charset=utf-8' };
const single = { 'content-type': 'application/cloudevents+json' };

function topicError(code: string) {
  return {
    error: expect.objectContaining({
      code,
      details: [expect.objectContaining({ message: expect.any(String) })],
    }),
  };
}

test('the official client publishes CloudEvents, which are kept in order with their repeats', async () => {
  const azure = await trustedAzure();
  const credential = localCredential(azure);
  const client = topicClient(azure, credential);
  const time = new Date('2026-01-02T03:04:05.678Z');

  await client.send([
    { id: 'a', source: '/subscriptions/x', type: 'KeyRegenerated', subject: 's', time, data: { n: 1 } },
  ]);
  await client.send([
    { id: 'b', source: '/s', type: 'T', data: {}, extensionAttributes: { traceparent: '00-1-2-01' } },
    { id: 'a', source: '/s', type: 'T', data: {} },
  ]);

  expect(credential.scopes).toEqual(['https://eventgrid.azure.net/.default']);
  expect(azure.calls[0]).toMatchObject({ operation: 'publish', path, status: 200, changed: true });
  expect(azure.events[0]).toEqual({
    specversion: '1.0',
    id: 'a',
    source: '/subscriptions/x',
    type: 'KeyRegenerated',
    subject: 's',
    time: '2026-01-02T03:04:05.678Z',
    datacontenttype: 'application/json',
    data: { n: 1 },
  });
  expect(azure.events.map(({ id }) => id)).toEqual(['a', 'b', 'a']);
});

test('a single event is taken as well', async () => {
  const azure = await trustedAzure();

  expect((await call(azure, path, post(event, single))).status).toBe(200);
  expect(azure.events).toEqual([event]);
});

test.each<[string, unknown, Record<string, string>]>([
  ['JSON that is no CloudEvents', [event], { 'content-type': 'application/json' }],
  [
    'the Event Grid schema',
    [{ id: '1', eventType: 'T', subject: 's', eventTime: 'x', data: {}, dataVersion: '1' }],
    batch,
  ],
  ['a batch that is no array', event, batch],
  ['an array as one event', [event], single],
  ['what is not JSON', '{', batch],
  ['what is not an object', ['event'], batch],
  ['another specversion', [{ ...event, specversion: '0.3' }], batch],
  ['no id', [{ ...event, id: undefined }], batch],
  ['an empty type', [{ ...event, type: '' }], batch],
  ['an id that is a number', [{ ...event, id: 1 }], batch],
  ['a source that is no URI', [{ ...event, source: 'a b' }], batch],
  ['a time that is no time', [{ ...event, time: 'yesterday' }], batch],
  ['a day that does not exist', [{ ...event, time: '2026-13-01T00:00:00Z' }], batch],
  ['an empty subject', [{ ...event, subject: '' }], batch],
  ['an attribute in capitals', [{ ...event, rotationId: 'x' }], batch],
  ['an attribute that is an object', [{ ...event, extra: {} }], batch],
  ['data twice', [{ ...event, data: 1, data_base64: 'AA==' }], batch],
  ['a batch of which one is wrong', [event, { ...event, id: '' }], batch],
])('refuses %s as a whole', async (_what, body, headers) => {
  const azure = await trustedAzure();

  const answer = await call(azure, path, post(body, headers));

  expect(answer).toMatchObject({ status: 400, body: topicError('BadRequest') });
  expect(azure.events).toEqual([]);
});

test('refuses what is over 1 MB', async () => {
  const azure = await trustedAzure();
  const large = post([{ ...event, data: 'x'.repeat(1024 * 1024) }], batch);

  expect(await call(azure, path, large)).toMatchObject({ status: 413, body: topicError('PayloadTooLarge') });
});

test('refuses another version, topic and token', async () => {
  const azure = await trustedAzure({ topic: 'rotations' });
  const good = azure.topicEndpoint.slice(azure.endpoint.length);
  const send = (address: string, headers = {}) =>
    call(azure, address, post([event], { ...batch, ...headers }));
  const armToken = { authorization: `Bearer ${azure.issueToken(azure.endpoint)}` };

  expect(await send(good)).toMatchObject({ status: 400 });
  expect(await send(`${good}?api-version=2024-06-01`)).toMatchObject({ status: 400 });
  expect(await send(path)).toMatchObject({ status: 404 });
  expect(await send(`${good}?api-version=2018-01-01`, armToken)).toMatchObject({
    status: 401,
    body: topicError('Unauthorized'),
  });
  expect(azure.events).toEqual([]);
  expect((await send(`${good}?api-version=2018-01-01`)).status).toBe(200);
});
