import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningApp, startApp } from '../support/running-app.ts';
import { asPrincipal } from './openapi-apps.ts';
import { errorOf, json, type Stage, startStage } from './stage.ts';

/** As they were made: nobody has changed one, so the policy knows which is in use. */
const OLD = {
  primaryKeyLastUpdated: '2026-01-01T00:00:00Z',
  secondaryKeyLastUpdated: '2026-01-01T00:00:00Z',
  tags: { 'key-rotation': 'enabled' },
};
const ROLES = asPrincipal('Rotations.Read', 'Rotations.Rotate', 'Keys.Read');

let stage: Stage;
let entra: RunningApp;

beforeAll(async () => {
  stage = await startStage();
  entra = await startApp({ environment: { ...stage.environment, HTTP_AUTH: 'entra' } });
});
afterAll(async () => {
  await entra?.close();
  await stage?.close();
});

const post = (path: string, headers: Record<string, string>) => {
  const { headers: type, ...init } = json({ keyType: 'primary' });
  return fetch(`${entra.url}/api${path}`, {
    ...init,
    headers: { ...(type as Record<string, string>), ...ROLES, ...headers },
  });
};

test.each(['cross-site', 'same-site'])(
  'what a page of another site sends with the cookie of the sign-in (%s) changes nothing',
  async (site) => {
    const id = stage.add(`from-${site}`, OLD);
    const headers = { 'sec-fetch-site': site };

    const answers = [
      await post(`${id}/regenerateKey`, headers),
      await post(`${id}/rotate?force=true`, headers),
    ];

    for (const answer of answers) {
      expect(answer.status).toBe(403);
      expect(await errorOf(answer)).toMatchObject({ code: 'CrossSiteRequest' });
    }
    expect(stage.azure.regenerations.filter(({ accountId }) => accountId === id)).toEqual([]);
  },
);

test('what it reads is answered: the browser keeps the answer from it', async () => {
  const headers = { ...ROLES, 'sec-fetch-site': 'cross-site' };

  expect((await fetch(`${entra.url}/api/rotations`, { headers })).status).toBe(200);
});

test.each<[string, Record<string, string>]>([
  ['the own page', { 'sec-fetch-site': 'same-origin' }],
  ['a program', {}],
  ['a page that has a token', { 'sec-fetch-site': 'cross-site', authorization: 'Bearer a.b.c' }],
])('what %s sends is carried out', async (who, headers) => {
  const id = stage.add(`from-${who.replaceAll(' ', '-')}`, OLD);

  expect((await post(`${id}/regenerateKey`, headers)).status).toBe(200);
});
