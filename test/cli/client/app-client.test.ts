import { afterEach, describe, expect, test } from 'vitest';
import { planPage } from '../../../src/cli/client/answers.ts';
import { createAppClient } from '../../../src/cli/client/app-client.ts';
import { planned, rotated, type StubAnswer, type StubApp, startStubApp } from '../support/stub-app.ts';
import { atTerminal } from '../support/terminal.ts';

let app: StubApp | undefined;
afterEach(() => app?.close());

async function ask(words: readonly string[], ...answers: readonly StubAnswer[]) {
  app = await startStubApp(...answers);
  return atTerminal([...words, '--app', app.url], { env: { MAPS_KEY_ROTATION_FUNCTION_KEY: 'k3y' } });
}
const said = (status: number, code: string, headers = {}) => ({
  ...{ status, headers, body: { error: { code, message: `It says ${code}.` } } },
});
const ROTATE = [
  'rotate',
  '/subscriptions/21a9967a-e8a9-4656-a70b-96ff1c4d05a0/resourceGroups/rg-maps/providers/Microsoft.Maps/accounts/map',
  '--yes',
];

describe('how an answer ends a command', () => {
  test.each<[string, StubAnswer, number]>([
    ['a refusal of the policy', said(409, 'Overlap'), 3],
    ['another rotation under way', said(409, 'RotationInProgress', { 'retry-after': '3' }), 3],
    ['a missing app role', said(403, 'MissingAppRole'), 4],
    ['no principal', said(401, 'Unauthorized'), 4],
    ['a refused function key', { status: 401, body: '' }, 4],
    ['a sign-in before the app', { status: 403, body: 'You do not have permission' }, 4],
    ['ARM refusing the app itself', said(403, 'AuthorizationFailed'), 1],
    ['an account that is not there', said(404, 'ResourceNotFound'), 1],
    ['wrong settings of the app', said(500, 'InvalidConfiguration'), 1],
    ['a place that is not the app', { status: 404, body: '' }, 5],
    ['a page of something else', { status: 200, body: '<html>' }, 5],
    ['JSON of something else', { body: { hello: 'world' } }, 5],
    ['a redirect', { status: 302, headers: { location: 'https://login.example/x' } }, 5],
  ])('%s', async (_name, answer, code) => {
    const result = await ask(ROTATE, answer);

    expect(result.code).toBe(code);
    expect(app?.requests).toHaveLength(1);
    expect(result.err).not.toContain('k3y');
  });
});

