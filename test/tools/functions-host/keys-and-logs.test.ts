import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningHost, startHost, until } from './harness.ts';

let host: RunningHost;

beforeAll(async () => {
  host = await startHost(['--function-key', 'my-function-key', '--master-key', 'my-master-key']);
}, 30_000);
afterAll(() => host?.stop());

describe('keys', () => {
  it.each([
    ['no key', '/api/withKey', {}, 401],
    ['a wrong key', '/api/withKey', { 'x-functions-key': 'wrong' }, 401],
    ['the function key in the header', '/api/withKey', { 'x-functions-key': 'my-function-key' }, 200],
    ['the function key in the query', '/api/withKey?code=my-function-key', {}, 200],
    ['its name in other letters', '/api/withKey?x=1&CoDe=my-function-key', {}, 200],
    [
      'a wrong header before a right query',
      '/api/withKey?code=my-function-key',
      { 'x-functions-key': 'no' },
      401,
    ],
    ['the master key', '/api/withKey', { 'x-functions-key': 'my-master-key' }, 200],
    ['the function key at level admin', '/api/only-admin', { 'x-functions-key': 'my-function-key' }, 401],
    ['the master key at level admin', '/api/only-admin', { 'x-functions-key': 'my-master-key' }, 200],
  ])('answers %s', async (_what, route, headers, status) => {
    const answer = await host.get(route, { headers });

    expect(answer.status).toBe(status);
    expect(await answer.text()).toBe(status === 200 ? 'opened' : '');
  });
});

describe('logs', () => {
  it("names the invocation, the app's lines and those that come too late", async () => {
    const invocationId = await (await host.get('/api/logs')).text();

    const own = await until(
      () => host.logs.filter((entry) => entry.invocationId === invocationId),
      (entries) => entries.some((entry) => entry.message === 'too late'),
    );
    expect(own.map(({ level, category, message }) => [level, category, message.split(/ \(|\. /)[0]])).toEqual(
      [
        ['information', 'Function.logs', "Executing 'Functions.logs'"],
        ['information', 'Function.logs.User', 'said { n: 1 }'],
        ['warning', 'Function.logs.User', 'warned\ntwice'],
        ['information', 'Function.logs', "Executed 'Functions.logs'"],
        [
          'warning',
          'Function.logs',
          "Warning: Unexpected call to 'log' on the context object after function execution has completed",
        ],
        ['information', 'Function.logs.User', 'too late'],
      ],
    );
    expect(host.logs).toContainEqual(
      expect.objectContaining({ category: 'Host.Function.Console', message: 'to the console' }),
    );
  });
});

describe('hooks and settings', () => {
  it('runs the hooks around an invocation', async () => {
    expect(await (await host.get('/api/hooked')).text()).toBe('replaced, then changed');
  });

  it('offers the core API by require and tells the app that it has started', async () => {
    const seen = (await (await host.get('/api/seen')).json()) as object;

    expect(seen).toMatchObject({ core: 'function', hooks: ['appStart'] });
  });

  it('makes local settings environment', async () => {
    expect(await (await host.get('/api/settings')).json()).toEqual({
      value: 'from local.settings.json',
      environment: 'Development',
    });
  });
});
