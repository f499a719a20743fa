import type { AccessToken, TokenCredential } from '@azure/identity';
import { describe, expect, test } from 'vitest';
import { sharingTokens } from '../../src/adapters/shared-tokens.ts';

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

  test('who stops waiting leaves the others waiting', async () => {
    const { asked, credential } = slowCredential();
    const first = new AbortController();
    const aborted = credential.getToken(ARM, { abortSignal: first.signal });
    const patient = credential.getToken(ARM);

    first.abort();
    const late = credential.getToken(ARM, { abortSignal: first.signal });

    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
    await expect(late).rejects.toMatchObject({ name: 'AbortError' });
    asked[0]?.answer(token('good'));
    expect(await patient).toMatchObject({ token: 'good' });
    expect(asked).toHaveLength(1);
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

  test('that fails with nobody waiting any more is no unhandled rejection', async () => {
    const { asked, credential } = slowCredential();
    const controller = new AbortController();
    const waiting = credential.getToken(ARM, { abortSignal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toThrow();

    asked[0]?.fail(new Error('no'));
    await new Promise((resolve) => setImmediate(resolve));
  });
});
