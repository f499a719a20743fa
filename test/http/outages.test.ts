import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../tools/local-azure/local-azure.ts';
import { FAST_APP } from '../support/global-setup.ts';
import { type RunningApp, startApp } from '../support/running-app.ts';
import { regenerate, type Stage, startStage } from './stage.ts';
import { usableError } from './usable-error.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage({ appDirectory: FAST_APP });
});
afterAll(() => stage?.close());

const usable = (response: Response) => usableError(stage, response);

const regenerationsOf = (id: string) =>
  stage.azure.regenerations.filter((regeneration) => regeneration.accountId === id);

describe('an answer of ARM that can’t be used is no success', () => {
  const unusable: [string, Partial<Fault>][] = [
    ['200 of HTML', { status: 200, body: '<html>maintenance</html>' }],
    ['200 of an empty object', { status: 200, body: {} }],
    ['200 without one of the keys', { status: 200, body: { primaryKey: 'only-one' } }],
    ['204', { status: 204 }],
    ['a redirect', { status: 302, headers: { Location: 'https://localhost:1/' } }],
    ['half an answer', { drop: 'midway', times: 3 }],
  ];

  test.each(unusable.map(([name, fault], i) => ({ name, fault, i })))(
    '$name of listKeys',
    async ({ fault, i }) => {
      const id = stage.add(`unread-${i}`);
      stage.azure.faults.add({ operation: 'listKeys', account: id, ...fault });

      const response = await regenerate(stage.app, id);

      await usable(response);
      expect(response.status).toBeGreaterThanOrEqual(500);
      expect(regenerationsOf(id)).toStrictEqual([]);
    },
  );

  test.each(unusable.map(([name, fault], i) => ({ name, fault, i })))(
    '$name of regenerateKey: what became of the key is looked up',
    async ({ fault, i }) => {
      const id = stage.add(`unread-post-${i}`);
      stage.azure.faults.add({ operation: 'regenerateKey', account: id, carryOut: true, ...fault });

      const response = await regenerate(stage.app, id);

      expect(response.status).toBe(200);
      expect(await response.json()).toStrictEqual(stage.azure.accounts.keys(id));
      expect(regenerationsOf(id)).toHaveLength(1);
    },
  );
});

describe('no upstream text beyond ARM’s own code and message', () => {
  const body = (error: object) => ({ error, stack: 'UPSTREAM at server.cs:42', token: 'UPSTREAM' });
  test.each<[string, unknown]>([
    ['HTML', '<html><body>UPSTREAM</body></html>'],
    ['other members', body({ code: 'Conflict', message: 'Busy.', details: [{ message: 'UPSTREAM' }] })],
    ['a code that is none', body({ code: '<b>UPSTREAM</b>', message: 'Busy.' })],
    ['a message that is none', body({ code: 'Conflict', message: { text: 'UPSTREAM' } })],
    ['something like a token', body({ code: 'Conflict', message: `Busy with ${'UPSTREAM'.repeat(10)}` })],
    ['an endless message', body({ code: 'Conflict', message: `${'Busy. '.repeat(2000)}UPSTREAM` })],
    ['line breaks', body({ code: 'Conflict', message: 'Busy.\r\n\u0000\u001b[31mX-Evil: 1' })],
  ])('%s', async (name, given) => {
    const id = stage.add(`upstream-${name.replace(/\W+/g, '-')}`);
    stage.azure.faults.add({ operation: 'regenerateKey', account: id, status: 409, body: given });

    const response = await regenerate(stage.app, id);

    const error = await usable(response);
    expect(response.status).toBe(409);
    expect(error.message).not.toContain('UPSTREAM');
  });
});

describe('when something else is down', () => {
  let app: RunningApp | undefined;
  afterAll(() => app?.close());

  test('EVT-03: Event Grid refuses: the caller has its keys, and only the event is tried again', async () => {
    const id = stage.add('event-refused');
    stage.azure.faults.add({ operation: 'publish', status: 403 });

    const response = await regenerate(stage.app, id);

    expect(response.status).toBe(200);
    expect(await response.json()).toStrictEqual(stage.azure.accounts.keys(id));
    await expect
      .poll(() => stage.azure.events.filter(({ source }) => source === id), { timeout: 15_000 })
      .toHaveLength(1);
    expect(regenerationsOf(id)).toHaveLength(1);
  });

  test('ARM never takes the POST: 503, with the rotation’s id, and nothing is regenerated later', async () => {
    const id = stage.add('never-taken');
    stage.azure.faults.add({ operation: 'regenerateKey', account: id, drop: 'before', times: 3 });

    const response = await regenerate(stage.app, id);

    expect(response.status).toBe(503);
    await usable(response);
    expect(response.headers.has('retry-after')).toBe(true);
    expect(response.headers.has('x-ms-rotation-id')).toBe(true);
    expect(regenerationsOf(id)).toStrictEqual([]);
  });

  test.each([400, 403, 404, 410, 429, 500])('IDN-02: the identity answers %i', async (status) => {
    app ??= await startApp({ environment: stage.environment, appDirectory: FAST_APP });
    const id = stage.add(`identity-${status}`);
    const takeBack = stage.azure.faults.add({ operation: 'token', status, times: Infinity });

    const response = await regenerate(app, id);
    takeBack();

    expect(response.status).toBe(503);
    expect(await usable(response)).toStrictEqual({
      code: 'IdentityUnavailable',
      ...(status === 400 && { target: 'AZURE_CLIENT_ID' }),
      message: expect.stringContaining(`the identity endpoint answered ${status}. `),
    });
    expect(response.headers.has('retry-after')).toBe(true);
    expect(regenerationsOf(id)).toStrictEqual([]);
  });

  test('the storage account is down: 503, and ARM’s keys are left alone', async () => {
    const id = stage.add('storage-down');
    const connection = stage.azurite.connectionString.replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:1');
    const storageless = await startApp({
      environment: { ...stage.environment, AzureWebJobsStorage: connection },
      appDirectory: FAST_APP,
    });

    const response = await regenerate(storageless, id);
    storageless.kill();

    expect(response.status).toBe(503);
    expect(await usable(response)).toMatchObject({
      code: 'StorageUnavailable',
      message: expect.stringContaining('AzureWebJobsStorage'),
    });
    expect(response.headers.has('retry-after')).toBe(true);
    expect(regenerationsOf(id)).toStrictEqual([]);
  });
});
