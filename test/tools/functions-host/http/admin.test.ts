import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningHost, startHost } from '../harness.ts';

interface Seen {
  runs: { name: string; message?: unknown; metadata?: Record<string, unknown>; timer?: object }[];
}

let host: RunningHost;

beforeAll(async () => {
  host = await startHost([], {
    // Never reached: the queue's function is only run by hand.
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    'AzureWebJobs.everySecond.Disabled': 'true',
    AzureFunctionsJobHost__Logging__LogLevel__Default: 'Error',
  });
}, 30_000);
afterAll(() => host?.stop());

const post = (name: string, body: string, query = '') =>
  host.admin(`/admin/functions/${name}${query}`, { method: 'POST', body });
const seen = async () => (await (await host.get('/api/seen')).json()) as Seen;

describe('who may', () => {
  it.each([
    ['no key', undefined, 401],
    ['a key that only opens functions', 'default', 403],
    ['the master key', 'master', 200],
  ] as const)('answers %s', async (_what, key, status) => {
    const headers: Record<string, string> = key ? { 'x-functions-key': host.keys[key] } : {};

    const answer = await host.get('/admin/host/status', { headers });

    expect(answer.status).toBe(status);
    expect(answer.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null);
  });

  it('answers ping to everybody', async () => {
    const answer = await host.get('/admin/host/ping');

    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store,no-cache');
  });
});

it.each([
  ['GET', '/admin'],
  ['GET', '/admin/nothing'],
  ['DELETE', '/admin/host/ping'],
  ['PATCH', '/admin/functions/echo'],
])('knows no %s %s, whoever asks', async (method, path) => {
  expect((await host.get(path, { method })).status).toBe(404);
  expect((await host.admin(path, { method })).status).toBe(404);
});

describe('what there is', () => {
  it('reports a running host with its functions in error', async () => {
    const status = await (await host.admin('/admin/host/status')).json();

    expect(status).toMatchObject({ state: 'Running' });
    expect((status as { errors: string[] }).errors).toContain(
      "The 'noSchedule' function is in error: '%NOT_SET%' does not resolve to a value.",
    );
  });

  it('lists the functions', async () => {
    const list = (await (await host.admin('/admin/functions')).json()) as { name: string }[];

    expect(list).toContainEqual(
      expect.objectContaining({
        name: 'echo',
        isDisabled: false,
        invoke_url_template: `${host.url}/api/things/{name}/{size:int?}`,
      }),
    );
    expect(list).toContainEqual(expect.objectContaining({ name: 'everySecond', isDisabled: true }));
  });

  it('tells one function and its errors', async () => {
    expect(await (await host.admin('/admin/functions/ECHO')).json()).toMatchObject({ name: 'echo' });
    expect(await (await host.admin('/admin/functions/badSchedule/status')).json()).toEqual({
      errors: [expect.stringContaining("'0 0 3 * *  ? *' was not recognized")],
    });
    expect((await host.admin('/admin/functions/nowhere')).status).toBe(404);
  });
});

describe('runs by hand', () => {
  it('answers 202 at once', async () => {
    const answer = await post('yearly', '{}');

    expect(answer.status).toBe(202);
    expect(await answer.text()).toBe('');
  });

  it('answers 202 for an HTTP function too, and runs nothing', async () => {
    const before = (await seen()).runs.length;

    expect((await post('echo', '{}')).status).toBe(202);
    expect((await seen()).runs.length).toBe(before);
  });

  it('runs a timer and, where asked to, waits for it', async () => {
    const answer = await post('Yearly', '{"input":null}', '?wait=true');

    expect([answer.status, await answer.json()]).toEqual([
      200,
      { invocationId: expect.any(String), succeeded: true },
    ]);
    const run = (await seen()).runs.findLast(({ name }) => name === 'yearly');
    expect(run?.timer).toEqual({
      isPastDue: false,
      schedule: { adjustForDST: true },
      scheduleStatus: {
        last: '0001-01-01T00:00:00+00:00',
        next: expect.stringMatching(/^20\d\d-01-01T03:00:00\+00:00$/),
        lastUpdated: expect.stringMatching(/\+00:00$/),
      },
    });
  });

  it('tells of a failure', async () => {
    const answer = await post('atStart', '{}', '?wait=true');

    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject({ succeeded: false, error: 'timers may fail' });
  });

  it('gives a queue function the input as its message, parsed where it is JSON', async () => {
    await post('jobs', JSON.stringify({ input: '{"rotation":"r1","id":"mine"}' }), '?wait=true');

    const run = (await seen()).runs.findLast(({ name }) => name === 'jobs');
    expect(run?.message).toEqual({ rotation: 'r1', id: 'mine' });
    expect(run?.metadata).toMatchObject({ dequeueCount: 0, rotation: 'r1', id: 'mine' });
  });

  it.each([
    ['a body that is no JSON', 'jobs', 'nonsense', 400],
    ['an input that is an object', 'jobs', '{"input":{}}', 400],
    ['an unknown function', 'nowhere', '{}', 404],
  ])('refuses %s', async (_what, name, body, status) => {
    expect((await post(name, body)).status).toBe(status);
  });

  it('refuses a body of another content type', async () => {
    const answer = await host.get('/admin/functions/yearly', {
      method: 'POST',
      headers: { 'x-functions-key': host.keys.master },
      body: '{}',
    });

    expect(answer.status).toBe(415);
  });
});

describe('settings of the host', () => {
  it('never runs a disabled timer, and logs only what host.json and its overrides let through', async () => {
    await new Promise((resolve) => setTimeout(resolve, 1_200));

    expect((await seen()).runs.filter(({ name }) => name === 'everySecond')).toEqual([]);
    const levels = host.logs
      .filter(({ category }) => category !== 'Host.Function.Console')
      .map(({ level }) => level);
    expect(new Set(levels)).toEqual(new Set(['error']));
  });
});
