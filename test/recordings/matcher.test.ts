import { expect, test } from 'vitest';
import { type Answer, differences } from './matcher.ts';
import type { Recording } from './recording.ts';
import { KEYS_OF_NEW_ACCOUNT, NEW_ACCOUNT, ONE_PAGE, THROTTLED } from './shapes/arm-maps.ts';
import { FIRST_PAGE, SET } from './shapes/key-vault.ts';

function answerOf({ status, headers, body }: Recording): Answer {
  return { status, headers: new Headers(headers), body: structuredClone(body) };
}

test.each([
  ['an account', NEW_ACCOUNT],
  ['keys', KEYS_OF_NEW_ACCOUNT],
  ['a list', ONE_PAGE],
  ['a page', FIRST_PAGE],
  ['a refusal', THROTTLED],
])('%s as recorded differs in nothing', (_, recording) => {
  expect(differences(recording, answerOf(recording))).toEqual([]);
});

type Field = Record<string, unknown>;

test.each<[string, Recording, (body: Field) => void, string]>([
  [
    'a field that is missing',
    KEYS_OF_NEW_ACCOUNT,
    (body) => delete body.secondaryKey,
    'body.secondaryKey: missing',
  ],
  ['a field too many', KEYS_OF_NEW_ACCOUNT, (body) => (body.more = 1), 'body.more: never recorded'],
  [
    'a zero at the end of a time',
    KEYS_OF_NEW_ACCOUNT,
    (body) => (body.primaryKeyLastUpdated = '2026-10-05T09:14:47.3184010Z'),
    'body.primaryKeyLastUpdated: a text, not a time',
  ],
  ['a shorter key', KEYS_OF_NEW_ACCOUNT, (body) => (body.primaryKey = 'a'.repeat(43)), 'not a key of 84'],
  ['another state', NEW_ACCOUNT, (body) => ((body.properties as Field).provisioningState = 'Made'), 'Made'],
  [
    'an id that is not canonical',
    NEW_ACCOUNT,
    (body) => (body.id = String(body.id).replace('resourceGroups', 'resourcegroups')),
    'body.id: a text, not a canonical ARM id',
  ],
  ['another code', THROTTLED, (body) => ((body.error as Field).code = 'TooManyRequests'), 'TooManyRequests'],
  ['other words', THROTTLED, (body) => ((body.error as Field).message = 'Too many.'), 'Too many.'],
  [
    'a link without a port',
    FIRST_PAGE,
    (body) => (body.nextLink = 'https://recorded.vault.azure.net/'),
    'nextLink',
  ],
  [
    'a wrong entry of a list',
    ONE_PAGE,
    (body) => delete (body.value as Field[])[1]?.systemData,
    'body.value[1]',
  ],
  [
    'milliseconds',
    SET,
    (body) => ((body.attributes as Field).created = 1791195287000),
    'not number: seconds',
  ],
])('it sees %s', (_, recording, change, says) => {
  const answer = answerOf(recording);

  change(answer.body as Field);

  expect(differences(recording, answer)).toEqual([expect.stringContaining(says)]);
});

test('it sees another status, and headers that are missing, others, or too many', () => {
  const { headers, body } = answerOf(THROTTLED);
  headers.delete('retry-after');
  headers.set('pragma', 'cache');
  headers.set('x-more', '1');

  expect(differences(THROTTLED, { status: 503, headers, body })).toEqual([
    'status: 503, not 429',
    'headers.pragma: cache',
    'headers.retry-after: missing',
    'headers.x-more: never recorded',
  ]);
});
