import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseKeyEvents } from '../../src/subscriber/index.ts';
import { KEY_EVENT_TYPES } from '../../src/subscriber/json-schema.ts';
import { startApp } from '../support/running-app.ts';
import { errorOf, type Stage, startStage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage?.close());

const committed = (type: string): unknown =>
  JSON.parse(readFileSync(`docs/events/${type}.schema.json`, 'utf8'));

test.each(KEY_EVENT_TYPES)('anybody gets the schema of %s that the repository has', async (type) => {
  const answer = await fetch(`${stage.app.url}/api/schemas/${type}`);

  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/schema+json');
  expect(answer.headers.get('x-ms-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(await answer.json()).toStrictEqual(committed(type));
});

test('the type is named without regard to case', async () => {
  const answer = await fetch(`${stage.app.url}/api/schemas/keyregenerated`);

  expect(await answer.json()).toStrictEqual(committed('KeyRegenerated'));
});

test('another type is not there, and the answer names those that are', async () => {
  const answer = await fetch(`${stage.app.url}/api/schemas/KeyExpired`);

  expect(answer.status).toBe(404);
  expect(await errorOf(answer)).toStrictEqual({
    code: 'EventTypeNotFound',
    message: "'KeyExpired' is no type of event; it must be one of KeyRegenerated, KeyRotationFailed.",
    target: 'eventType',
  });
});

test('it takes neither sign-in nor right settings', async () => {
  const environment = { ...stage.environment, HTTP_AUTH: 'entra', ROTATION_SCOPES: undefined };
  const app = await startApp({ environment });
  try {
    const answer = await fetch(`${app.url}/api/schemas/KeyRotationFailed`);

    expect(answer.status).toBe(200);
    expect(await answer.json()).toStrictEqual(committed('KeyRotationFailed'));
  } finally {
    app.kill();
    await app.exited;
  }
});

test('every event that arrived at the topic keeps to the contract', async () => {
  const id = stage.add('told');
  await stage.app.fetch(`/api${id}/regenerateKey`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"keyType":"primary"}',
  });

  await expect.poll(() => stage.azure.events.length).toBe(1);

  expect(parseKeyEvents(stage.azure.events)).toMatchObject([
    { type: 'KeyRegenerated', data: { accountId: id } },
  ]);
});
