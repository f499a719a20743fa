import { expect, test } from 'vitest';
import { accountPath, armError, call, group, mapsClient, topicClient, trustedAzure } from '../helpers.ts';

const path = `${accountPath}?api-version=2023-06-01`;
const event = { id: '1', source: '/s', type: 'T', data: {} };

function withToken(token: string): RequestInit {
  return { headers: { authorization: `Bearer ${token}` } };
}

test('ARM takes tokens for itself and for the public ARM, with and without a slash', async () => {
  const azure = await trustedAzure();
  const audiences = [
    azure.endpoint,
    `${azure.endpoint}/`,
    'https://management.azure.com',
    'https://management.azure.com/',
    'https://management.core.windows.net/',
  ];

  for (const audience of audiences) {
    expect((await call(azure, path, withToken(azure.issueToken(audience)))).status).toBe(200);
  }
});

test('the audiences can be narrowed', async () => {
  const azure = await trustedAzure({ armAudiences: ['https://management.example'] });

  expect((await call(azure, path, withToken(azure.issueToken('https://management.example')))).status).toBe(
    200,
  );
  expect((await call(azure, path, withToken(azure.issueToken(azure.endpoint)))).status).toBe(401);
});

test('a token for another service is refused by name', async () => {
  const azure = await trustedAzure();

  const answer = await call(azure, path, withToken(azure.issueToken('https://eventgrid.azure.net')));

  expect(answer).toMatchObject({ status: 401, body: armError('InvalidAuthenticationTokenAudience') });
  expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/);
});

test('no token, no token of ours, a tampered one and a late one are told apart', async () => {
  const azure = await trustedAzure();
  const good = azure.issueToken(azure.endpoint);
  const late = azure.issueToken(azure.endpoint, { lifetimeSeconds: -1 });

  const missing = await fetch(azure.endpoint + path);

  expect(missing.status).toBe(401);
  expect(await missing.json()).toEqual(armError('AuthenticationFailed'));
  for (const token of ['x', 'a.b.c', `${good}x`, good.replace('.', '.e')]) {
    expect((await call(azure, path, withToken(token))).body).toEqual(armError('InvalidAuthenticationToken'));
  }
  expect((await call(azure, path, withToken(late))).body).toEqual(armError('ExpiredAuthenticationToken'));
});

test('tokens can be revoked or let expire, and new ones work', async () => {
  const azure = await trustedAzure();
  const first = azure.issueToken(azure.endpoint);
  azure.tokens.revokeAll();
  const second = azure.issueToken(azure.endpoint);
  const taken = await call(azure, path, withToken(second));
  azure.tokens.expireAll();

  expect(taken.status).toBe(200);
  expect((await call(azure, path, withToken(first))).body).toEqual(armError('InvalidAuthenticationToken'));
  expect((await call(azure, path, withToken(second))).body).toEqual(armError('ExpiredAuthenticationToken'));
  expect((await call(azure, path)).status).toBe(200);
});

test('a refused token changes nothing', async () => {
  const azure = await trustedAzure();
  const credential = {
    getToken: async () => ({
      token: azure.issueToken('https://other.example'),
      expiresOnTimestamp: Date.now() + 1e6,
    }),
  };

  await expect(
    mapsClient(azure, credential).accounts.regenerateKeys(group, 'Maps1', { keyType: 'primary' }),
  ).rejects.toMatchObject({ statusCode: 401, code: 'InvalidAuthenticationTokenAudience' });
  await expect(topicClient(azure, credential).send([event])).rejects.toMatchObject({ statusCode: 401 });

  expect(azure.regenerations).toEqual([]);
  expect(azure.events).toEqual([]);
});

test('a token of one instance is good at another one with the same audience', async () => {
  const first = await trustedAzure();
  const second = await trustedAzure();

  const token = first.issueToken('https://management.azure.com');

  expect((await call(second, path, withToken(token))).status).toBe(200);
});
