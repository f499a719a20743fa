import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningApp, startApp } from '../support/running-app.ts';
import { accountId, type ErrorBody, type Stage, startStage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
  stage.add('untouched', { tags: { 'key-rotation': 'enabled' }, createdAt: '2020-01-01T00:00:00Z' });
});
afterAll(() => stage?.close());

const CALLS: readonly [string, string][] = [
  ['POST', `/api${accountId('untouched')}/regenerateKey`],
  ['POST', `/api${accountId('untouched')}/rotate`],
  ['GET', '/api/rotations'],
  ['GET', '/api/rotations/0199c0de-0000-7000-8000-000000000000'],
  ['GET', '/api/openapi.json'],
];

const send = (app: RunningApp, method: string, path: string) =>
  app.fetch(path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(method === 'POST' && { body: '{"keyType":"primary"}' }),
  });

const errorsOf = (app: RunningApp) =>
  app.log.filter(({ level }) => level === 'error').map(({ message }) => message);

type Change = Record<string, string | undefined>;

async function withApp<T>(change: Change, use: (app: RunningApp) => Promise<T>): Promise<T> {
  const app = await startApp({ environment: { ...stage.environment, ...change } });
  try {
    return await use(app);
  } finally {
    app.kill();
    await app.exited;
  }
}

describe('a setting that is missing or wrong', () => {
  const identity = {
    AzureWebJobsStorage: undefined,
    AzureWebJobsStorage__queueServiceUri: 'queue',
    AzureWebJobsStorage__tableServiceUri: 'table',
  };
  const cases: [string, Change, string, string][] = [
    ['PROC-03: no scopes', { ROTATION_SCOPES: undefined }, 'ROTATION_SCOPES', 'is missing'],
    ['PROC-03: no topic', { EVENT_GRID_TOPIC_ENDPOINT: '' }, 'EVENT_GRID_TOPIC_ENDPOINT', 'is missing'],
    ['PROC-03: an unknown sign-in', { HTTP_AUTH: 'none' }, 'HTTP_AUTH', 'key, entra'],
    ['PROC-04: no storage', { AzureWebJobsStorage: undefined }, 'AzureWebJobsStorage', 'is missing'],
    ['PROC-04: a storage that is none', identity, 'AzureWebJobsStorage', 'https'],
    ['KEY-05: a max age of nothing', { ROTATION_MAX_AGE: 'P0D' }, 'ROTATION_MAX_AGE', 'ISO 8601'],
    [
      'KEY-05: a max age below the overlap',
      { ROTATION_MAX_AGE: 'P13D' },
      'ROTATION_MAX_AGE',
      'twice the overlap',
    ],
  ];

  test.each(cases.map(([name, change, target, says]) => ({ name, change, target, says })))(
    '$name: every function is there, and says what is wrong',
    async ({ change, target, says }) => {
      await withApp(change, async (app) => {
        const answers = await Promise.all(CALLS.map(([method, path]) => send(app, method, path)));
        const health = await fetch(`${app.url}/api/health`);
        const timers = [await app.invoke('rotateDueAccounts'), await app.invoke('reconcileRotations')];

        const error = { code: 'InvalidConfiguration', target, message: expect.stringContaining(says) };
        for (const answer of answers) {
          const body = (await answer.json()) as ErrorBody;
          expect(answer.status).toBe(500);
          expect(body).toStrictEqual({ error });
          expect(body.error.message).toContain(`The app setting ${target} `);
          expect(answer.headers.get('x-ms-request-id')).toMatch(/^[0-9a-f-]{36}$/);
        }
        expect(health.status).toBe(503);
        expect(await health.json()).toStrictEqual({ status: 'unhealthy', settings: [target] });
        expect(timers.map(({ status }) => status)).toStrictEqual([500, 500]);
        expect(
          errorsOf(app).filter((line) => line.includes(`The app setting ${target} `)).length,
        ).toBeGreaterThan(1);
        expect(namesOf(app)).toStrictEqual(namesOf(stage.app));
        expect(stage.azure.calls).toStrictEqual([]);
      });
    },
  );

  test('SEC-04: an unknown HTTP_AUTH opens nothing', async () => {
    await withApp({ HTTP_AUTH: 'anonymous' }, async (app) => {
      const answers = await Promise.all(CALLS.map(([method, path]) => fetch(app.url + path, { method })));

      expect(answers.map(({ status }) => status)).toStrictEqual([401, 401, 401, 401, 401]);
    });
  });
});

/** The host prints more of a function than its name. */
function namesOf(app: RunningApp): string[] {
  return app.functions.map(({ name }) => name).sort();
}

describe('ROTATION_SCHEDULE', () => {
  const definitionOf = async (app: RunningApp) => {
    const response = await fetch(`${app.url}/admin/functions/rotateDueAccounts`, {
      headers: { 'x-functions-key': app.masterKey },
    });
    return JSON.stringify(await response.json());
  };

  test('a wrong one: the timer runs by the default, and does its work, but each run is an error', async () => {
    await withApp({ ROTATION_SCHEDULE: '0 0 3 * * 7' }, async (app) => {
      const runs = [await app.invoke('rotateDueAccounts'), await app.invoke('rotateDueAccounts')];
      const answer = await app.fetch('/api/rotations');
      const health = await fetch(`${app.url}/api/health`);

      expect(await definitionOf(app)).toContain('"schedule":"0 0 3 * * *"');
      expect(runs.map(({ status }) => status)).toStrictEqual([500, 500]);
      const told = errorsOf(app).filter((line) => line.includes('The app setting ROTATION_SCHEDULE '));
      expect(told.length).toBeGreaterThanOrEqual(2);
      expect(answer.status).toBe(500);
      expect(await answer.json()).toMatchObject({
        error: { target: 'ROTATION_SCHEDULE', message: expect.stringContaining("'0 0 3 * * 7'") },
      });
      expect(health.status).toBe(503);
      await expect.poll(() => stage.azure.regenerations.length, { timeout: 15_000 }).toBe(1);
    });
  });

  test('a right one is that of the timer', async () => {
    await withApp({ ROTATION_SCHEDULE: '0 0/30 8-18 * * Mon-Friday' }, async (app) => {
      expect(await definitionOf(app)).toContain('"schedule":"0 0/30 8-18 * * Mon-Friday"');
      expect((await app.fetch('/api/rotations')).status).toBe(200);
    });
  });
});

test('KEY-05: an empty max age is the default: what is younger is not rotated', async () => {
  await withApp({ ROTATION_MAX_AGE: '', ROTATION_OVERLAP: ' ' }, async (app) => {
    const lately = new Date(Date.now() - 10 * 86_400_000);
    const id = stage.add('young', {
      tags: { 'key-rotation': 'enabled' },
      primaryKeyLastUpdated: lately,
      secondaryKeyLastUpdated: lately,
    });

    const response = await app.fetch(`/api${id}/rotate`, { method: 'POST' });

    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ error: { code: 'NotDue' } });
  });
});
