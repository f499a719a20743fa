import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accountId, json, raw, regenerate, type Stage, SUBSCRIPTION, startStage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage?.close());

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const regenerationsOf = (id: string) =>
  stage.azure.regenerations.filter((regeneration) => regeneration.accountId === id);

describe('the answer of regenerateKey', () => {
  test.each(['primary', 'secondary'] as const)('is ARM’s MapsAccountKeys for the %s key', async (keyType) => {
    const id = stage.add(`shape-${keyType}`);
    const before = stage.azure.accounts.keys(id);

    const response = await regenerate(stage.app, id, keyType);

    const after = stage.azure.accounts.keys(id);
    expect(response.status).toBe(200);
    expect(await response.json()).toStrictEqual(after);
    expect(Object.keys(after).sort()).toStrictEqual([
      'primaryKey',
      'primaryKeyLastUpdated',
      'secondaryKey',
      'secondaryKeyLastUpdated',
    ]);
    const other = keyType === 'primary' ? 'secondaryKey' : 'primaryKey';
    expect(after[`${keyType}Key`]).not.toBe(before[`${keyType}Key`]);
    expect(after[other]).toBe(before[other]);
  });

  test('leaves a time out that ARM does not know, as ARM does', async () => {
    const id = stage.add('no-times', { primaryKeyLastUpdated: null, secondaryKeyLastUpdated: null });

    const response = await regenerate(stage.app, id);

    const keys = (await response.json()) as object;
    expect(Object.keys(keys).sort()).toStrictEqual(['primaryKey', 'primaryKeyLastUpdated', 'secondaryKey']);
  });

  test('NAME-05: comes for a key that is named in capitals, which ARM is sent in its own form', async () => {
    const id = stage.add('capitals');

    const response = await stage.app.fetch(`/api${id}/regenerateKey`, json({ keyType: 'Secondary' }));

    expect(response.status).toBe(200);
    expect(regenerationsOf(id)).toMatchObject([{ keyType: 'secondary' }]);
  });

  test('may not be cached, and names the request and the rotation', async () => {
    const id = stage.add('headers');

    const response = await regenerate(stage.app, id);

    const rotationId = response.headers.get('x-ms-rotation-id') ?? '';
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-type')).toMatch(/^application\/json\b/);
    expect(response.headers.get('x-ms-request-id')).toMatch(GUID);
    expect(rotationId).toMatch(GUID);
    const found = await stage.app.fetch(`/api/rotations/${rotationId}`);
    expect(await found.json()).toMatchObject({ rotationId, accountId: id, keyType: 'primary' });
  });

  test('NAME-01: names are matched in any case, and the event has the one form of ARM', async () => {
    const id = stage.add('Names-One');
    const path = `/api/SUBSCRIPTIONS/${SUBSCRIPTION.toUpperCase()}/resourcegroups/RG-MAPS/providers/microsoft.maps/ACCOUNTS/names-ONE/RegenerateKey`;

    const response = await stage.app.fetch(path, json({ keyType: 'primary' }));

    const rotationId = response.headers.get('x-ms-rotation-id');
    expect(response.status).toBe(200);
    expect(regenerationsOf(id)).toHaveLength(1);
    expect(stage.azure.events.find((event) => event.id === rotationId)).toMatchObject({
      source: id,
      subject: 'accounts/Names-One/keys/primary',
    });
  });
});

describe('what a request may look like', () => {
  const good = '{"keyType":"secondary"}';
  const cases: [string, { query?: string; headers?: Record<string, string>; body?: string | Uint8Array }][] =
    [
      ['no api-version', {}],
      ['the api-version of ARM', { query: '?api-version=2023-06-01' }],
      ['the parameter name in another case', { query: '?API-Version=2023-06-01' }],
      ['a charset', { headers: { 'content-type': 'application/json; charset=utf-8' } }],
      ['a media type in capitals', { headers: { 'content-type': 'Application/JSON;charset="UTF-8"' } }],
      ['HTTP-01: a byte order mark', { body: Buffer.from(`\uFEFF${good}`) }],
      ['white space around the JSON', { body: ` \r\n\t${good}\n` }],
      ['an escaped property name', { body: '{"key\\u0054ype":"secondary"}' }],
      ['exactly 4096 bytes', { body: good.padEnd(4096) }],
      ['no content encoding', { headers: { 'content-encoding': 'identity' } }],
    ];

  test.each(cases.map(([name, given], i) => ({ name, given, i })))('$name', async ({ given, i }) => {
    const id = stage.add(`accepted-${i}`);
    const { query = '', headers, body = good } = given;

    const answer = await raw(stage.app.url, {
      path: `/api${id}/regenerateKey${query}`,
      headers: { 'x-functions-key': stage.app.functionKey, 'content-type': 'application/json', ...headers },
      body,
    });

    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toStrictEqual(stage.azure.accounts.keys(id));
    expect(regenerationsOf(id).map(({ keyType }) => keyType)).toStrictEqual(['secondary']);
  });
});

describe('Prefer: return=minimal', () => {
  const minimal: [string, string | string[]][] = [
    ['alone', 'return=minimal'],
    ['quoted, with spaces and capitals', 'Return = "minimal"'],
    ['after another preference', 'respond-async, wait=10, return=minimal'],
    ['with a parameter', 'return=minimal; foo=bar'],
    ['in a header of its own', ['handling=lenient', 'return=minimal']],
  ];

  test.each(minimal.map(([name, prefer], i) => ({ name, prefer, i })))(
    '$name: the times and no keys',
    async ({ prefer, i }) => {
      const id = stage.add(`minimal-${i}`);

      const answer = await raw(stage.app.url, {
        path: `/api${id}/regenerateKey`,
        headers: {
          'x-functions-key': stage.app.functionKey,
          'content-type': 'application/json',
          prefer,
        },
        body: '{"keyType":"primary"}',
      });

      const { primaryKeyLastUpdated, secondaryKeyLastUpdated } = stage.azure.accounts.keys(id);
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.body)).toStrictEqual({ primaryKeyLastUpdated, secondaryKeyLastUpdated });
      expect(answer.headers['preference-applied']).toBe('return=minimal');
      expect(answer.headers['cache-control']).toBe('no-store');
    },
  );

  test.each([
    'return=representation',
    'x-return=minimal',
    'return=minimalist',
    'note="return=minimal"',
    'note="a, return=minimal"',
  ])('another preference (%s) changes nothing', async (prefer) => {
    const id = stage.add(`other-${prefer.replace(/\W+/g, '-')}x`);

    const response = await regenerate(stage.app, id, 'primary', { prefer });

    expect(await response.json()).toStrictEqual(stage.azure.accounts.keys(id));
    expect(response.headers.get('preference-applied')).toBeNull();
  });
});

test('SEC-03: no key reaches the log, the event or the rotation', async () => {
  const id = stage.add('secret');
  const response = await regenerate(stage.app, id);
  const rotation = await stage.app.fetch(`/api/rotations/${response.headers.get('x-ms-rotation-id')}`);
  const { primaryKey, secondaryKey } = stage.azure.accounts.keys(id);

  const seen = JSON.stringify([stage.app.log, stage.azure.events, await rotation.json()]);

  expect(seen).toContain(accountId('secret'));
  expect(seen).not.toContain(primaryKey);
  expect(seen).not.toContain(secondaryKey);
});
