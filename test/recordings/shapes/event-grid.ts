import type { Recording } from '../recording.ts';

export const TOPIC_HOST = 'recorded.eastus-1.eventgrid.azure.net';
const PATH = '/api/events?api-version=2018-01-01';
const REPORT =
  "Report '0c0ffee0-0005-4000-8000-00000000aa05:0:10/5/2026 9:14:47 AM (UTC)' to our forums for assistance or raise a support ticket.";

const ALWAYS = {
  'api-supported-versions': '2018-01-01',
  date: 'Mon, 05 Oct 2026 09:14:47 GMT',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-ms-request-id': '6b2f8f0e-53f1-4a2c-8a51-0d6c5b2f9a11',
};
const REFUSED = { ...ALWAYS, 'content-type': 'application/json; charset=utf-8' };

export const ACCEPTED: Recording = {
  sources: [
    'Azure/azure-sdk-assets js/sdk/eventgrid/eventgrid/recordings/node/eventgridpublisherclient_send_cloudevent_schema/recording_sends_a_single_event.json',
  ],
  guess: 'That `x-ms-request-id` is a UUID: it is masked.',
  method: 'POST',
  path: PATH,
  status: 200,
  headers: ALWAYS,
};

const NOT_ALLOWED = `The principal associated with access token presented with the incoming request does not have permission to send data to /subscriptions/9a1c7a3e-52a7-4c0c-9d60-3f8a4d2b7e55/resourceGroups/rg/providers/Microsoft.EventGrid/topics/recorded. ${REPORT}`;

/** 401, not 403. */
export const MAY_NOT_SEND: Recording = {
  ...ACCEPTED,
  sources: ['https://github.com/Azure/azure-sdk-for-net/issues/22831'],
  guess: 'The headers, and the details, of which the thread shows the beginning.',
  status: 401,
  headers: REFUSED,
  body: {
    error: {
      code: 'Unauthorized',
      message: NOT_ALLOWED,
      details: [{ code: 'Unauthorized', message: NOT_ALLOWED }],
    },
  },
};

const WRONG_SCHEMA = `This resource is configured for 'EventGridEvent' schema. Received unexpected property 'source' in JSON which does not conform to the expected schema. ${REPORT}`;

export const OTHER_SCHEMA: Recording = {
  ...ACCEPTED,
  sources: [
    'https://github.com/microsoft/onefuzz/issues/3285',
    'https://github.com/Azure/azure-sdk-for-python/issues/16055',
  ],
  guess: 'The headers.',
  status: 400,
  headers: REFUSED,
  body: {
    error: {
      code: 'BadRequest',
      message: WRONG_SCHEMA,
      details: [{ code: 'InputJsonInvalid', message: WRONG_SCHEMA }],
    },
  },
};
