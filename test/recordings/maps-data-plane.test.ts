import { expect, test } from 'vitest';
import { createMapsDataPlane } from '../../src/adapters/maps-data-plane/maps-data-plane.ts';
import { Secret } from '../../src/core/secret.ts';
import { trustedAzure } from '../tools/local-azure/helpers.ts';
import { differences } from './matcher.ts';
import type { Recording } from './recording.ts';
import * as shapes from './shapes/maps-data-plane.ts';
import { standIn } from './stand-in.ts';

async function tryKeyOn(recording: Recording) {
  const { origin } = await standIn([{ ...recording, path: shapes.CAPTION.path }]);
  return createMapsDataPlane({ endpoint: origin, timeoutSeconds: 5 }).tryKey(new Secret('key'));
}

test('the adapter takes the caption for a key that works, and InvalidKey for one that does not yet', async () => {
  expect(await tryKeyOn(shapes.CAPTION)).toBeUndefined();
  expect(await tryKeyOn(shapes.INVALID_KEY)).toMatchObject({
    ...{ code: 'KeyNotAccepted', status: 401, passing: true },
    message:
      'Azure Maps answered 401 InvalidKey: Azure Maps does not know the key, which is so for a while after it was made.',
  });
  expect(await tryKeyOn(shapes.WRONG_TILE)).toMatchObject({
    ...{ code: 'MapsUnavailable', passing: true },
    message: 'Azure Maps answered 400, which says nothing of the key.',
  });
});

test.each<[string, number, Readonly<Record<string, string>>, unknown, object]>([
  [
    'that it is throttled, and for how long',
    429,
    { 'retry-after': '37' },
    { error: { code: '429 TooManyRequests' } },
    { code: 'Http429', status: 429, retryAfterSeconds: 37, passing: true },
  ],
  [
    'that it is busy',
    503,
    { 'retry-after': '5' },
    { error: { code: 'ServiceUnavailable' } },
    { code: 'ServiceUnavailable', status: 503, retryAfterSeconds: 5, passing: true },
  ],
  [
    'that the account may not',
    403,
    {},
    { error: { code: '403 Forbidden' } },
    { code: 'KeyNotAccepted', status: 403 },
  ],
  [
    'InvalidKey under another status',
    400,
    {},
    { error: { code: 'invalidKey' } },
    { code: 'KeyNotAccepted', message: expect.stringContaining('does not know the key') },
  ],
  ['nothing of use', 404, {}, 'WORDS', { code: 'MapsUnavailable', passing: true }],
])('WAIT-01: the adapter keeps what Azure Maps says: %s', async (_, status, headers, body, failure) => {
  const refused = await tryKeyOn({ ...shapes.INVALID_KEY, status, headers, body });

  expect(refused).toMatchObject(failure);
  expect(JSON.stringify(refused)).not.toContain('WORDS');
});

test.each([
  ['the caption', shapes.CAPTION, true],
  ['a wrong key', shapes.INVALID_KEY, false],
  ['a tile that does not exist', shapes.WRONG_TILE, true],
])('the local Azure answers %s as was recorded', async (_, recording, isGood) => {
  const azure = await trustedAzure();
  const [id = ''] = azure.accounts.ids();
  const key = isGood ? azure.accounts.keys(id).primaryKey : 'wrong';

  const response = await fetch(azure.endpoint + recording.path, { headers: { 'subscription-key': key } });

  const answer = { status: response.status, headers: response.headers, body: await response.json() };
  // The local Azure lets any page in; no recording shows what Azure Maps says to a page.
  expect(differences(recording, answer, ['date', 'access-control-allow-origin']).filter(isOther)).toEqual([]);
});

function isOther(difference: string): boolean {
  return difference !== 'headers.date: missing';
}
