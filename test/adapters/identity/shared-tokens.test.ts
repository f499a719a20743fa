import type { HttpClient } from '@azure/core-rest-pipeline';
import {
  bearerTokenAuthenticationPolicy,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
} from '@azure/core-rest-pipeline';
import type { AccessToken, TokenCredential } from '@azure/identity';
import { describe, expect, test } from 'vitest';
import { tellingAnswers } from '../../../src/adapters/identity/identity-exchange.ts';
import { sharingTokens } from '../../../src/adapters/identity/shared-tokens.ts';

const ARM = 'https://management.azure.com/.default';
const TOPIC = 'https://eventgrid.azure.net/.default';

/** Answers when it is told to; each call has a number. */
function slowCredential() {
  const asked: { scope: string; answer: (token: AccessToken) => void; fail: (error: Error) => void }[] = [];
  const credential: TokenCredential = {
    getToken: (scopes) =>
      new Promise((answer, fail) => {
        asked.push({ scope: [scopes].flat().join(' '), answer, fail });
      }),
  };
  return { asked, credential: sharingTokens(credential) };
}

const token = (name: string): AccessToken => ({ token: name, expiresOnTimestamp: 0 });
const lasting = (name: string): AccessToken => ({ token: name, expiresOnTimestamp: Date.now() + 3_600_000 });

describe('IDN-05: one call for a token of each audience is under way', () => {
  test('however many ask, and in whichever form', async () => {
    const { asked, credential } = slowCredential();

    const waiting = Array.from({ length: 16 }, (_, i) =>
      Promise.all([
        credential.getToken(i % 2 ? ARM : [ARM]),
        credential.getToken(TOPIC, { abortSignal: new AbortController().signal }),
      ]),
    );
    for (const { scope, answer } of asked) answer(token(scope));
    const tokens = await Promise.all(waiting);

    expect(asked.map(({ scope }) => scope)).toEqual([ARM, TOPIC]);
    expect(new Set(tokens.flat().map((one) => one?.token))).toEqual(new Set([ARM, TOPIC]));
  });

  test('who stops waiting leaves the others waiting, though a client of the SDK shares his signal among them', async () => {
    const { asked, credential } = slowCredential();
    const http: HttpClient = {
      sendRequest: async (request) => {
        if (request.abortSignal?.aborted) throw new DOMException('It was aborted.', 'AbortError');
        return { request, status: 200, headers: createHttpHeaders() };
      },
    };
    const pipeline = createEmptyPipeline();
    pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes: ARM }));
    const send = (abortSignal: AbortSignal) =>
      pipeline.sendRequest(http, createPipelineRequest({ url: 'https://localhost', abortSignal }));
    const first = AbortSignal.timeout(150);

    const aborted = send(first);
    const patient = send(new AbortController().signal);
    setTimeout(() => asked[0]?.answer(lasting('good')), 250);

    const outcomes = await Promise.allSettled([aborted, patient]);
    expect(outcomes).toMatchObject([
      { status: 'rejected', reason: { name: 'AbortError' } },
      { status: 'fulfilled', value: { status: 200 } },
    ]);
    expect(asked).toHaveLength(1);
  });

  test('and one that nobody answers ends by itself', async () => {
    const credential = sharingTokens(tellingAnswers({ getToken: () => new Promise(() => undefined) }, 0.1));

    const outcomes = await Promise.allSettled([credential.getToken(ARM), credential.getToken(ARM)]);

    expect(outcomes).toMatchObject([{ reason: { name: 'TokenError' } }, { reason: { name: 'TokenError' } }]);
  });

  test('that fails is told to all, and kept from nobody who asks later', async () => {
    const { asked, credential } = slowCredential();
    const failing = [credential.getToken(ARM), credential.getToken(ARM)];

    asked[0]?.fail(new Error('no'));
    const outcomes = await Promise.allSettled(failing);
    const next = credential.getToken(ARM);
    asked[1]?.answer(token('good'));

    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await next).toMatchObject({ token: 'good' });
  });

  test('is not the one that a challenge with claims asks for', () => {
    const { asked, credential } = slowCredential();

    void credential.getToken(ARM);
    void credential.getToken(ARM, { claims: '{}' });

    expect(asked).toHaveLength(2);
  });
});
