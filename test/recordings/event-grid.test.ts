import { expect, test } from 'vitest';
import { createEventGrid } from '../../src/adapters/event-grid/event-grid.ts';
import { rotationEvent } from '../../src/core/rotation/events.ts';
import { adviceFor } from '../../src/web/advice/advice.ts';
import { AFTER, waiting } from '../core/support/rotations.ts';
import { call, post, trustedAzure } from '../tools/local-azure/helpers.ts';
import { differences } from './matcher.ts';
import type { Recording } from './recording.ts';
import * as shapes from './shapes/event-grid.ts';
import { standIn } from './stand-in.ts';

const credential = { getToken: async () => ({ token: 'token', expiresOnTimestamp: Date.now() + 3_600_000 }) };

test.each<[string, Recording, number | undefined, boolean | undefined]>([
  ['that it took an event', shapes.ACCEPTED, undefined, undefined],
  ['EVT-03: that the app may not send, with 401', shapes.MAY_NOT_SEND, 401, true],
  ['EVT-01: that it has another schema', shapes.OTHER_SCHEMA, 400, false],
])('the adapter takes from Event Grid %s', async (_, recording, status, passing) => {
  const { requests } = await standIn([recording]);
  const topic = createEventGrid({ endpoint: `https://${shapes.TOPIC_HOST}/api/events`, credential });

  const failure = await topic.publish(rotationEvent(waiting({ state: 'regenerated', after: AFTER })));

  expect([failure?.status, failure?.passing]).toEqual([status, passing]);
  expect(JSON.stringify(failure ?? {})).not.toContain('Report');
  expect(requests).toEqual([`POST ${recording.path}`]);
});

test('EVT-03: that the app may not send is told with the role that is missing', async () => {
  await standIn([shapes.MAY_NOT_SEND]);
  const topic = createEventGrid({ endpoint: `https://${shapes.TOPIC_HOST}/api/events`, credential });

  const failure = await topic.publish(rotationEvent(waiting({ state: 'regenerated', after: AFTER })));

  expect(failure).toMatchObject({
    code: 'EventNotAuthorized',
    serviceStatus: 401,
    serviceCode: 'Unauthorized',
  });
  expect(failure?.message).toContain('needs the role EventGrid Data Sender on the topic https://');
  expect(failure?.message).not.toContain('AZURE_CLIENT_ID');
  expect(adviceFor(failure?.code ?? '').title).toBe('Role EventGrid Data Sender missing');
});

const path = '/topics/key-rotation/api/events?api-version=2018-01-01';
const batch = { 'content-type': 'application/cloudevents-batch+json' };
const event = { specversion: '1.0', id: '1', source: '/s', type: 'T' };

test('the local Azure takes an event as was recorded', async () => {
  const azure = await trustedAzure();

  expect(differences(shapes.ACCEPTED, await call(azure, path, post([event], batch)))).toEqual([]);
});

test('the local Azure refuses who may not send as was recorded', async () => {
  const azure = await trustedAzure();
  azure.faults.add({ operation: 'publish', status: 401 });

  expect(differences(shapes.MAY_NOT_SEND, await call(azure, path, post([event], batch)))).toEqual([]);
});

test('the local Azure refuses what does not fit in the same shape, in words of its own', async () => {
  const azure = await trustedAzure();

  const answer = await call(azure, path, post([{ ...event, id: '' }], batch));

  // What Event Grid says to a CloudEvent that is wrong, no recording shows.
  const { error } = answer.body as { error: { message: string; details: { message: string }[] } };
  expect(error.message).toMatch(
    /^This resource is configured for 'CloudEventV10' schema\. .* Report '[0-9a-f-]{36}:/,
  );
  expect(differences(withWords(shapes.OTHER_SCHEMA, error.message), answer)).toEqual([]);
});

function withWords(recording: Recording, message: string): Recording {
  const { error } = recording.body as { error: { code: string; details: { code: string }[] } };
  const details = error.details.map((detail) => ({ ...detail, message }));
  return { ...recording, body: { error: { ...error, message, details } } };
}
