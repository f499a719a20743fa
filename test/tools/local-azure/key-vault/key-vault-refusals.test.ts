import { expect, test } from 'vitest';
import { call, trustedAzure, vaultClient } from '../helpers.ts';

const version = 'api-version=7.6';

function vaultError(code: string, inner?: string) {
  const error = { code, message: expect.stringMatching(/./), ...(inner && { innererror: { code: inner } }) };
  return { error };
}

function put(body: unknown, method = 'PUT'): RequestInit {
  return { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

test('what is not there is not found', async () => {
  const azure = await trustedAzure();
  const client = vaultClient(azure);
  await client.setSecret('a', 'x');
  const other = '0'.repeat(32);

  await expect(client.getSecret('b')).rejects.toMatchObject({ statusCode: 404, code: 'SecretNotFound' });
  await expect(client.getSecret('a', { version: other })).rejects.toMatchObject({ statusCode: 404 });
  await expect(client.updateSecretProperties('a', other, { enabled: false })).rejects.toMatchObject({
    statusCode: 404,
  });
  await expect(client.getDeletedSecret('a')).rejects.toMatchObject({ statusCode: 404 });
  expect(await call(azure, `/secrets/a/b/c?${version}`)).toMatchObject({ status: 404 });
  expect(await call(azure, `/secrets/a?${version}`, { method: 'POST' })).toMatchObject({ status: 405 });
});

test.each<[string, string, RequestInit]>([
  ['a name with an underscore', '/secrets/a_b', put({ value: 'x' })],
  ['a name of 128 characters', `/secrets/${'a'.repeat(128)}`, put({ value: 'x' })],
  ['a name that is escaped', '/secrets/a%20b', {}],
  ['no value', '/secrets/a', put({ contentType: 'text/plain' })],
  ['a value that is no text', '/secrets/a', put({ value: 1 })],
  ['a value over 25 KB', '/secrets/a', put({ value: 'ä'.repeat(12_801) })],
  [
    'a 16th tag',
    '/secrets/a',
    put({ value: 'x', tags: Object.fromEntries(Array.from('abcdefghijklmnop', (tag) => [tag, ''])) }),
  ],
  ['a tag of 257 characters', '/secrets/a', put({ value: 'x', tags: { a: 'b'.repeat(257) } })],
  ['a tag name of 257 characters', '/secrets/a', put({ value: 'x', tags: { ['b'.repeat(257)]: 'a' } })],
  ['a tag that is no text', '/secrets/a', put({ value: 'x', tags: { a: 1 } })],
  ['a long content type', '/secrets/a', put({ value: 'x', contentType: 'a'.repeat(256) })],
  ['a time that is no number', '/secrets/a', put({ value: 'x', attributes: { exp: '2027-01-01' } })],
  ['enabled that is no boolean', '/secrets/a', put({ value: 'x', attributes: { enabled: 'no' } })],
  ['an unknown attribute', '/secrets/a', put({ value: 'x', attributes: { expires: 1 } })],
  ['an unknown member', '/secrets/a', put({ value: 'x', enabled: false })],
  ['a change of the value', `/secrets/a/${'0'.repeat(32)}`, put({ value: 'x' }, 'PATCH')],
  ['what is not JSON', '/secrets/a', { ...put(''), body: '{' }],
  ['another media type', '/secrets/a', { method: 'PUT', body: '{"value":"x"}' }],
  ['pages of 26', '/secrets?maxresults=26&', {}],
  ['a skip token of its own', '/secrets?$skiptoken=x&', {}],
])('refuses %s', async (_what, path, init) => {
  const azure = await trustedAzure();

  const answer = await call(azure, path + (path.endsWith('&') ? version : `?${version}`), init);

  expect(answer).toMatchObject({ status: 400, body: vaultError('BadParameter') });
  expect(azure.vault.secrets()).toEqual([]);
});

test('15 tags, 25 KB and the longest name are taken', async () => {
  const azure = await trustedAzure();
  const tags = Object.fromEntries(Array.from('abcdefghijklmno', (tag) => [tag, 'b'.repeat(256)]));

  await vaultClient(azure).setSecret('a'.repeat(127), 'x'.repeat(25 * 1024), { tags });

  expect(azure.vault.secrets()).toHaveLength(1);
});

test.each(['7.5', '7.6', '2025-07-01', '2026-04-01'])('speaks version %s', async (spoken) => {
  const azure = await trustedAzure();

  expect((await call(azure, `/secrets?api-version=${spoken}`)).status).toBe(200);
});

test('refuses other versions', async () => {
  const azure = await trustedAzure();

  for (const query of ['', '?api-version=1.0', '?api-version=2023-06-01']) {
    expect(await call(azure, `/secrets${query}`)).toMatchObject({
      status: 400,
      body: vaultError('BadParameter'),
    });
  }
});

test('a request without a good token gets the challenge, whatever it asks', async () => {
  const azure = await trustedAzure();
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
  const expired = azure.issueToken('https://vault.azure.net', { lifetimeSeconds: -1 });
  const answers = [
    await fetch(`${azure.vaultUri}/secrets/a`).then(async (response) => ({
      status: response.status,
      headers: response.headers,
      body: await response.json(),
    })),
    await call(azure, `/secrets/a?${version}`, bearer(azure.issueToken(azure.endpoint))),
    await call(azure, `/secrets/a?${version}`, bearer(expired)),
    await call(azure, `/secrets/a?${version}`, bearer('no.real.token')),
  ];

  for (const answer of answers) {
    expect(answer).toMatchObject({ status: 401, body: vaultError('Unauthorized') });
    expect(answer.headers.get('www-authenticate')).toMatch(
      /^Bearer authorization="https:\/\/login\.microsoftonline\.com\/[0-9a-f-]{36}", resource="https:\/\/vault\.azure\.net"$/,
    );
  }
  expect(JSON.stringify(answers[1]?.body)).toContain('AKV10022');
});

test('a client keeps a token that was revoked, and a new client gets on', async () => {
  const azure = await trustedAzure();
  const client = vaultClient(azure);
  await client.setSecret('a', 'x');

  azure.tokens.revokeAll();

  await expect(client.setSecret('a', 'y')).rejects.toMatchObject({ statusCode: 401 });
  await expect(vaultClient(azure).setSecret('a', 'y')).resolves.toMatchObject({ value: 'y' });
});
