import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { toFailure, wasNeverSent } from '../../src/adapters/azure-failure.ts';
import { createCredential } from '../../src/adapters/identity/credential.ts';
import { stubIdentityEndpoint } from '../support/identity-endpoint.ts';
import type { Answer } from '../tools/local-azure/helpers.ts';
import { trustedAzure } from '../tools/local-azure/helpers.ts';
import { differences } from './matcher.ts';
import type { Recording } from './recording.ts';
import * as shapes from './shapes/managed-identity.ts';

const site = {
  service: 'Azure Resource Manager',
  action: 'Microsoft.Maps/accounts/read',
  scope: '/s',
} as const;
let playing: Recording = shapes.TOKEN;

beforeAll(() =>
  stubIdentityEndpoint((_, response) => {
    response.writeHead(playing.status, playing.headers).end(JSON.stringify(playing.body));
  }),
);

afterAll(() => void vi.unstubAllEnvs());

function ask(resource: string) {
  const credential = createCredential(
    { isInAzure: true, resourceManagerEndpoint: 'https://management.azure.com' },
    5,
  );
  return credential.getToken(`${resource}/.default`);
}

test.each([
  ['IDN-01: knows no such identity', shapes.NO_IDENTITY],
  ['IDN-02: gets no token', shapes.NO_TOKEN],
])('the adapter takes it that the platform %s', async (_, recording) => {
  playing = recording;

  const thrown = await ask('https://management.azure.com').catch((error: unknown) => error);

  const correlationId = recording.headers['x-correlation-id'];
  expect(correlationId).toMatch(/^[0-9a-f-]{36}$/);
  expect(toFailure(thrown, site)).toMatchObject({
    code: 'IdentityUnavailable',
    passing: true,
    correlationId,
  });
  expect(wasNeverSent(thrown)).toBe(true);
});

test('the adapter takes the id of a refusal from its header where the body has none', async () => {
  playing = { ...shapes.NO_TOKEN, body: { statusCode: 500 } };

  const thrown = await ask('https://management.azure.com').catch((error: unknown) => error);

  const correlationId = shapes.NO_TOKEN.headers['x-correlation-id'];
  expect(toFailure(thrown, site)).toMatchObject({ serviceStatus: 500, correlationId });
});

test('the adapter takes a token', async () => {
  playing = shapes.TOKEN;

  const token = await ask('https://recorded.example');

  // The library counts from the present second on.
  expect(Math.abs((token?.expiresOnTimestamp ?? 0) - 1_791_281_687_000)).toBeLessThan(2_000);
});

test.each([
  ['a token', shapes.TOKEN],
  ['an unknown identity', shapes.NO_IDENTITY],
  ['an unknown resource', shapes.NO_TOKEN],
])('the local Azure answers %s as was recorded', async (_, recording) => {
  const azure = await trustedAzure();

  const address = new URL(recording.path, azure.identityEndpoint);
  const response = await fetch(address, { headers: { 'x-identity-header': azure.identityHeader } });

  const answer: Answer = { status: response.status, headers: response.headers, body: await response.json() };
  expect(differences(recording, answer)).toEqual([]);
});
