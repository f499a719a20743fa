import { HttpRequest } from '@azure/functions';
import { describe, expect, test } from 'vitest';
import { fault, unavailable } from '../../../src/core/failure.ts';
import { failureReply, jsonReply, refusalReply } from '../../../src/web/replies/reply.ts';
import { readFacts, readRequestIds } from '../../../src/web/requests/request-ids.ts';

const SENT = Date.UTC(1994, 10, 6, 8, 49, 37);
const GUID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const REQUEST_ID = { 'Repeatability-Request-ID': GUID };
const FIRST_SENT = { 'Repeatability-First-Sent': new Date().toUTCString() };

function request(headers: Record<string, string>, method = 'POST'): HttpRequest {
  return new HttpRequest({ method, url: 'https://app.example/api', headers });
}

describe('the ids of a request', () => {
  test.each([
    ['an id alone', REQUEST_ID, 'MissingHeader', 'Repeatability-First-Sent'],
    ['a time alone', FIRST_SENT, 'MissingHeader', 'Repeatability-Request-ID'],
    [
      'a wrong id',
      { ...FIRST_SENT, 'Repeatability-Request-ID': '42' },
      'InvalidHeader',
      'Repeatability-Request-ID',
    ],
    [
      'an empty id',
      { ...FIRST_SENT, 'Repeatability-Request-ID': '' },
      'InvalidHeader',
      'Repeatability-Request-ID',
    ],
    [
      'a wrong time',
      { ...REQUEST_ID, 'Repeatability-First-Sent': 'now' },
      'InvalidHeader',
      'Repeatability-First-Sent',
    ],
    [
      'an empty time',
      { ...REQUEST_ID, 'Repeatability-First-Sent': '' },
      'InvalidHeader',
      'Repeatability-First-Sent',
    ],
  ])('%s', (_name, headers, code, target) => {
    expect(readRequestIds(request(headers))).toMatchObject({ failure: { status: 400, code, target } });
  });

  test('of one that is repeatable', () => {
    const headers = { ...REQUEST_ID, 'Repeatability-First-Sent': 'Sunday, 06-Nov-94 08:49:37 GMT' };

    expect(readRequestIds(request(headers))).toEqual({ value: { repeatability: GUID, firstSent: SENT } });
  });
});

describe('Repeatability-Result', () => {
  const both = { ...REQUEST_ID, ...FIRST_SENT };
  const resultOf = (headers: Record<string, string>, method = 'POST') => {
    const facts = readFacts(request(headers, method), 'an-id');
    const replies = [
      jsonReply({ status: 'healthy' } as never, facts),
      failureReply(unavailable('OutcomeUnknown', 'Not known.'), facts),
      failureReply(fault(409, 'RotationInProgress', 'Another one.'), facts),
      refusalReply(fault(401, 'Unauthorized', 'Sign in.'), facts),
    ];
    const results = replies.map((reply) =>
      new Headers(reply.headers as Record<string, string>).get('repeatability-result'),
    );
    expect(new Set(results).size).toBe(1);
    return results[0];
  };

  test('is on each answer to a repeatable request: accepted where its ids hold', () => {
    expect(resultOf(both)).toBe('accepted');
    expect(resultOf({ ...both, 'Repeatability-Request-ID': GUID.toUpperCase() })).toBe('accepted');
  });

  test.each([
    ['without its time', REQUEST_ID],
    ['without its id', FIRST_SENT],
    ['with a wrong id', { ...both, 'Repeatability-Request-ID': 'x' }],
    ['with a wrong time', { ...both, 'Repeatability-First-Sent': 'x' }],
  ])('is rejected %s, whatever else is wrong', (_name, headers) => {
    expect(resultOf(headers)).toBe('rejected');
  });

  test.each([
    fault(412, 'RepeatabilityExpired', 'Too old.', { target: 'Repeatability-First-Sent' }),
    fault(412, 'RepeatabilityRequestIdReused', 'Reused.', { target: 'Repeatability-Request-ID' }),
  ])('is rejected for what is known of the id ($code)', (failure) => {
    const { headers } = failureReply(failure, readFacts(request(both), 'an-id'));

    expect(headers).toMatchObject({ 'Repeatability-Result': 'rejected' });
  });

  test('is on no answer to others', () => {
    expect(resultOf({})).toBeNull();
    expect(resultOf({ 'x-ms-client-request-id': GUID })).toBeNull();
    expect(resultOf(both, 'GET')).toBeNull();
  });
});

test.each([
  ['true', GUID, GUID],
  ['TRUE', GUID.toUpperCase(), GUID.toUpperCase()],
  ['true', 'nightly-job', undefined],
  ['true', `${GUID}, ${GUID}`, undefined],
  ['false', GUID, undefined],
  ['1', GUID, undefined],
  ['', GUID, undefined],
])('x-ms-return-client-request-id: %s has the answer to %s echo %s', (asked, id, echoed) => {
  const headers = { 'x-ms-client-request-id': id, 'x-ms-return-client-request-id': asked };

  expect(readFacts(request(headers), 'an-id').clientRequestId).toBe(echoed);
});

describe('a 401', () => {
  const facts = { requestId: 'an-id' };

  test('to a caller who is not let in says how to sign in', () => {
    const { status, headers } = refusalReply(fault(401, 'Unauthorized', 'Sign in.'), facts);

    expect(status).toBe(401);
    expect(headers).toMatchObject({ 'WWW-Authenticate': 'Bearer' });
  });

  test.each(['InvalidAuthenticationToken', 'Http401', 'Unauthorized'])(
    'of a service that refused the app itself (%s) is an error of the app',
    (code) => {
      const { status, headers } = failureReply(fault(401, code, 'Refused.', { passing: true }), facts);

      expect(status).toBe(503);
      expect(headers).toMatchObject({ 'x-ms-error-code': code, 'Retry-After': '10' });
      expect(headers).not.toHaveProperty('WWW-Authenticate');
    },
  );

  test('and its own time to wait stays', () => {
    const failure = fault(401, 'ExpiredAuthenticationToken', 'Old.', {
      passing: true,
      retryAfterSeconds: 3.2,
    });

    expect(failureReply(failure, facts).headers).toMatchObject({ 'Retry-After': '4' });
  });
});
