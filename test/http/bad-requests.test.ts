import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ACCOUNT,
  BAD_BODIES,
  BAD_CONTENT,
  BAD_IDS,
  BAD_NAMES,
  BAD_QUERIES,
  type BadRequest,
  toRaw,
} from './bad-requests.ts';
import { accountId, type ErrorBody, json, raw, type Stage, startStage } from './stage.ts';

let stage: Stage;
let before: unknown;

beforeAll(async () => {
  stage = await startStage();
  stage.add(ACCOUNT);
  before = stage.azure.accounts.keys(accountId(ACCOUNT));
});
afterAll(() => stage?.close());

describe.each<[string, readonly BadRequest[]]>([
  ['a body that is wrong', BAD_BODIES],
  ['content that is wrong', BAD_CONTENT],
  ['a name that ARM would not take', BAD_NAMES],
  ['a query that is wrong', BAD_QUERIES],
  ['repeatability headers that are wrong', BAD_IDS],
])('%s', (_title, requests) => {
  test.each(requests)('$name', async (bad) => {
    const answer = await raw(stage.app.url, toRaw(bad, stage.app.functionKey));

    const { error } = JSON.parse(answer.body) as ErrorBody;
    expect(answer.status).toBe(bad.status ?? 400);
    expect(error).toStrictEqual({
      code: bad.code,
      message: expect.stringContaining(bad.says),
      target: bad.target,
    });
    expect(error.message).toMatch(/^[^\p{Cc}]{10,400}$/u);
    expect(answer.headers['x-ms-error-code']).toBe(bad.code);
    expect(answer.headers['x-ms-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(stage.azure.calls).toStrictEqual([]);
    expect(stage.azure.accounts.keys(accountId(ACCOUNT))).toStrictEqual(before);
  });
});

test('HTTP-01: a keyType hidden behind an escape is not taken for the only one', async () => {
  const id = stage.add('escaped');
  const body = '{"keyType":"primary","key\\u0054ype":"secondary"}';

  const response = await stage.app.fetch(`/api${id}/regenerateKey`, json(body));

  expect(response.status).toBe(400);
  expect(stage.azure.regenerations).toStrictEqual([]);
});

describe('what the host itself answers', () => {
  const path = `/api${accountId(ACCOUNT)}/regenerateKey`;

  test.each([
    ['another method', { method: 'GET', path }, 404],
    ['PUT', { method: 'PUT', path }, 404],
    ['HEAD', { method: 'HEAD', path }, 404],
    ['no account name', { path: path.replace(ACCOUNT, '') }, 404],
    ['a path that climbs', { path: path.replace(ACCOUNT, '../accounts') }, 404],
    ['an unknown operation', { path: path.replace('regenerateKey', 'listKeys') }, 404],
    ['one segment too many', { path: `${path}/now` }, 404],
    ['another provider', { path: path.replace('Microsoft.Maps', 'Microsoft.Storage') }, 404],
  ])('%s', async (_name, request, status) => {
    const headers = { 'x-functions-key': stage.app.functionKey, 'content-type': 'application/json' };

    const answer = await raw(stage.app.url, { headers, body: '{"keyType":"primary"}', ...request });

    expect(answer.status).toBe(status);
    expect(stage.azure.accounts.keys(accountId(ACCOUNT))).toStrictEqual(before);
  });
});
