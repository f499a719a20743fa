import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fixtureApp, type RunningHost, startHost, until } from './harness.ts';

let directory: string;
let host: RunningHost | undefined;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'app-'));
  await symlink(
    path.resolve(import.meta.dirname, '../../../node_modules'),
    path.join(directory, 'node_modules'),
  );
});
afterEach(async () => {
  await host?.stop('SIGKILL');
  host = undefined;
  await rm(directory, { recursive: true });
});

/** An app whose one file is this text. */
async function writeApp(main: string, hostJson: object = {}): Promise<void> {
  await writeFile(path.join(directory, 'package.json'), '{"type":"module","main":"main.js"}');
  await writeFile(path.join(directory, 'host.json'), JSON.stringify({ version: '2.0', ...hostJson }));
  await writeFile(path.join(directory, 'main.js'), main);
}

const hello = `import { app } from '@azure/functions';
app.http('hello', { authLevel: 'function', handler: () => ({ body: 'hello' }) });`;

describe('the end', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'lets running invocations finish on %s, and tells the app',
    async (signal) => {
      host = await startHost();
      const answer = host.get('/api/slow').then((response) => response.text());
      const { logs } = host;
      await until(() => logs.some(({ message }) => message === 'slow begins'), Boolean);

      const code = await host.stop(signal);

      expect([code, await answer]).toEqual([0, 'done']);
      expect(logs.map(({ message }) => message)).toContain('the app ended');
      await expect(host.get('/api/settings')).rejects.toThrow();
    },
  );
});

describe('an app', () => {
  it('that is bundled to one file gets the core API through createRequire', async () => {
    await writeApp(`import { createRequire } from 'node:module';
const core = createRequire(import.meta.url)('@azure/functions-core');
const functions = createRequire(import.meta.url)('@azure/functions');
functions.app.http('which', { authLevel: 'anonymous', handler: () => ({ body: core.getProgrammingModel().name }) });`);

    host = await startHost([], {}, directory);

    expect(await (await host.get('/api/which')).text()).toBe('@azure/functions');
  });

  it('may be CommonJS', async () => {
    await writeApp('');
    await writeFile(path.join(directory, 'package.json'), '{"main":"main.js"}');
    await writeFile(
      path.join(directory, 'main.js'),
      `require('@azure/functions').app.get('old', { authLevel: 'anonymous', handler: () => ({ body: 'old' }) });`,
    );

    host = await startHost([], {}, directory);

    expect(await (await host.get('/api/old')).text()).toBe('old');
  });

  it('is not asked for keys where they are off, and has its own prefix', async () => {
    await writeApp(hello, { extensions: { http: { routePrefix: '' } } });

    host = await startHost(['--no-keys'], {}, directory);

    expect(await (await host.get('/hello')).text()).toBe('hello');
    expect((await host.get('/admin/host/status')).status).toBe(200);
  });

  it('is hidden where it is disabled, but not from the master key', async () => {
    await writeApp(hello);

    host = await startHost([], { 'AzureWebJobs.hello.Disabled': '1' }, directory);

    const ask = async (key: string) =>
      (await host?.get('/api/hello', { headers: { 'x-functions-key': key } }))?.status;
    expect([await ask(host.keys.default), await ask(host.keys.master)]).toEqual([404, 200]);
  });

  it('cannot register functions after its start', async () => {
    await writeApp(`import { app } from '@azure/functions';
app.http('late', { authLevel: 'anonymous', handler: () => app.http('more', { handler: () => ({}) }) });`);

    host = await startHost([], {}, directory);

    expect((await host.get('/api/late')).status).toBe(500);
    expect(host.logs.at(-1)?.message).toContain('A function can only be registered during app startup.');
  });

  it.each([
    ['throws', "throw new Error('broken app');", {}, /unable to load entry point "main.js": broken app/],
    [
      'streams HTTP',
      "import { app } from '@azure/functions'; app.setup({ enableHttpStream: true }); app.http('x', { handler: () => ({}) });",
      {},
      /HTTP streaming/,
    ],
    ['has a wrong host.json', hello, { extensions: { queues: { batchSize: 33 } } }, /batchSize/],
    [
      'has a wrong time span',
      hello,
      { extensions: { queues: { visibilityTimeout: '30' } } },
      /is not a time span/,
    ],
  ])('that %s does not start, and says why', async (_what, main, hostJson, message) => {
    await writeApp(main, hostJson);

    await expect(startHost([], {}, directory)).rejects.toThrow(message);
  });

  it('without a file to load does not start', async () => {
    await writeApp('');
    await rm(path.join(directory, 'main.js'));

    await expect(startHost([], {}, directory)).rejects.toThrow('File does not exist');
  });

  it('keeps what is set in the environment before local settings', async () => {
    await cp(fixtureApp, directory, { recursive: true });

    host = await startHost([], { FIXTURE_VALUE: 'from outside' }, directory);

    expect(await (await host.get('/api/settings')).json()).toMatchObject({ value: 'from outside' });
  });
});
