import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { toFailure } from '../../../src/adapters/azure-failure.ts';
import type { CallSite } from '../../../src/adapters/call-site.ts';
import { createCredential } from '../../../src/adapters/identity/credential.ts';
import { stubIdentityEndpoint } from '../../support/identity-endpoint.ts';

const CORRELATION = '0a1b2c3d-4e5f-4a71-8b9c-0d1e2f3a4b5c';
const SITE: CallSite = { service: 'Event Grid', action: 'send', scope: 'the topic' };

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

let answers: readonly Answer[] = [];
let asked: string[] = [];

/** It answers in turn, and with the last one from then on. */
beforeAll(() =>
  stubIdentityEndpoint((request, response) => {
    asked.push(new URL(request.url ?? '', 'http://localhost').searchParams.get('resource') ?? '');
    answers[Math.min(asked.length, answers.length) - 1]?.(response, request);
  }),
);

afterAll(() => void vi.unstubAllEnvs());

function credentialFor(...given: Answer[]) {
  answers = given;
  asked = [];
  return createCredential({ isInAzure: true, resourceManagerEndpoint: 'https://management.azure.com' }, 1.5);
}

const json =
  (status: number, body: object, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };

const text =
  (status: number, body: string, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, headers).end(body);
  };

/** As App Service writes it. */
const refusal = (status: number, headers: Record<string, string> = {}): Answer =>
  json(status, { statusCode: status, message: 'WORDS', correlationId: CORRELATION }, headers);

let made = 0;

/** The SDK keeps tokens for the process, so each test has an audience of its own. */
function audience(): string {
  made += 1;
  return `https://resource-${made}.azure.net`;
}

const token = (resource: string): Answer => {
  const expires_on = String(Math.floor(Date.now() / 1000) + 3600);
  return json(200, { access_token: 'token', expires_on, resource, token_type: 'Bearer' });
};

async function failureFor(...given: Answer[]) {
  const credential = credentialFor(...given);
  const begun = performance.now();
  const thrown = await credential.getToken(`${audience()}/.default`).catch((error: unknown) => error);
  return { failure: toFailure(thrown, SITE), seconds: (performance.now() - begun) / 1000 };
}

describe('IDN-06: what the identity endpoint answered is kept, and the advice fits it', () => {
  test.each<[string, Answer, RegExp, number | undefined]>([
    ['400', refusal(400), /answered 400\. .*AZURE_CLIENT_ID/, 400],
    ['403', refusal(403), /answered 403\. .*proxy/, 403],
    ['404', refusal(404), /answered 404\. .*no identity endpoint/, 404],
    ['410', refusal(410), /answered 410\. .*updating/, 410],
    ['500', refusal(500), /answered 500\. .*in error/, 500],
    ['503 without a body', text(503, ''), /answered 503\. .*in error/, 503],
    ['a page', text(200, '<html>WORDS</html>'), /answered 200\. .*JSON/, 200],
    ['nothing', text(200, ''), /answered 200\. .*answered nothing/, 200],
    ['a broken connection', (response) => response.destroy(), /gave no answer\. /, undefined],
    ['no answer', () => undefined, /gave no answer\. /, undefined],
  ])('%s', async (_name, answer, says, serviceStatus) => {
    const { failure } = await failureFor(answer);

    expect(failure).toMatchObject({ status: 503, code: 'IdentityUnavailable', passing: true });
    expect(failure.message).toMatch(says);
    expect(failure.message).not.toContain('WORDS');
    expect(failure.serviceStatus).toBe(serviceStatus);
    expect(failure.target).toBe(serviceStatus === 400 ? 'AZURE_CLIENT_ID' : undefined);
    const isRefusal = [400, 403, 404, 410, 500].includes(serviceStatus ?? 0);
    expect(failure.correlationId).toBe(isRefusal ? CORRELATION : undefined);
  });
});

describe('WAIT-01: no token is waited for as long as the identity endpoint says', () => {
  test.each([429, 503])('%i', async (status) => {
    const { failure, seconds } = await failureFor(refusal(status, { 'Retry-After': '20' }));

    expect(failure).toMatchObject({ retryAfterSeconds: 20, serviceStatus: status });
    expect(seconds).toBeLessThan(3);
    expect(asked).toHaveLength(1);
  });
});

test('what goes on is tried twice, whether it is an answer or none', async () => {
  await failureFor(refusal(500));
  expect(asked).toHaveLength(2);

  await failureFor((response) => response.destroy(), refusal(500));
  expect(asked).toHaveLength(2);
});

test('a 5xx that is over at once is got over', async () => {
  const resource = audience();
  const credential = credentialFor(refusal(500), token(resource));

  expect(await credential.getToken(`${resource}/.default`)).toMatchObject({ token: 'token' });
});

test('IDN-05: a cold process makes one call for each audience, whatever asks', async () => {
  const [arm, topic, vault, storage] = [audience(), audience(), audience(), audience()];
  const late: Answer = (response, request) => {
    const resource = new URL(request.url ?? '', 'http://localhost').searchParams.get('resource') ?? '';
    setTimeout(() => token(resource)(response, request), 50);
  };
  const credential = credentialFor(late);

  const tokens = await Promise.all(
    Array.from({ length: 16 }, () =>
      [arm, topic, vault, storage].map((one) => credential.getToken(`${one}/.default`)),
    ).flat(),
  );

  expect(tokens).toHaveLength(64);
  expect(asked.sort()).toEqual([arm, topic, vault, storage].sort());
});
