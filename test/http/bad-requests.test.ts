import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ACCOUNT,
  BAD_BODIES,
  BAD_CONTENT,
  BAD_IDS,
  BAD_NAMES,
  BAD_QUERIES,
  type BadRequest,
  CONDITIONS,
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
  ['a condition that can’t be checked', CONDITIONS],
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
    expect(answer.headers['repeatability-result']).toBe(requests === BAD_IDS ? 'rejected' : undefined);
    expect(answer.headers['x-ms-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(stage.azure.calls).toStrictEqual([]);
    expect(stage.azure.accounts.keys(accountId(ACCOUNT))).toStrictEqual(before);
  });
});

test('what is wrong with the rest of a request leaves its repeatability headers accepted', async () => {
  const headers = {
    'repeatability-request-id': '0f8fad5b-d9cb-469f-a165-70867728950e',
    'repeatability-first-sent': new Date().toUTCString(),
  };
  const bad = [
    ...BAD_BODIES.slice(0, 1),
    ...BAD_NAMES.slice(0, 1),
    ...BAD_QUERIES.slice(0, 1),
    ...CONDITIONS.slice(0, 1),
  ];

  const answers = await Promise.all(
    bad.map((one) =>
      raw(stage.app.url, toRaw({ ...one, headers: { ...one.headers, ...headers } }, stage.app.functionKey)),
    ),
  );

  expect(answers.map(({ status }) => status)).toStrictEqual([400, 400, 400, 412]);
  for (const answer of answers) expect(answer.headers['repeatability-result']).toBe('accepted');
  expect(stage.azure.calls).toStrictEqual([]);
});

test.each(CONDITIONS.slice(0, 6))('rotate does nothing on a condition either ($name)', async (bad) => {
  const sent = toRaw(bad, stage.app.functionKey);

  const answer = await raw(stage.app.url, {
    ...sent,
    path: sent.path.replace('regenerateKey', 'rotate'),
    body: '',
  });

  expect(answer.status).toBe(412);
  expect(answer.headers['x-ms-error-code']).toBe('ConditionHeadersNotSupported');
  expect(stage.azure.calls).toStrictEqual([]);
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