describe('a request that could not be answered', () => {
  test.each<[string, StubAnswer]>([
    ['429', said(429, 'TooManyRequests', { 'retry-after': '1' })],
    ['503 OutcomeUnknown', said(503, 'OutcomeUnknown', { 'retry-after': '1' })],
    ['a front that had no answer', { status: 502, body: '<html>' }],
    ['a connection that broke', 'drop'],
  ])('%s: is sent again with the same id', async (_name, answer) => {
    const result = await ask(ROTATE, answer, { body: rotated('map') });

    const ids = app?.requests.map(({ headers }) => headers['repeatability-request-id']);
    const times = app?.requests.map(({ headers }) => headers['repeatability-first-sent']);
    expect(result.code).toBe(0);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
    expect(new Set(times).size).toBe(1);
    expect(Math.abs(Date.parse(times?.[0] as string) - Date.now())).toBeLessThan(10_000);
  });

  test('the time that the app asks for is waited', async () => {
    const began = performance.now();

    await ask(ROTATE, said(503, 'OutcomeUnknown', { 'retry-after': '2' }), { body: rotated('map') });

    expect(performance.now() - began).toBeGreaterThanOrEqual(1900);
  });

  test('where the app asks for more time than there is, the command says how to go on', async () => {
    const { code, err } = await ask(
      [...ROTATE, '--force', '--timeout', '2'],
      said(503, 'OutcomeUnknown', { 'retry-after': '60' }),
    );

    const id = app?.requests[0]?.headers['repeatability-request-id'];
    expect(code).toBe(6);
    expect(err).toContain('It says OutcomeUnknown.');
    expect(err).toContain(`--force --request-id ${id} --app ${app?.url}`);
  });

  test('with that id the very request is sent again, with the time of the first', async () => {
    const id = '01a2138c-2881-7403-ac1f-38b7f65c1457';

    const { code } = await ask([...ROTATE, '--request-id', id], { body: rotated('map') });

    const { headers } = app?.requests[0] ?? {};
    const sent = new Date(0x01a2138c2881).toUTCString();
    expect(code).toBe(0);
    expect(headers?.['repeatability-request-id']).toBe(id);
    expect(headers?.['repeatability-first-sent']).toBe(sent);
  });

  test('a request that nobody answers ends with the command’s time', async () => {
    const { code, err } = await ask(['plan', '--timeout', '1'], 'hang');

    expect(code).toBe(5);
    expect(err).toContain('did not answer in time');
  });

  test('a POST that nobody answers is in doubt at the end', async () => {
    const { code, err } = await ask([...ROTATE, '--timeout', '1'], 'hang');

    expect(code).toBe(6);
    expect(err).toContain('--request-id');
  });

  test('one request is given up before the command’s time, and sent again', async () => {
    app = await startStubApp('hang', { body: { value: [] } });
    const connection = {
      ...{ app: new URL(app.url), userAgent: 'test', signal: new AbortController().signal },
      ...{ authorize: async () => ({}), debug: () => {} },
    };
    const client = createAppClient(connection, { timeoutSeconds: 30, requestSeconds: 0.3 });

    const page = await client.request({ method: 'GET', path: '/api/rotations/plan' }, planPage);

    expect(page.value).toStrictEqual([]);
    expect(app.requests).toHaveLength(2);
  });

  test('an app that is not there is given up soon', async () => {
    const gone = await startStubApp({});
    await gone.close();

    const { code, err } = await atTerminal(['plan', '--app', gone.url], {});

    expect(code).toBe(5);
    expect(err).toContain('no connection to it could be made (ECONNREFUSED)');
  });
});

describe('credentials stay with the app', () => {
  test('a nextLink to another host is asked of the app itself', async () => {
    const elsewhere = await startStubApp({ body: { value: [] } });
    const nextLink = `${elsewhere.url}/steal?skipToken=abc`;

    const { code } = await ask(
      ['plan'],
      { body: { value: [planned('a')], nextLink } },
      { body: { value: [] } },
    );
    await elsewhere.close();

    expect(code).toBe(0);
    expect(elsewhere.requests).toStrictEqual([]);
    expect(app?.requests.map(({ path }) => path)).toStrictEqual([
      '/api/rotations/plan',
      '/api/rotations/plan?skipToken=abc',
    ]);
  });

  test('a redirect is not followed', async () => {
    const elsewhere = await startStubApp({ body: { value: [] } });

    const { err } = await ask(['plan'], { status: 307, headers: { location: `${elsewhere.url}/steal` } });
    await elsewhere.close();

    expect(err).toContain('redirect');
    expect(elsewhere.requests).toStrictEqual([]);
  });

  test('pages that go round in a circle come to an end', async () => {
    const nextLink = '/api/rotations/plan?skipToken=same';

    const { code } = await ask(['plan', '--json'], { body: { value: [], nextLink } });

    expect(code).toBe(0);
    expect(app?.requests).toHaveLength(2);
  });

  test('--debug tells what is asked, without the key', async () => {
    const { err } = await ask(['plan', '--debug'], {
      body: { value: [] },
      headers: { 'x-ms-request-id': 'r1' },
    });

    expect(err).toMatch(
      /^GET http:\/\/127\.0\.0\.1:\d+\/api\/rotations\/plan: 200 in \d+ ms, x-ms-request-id r1$/m,
    );
    expect(err).not.toContain('k3y');
  });
});
