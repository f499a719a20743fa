import { inspect } from 'node:util';
import { createHttpHeaders, createPipelineRequest, RestError } from '@azure/core-rest-pipeline';
import { InvocationContext } from '@azure/functions';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeError, isStorageError } from '../../src/app/thrown-error.ts';
import { TokenError } from '../../src/app/token-error.ts';
import * as loadedParts from '../../src/composition/loaded.ts';
import { reconcileRotationsHandler } from '../../src/functions/reconcile-rotations.ts';
import { rotateDueAccountsHandler } from '../../src/functions/rotate-due-accounts.ts';
import type { Loaded, Runtime } from '../../src/functions/runtime/runtime.ts';
import { httpHandler, inBackground, toLog } from '../../src/functions/runtime/runtime.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { arbitraryDisguise, arbitraryKey, holdsKey } from '../support/disguises.ts';

const REQUEST_ID = '019abf3c-7e50-7cc1-8a52-2f6c3e1d9b40';

/** As the storage SDKs throw it: the body stands in the message, the code beside it. */
function storageError(body: string, code: string | undefined, requestId = REQUEST_ID): RestError {
  const request = createPipelineRequest({ url: 'https://localhost' });
  const headers = createHttpHeaders({ 'x-ms-request-id': requestId });
  return new RestError(body, {
    statusCode: 503,
    ...(code !== undefined && { code }),
    response: { request, status: 503, headers, bodyAsText: body },
  });
}

function stage(loaded: Partial<Loaded>) {
  const lines: string[] = [];
  const app = { settings: {} as Settings, services: () => ({}) as never };
  const runtime: Runtime = {
    authLevel: 'function',
    load: async () => ({ loaded: { ...loadedParts, ...loaded }, app }),
  };
  const context = new InvocationContext({
    functionName: 'driveRotation',
    invocationId: REQUEST_ID,
    logHandler: (_level, ...args) => void lines.push(args.join(' ')),
  });
  return { runtime, context, lines };
}

/** All that a host can print of what a function threw. */
function printed(error: unknown): string {
  const { message, stack } = error as Error;
  return [message, stack, String(error), inspect(error, { depth: 9, showHidden: true })].join('\n');
}

async function failureOf(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
}

describe('SEC-05: what a queue or timer function throws', () => {
  test('tells the host the code and the id of the request, and not the body', async () => {
    const { runtime, context } = stage({});
    const thrown = storageError('<m>sig=SECRET</m>', 'ServerBusy');

    const error = await failureOf(() =>
      inBackground(runtime, context, async () => {
        throw thrown;
      }),
    );

    expect(error).toMatchObject({ name: 'WorkFailedError', code: 'ServerBusy' });
    expect((error as Error).message).toContain(`(503 ServerBusy, request ${REQUEST_ID})`);
    expect((error as Error).message).toContain('AzureWebJobsStorage');
    expect(printed(error)).not.toContain('SECRET');
    expect((error as Error).stack).toMatch(/\n {4}at .*thrown\.test\.ts:\d+:\d+/);
  });

  test('of the Table client, the code is in the body that it has read', async () => {
    const { runtime, context } = stage({});
    const details = { odataError: { code: 'OperationTimedOut', message: { value: 'SECRET' } } };
    const thrown = Object.assign(storageError('SECRET', undefined), { details });

    const error = await failureOf(() =>
      inBackground(runtime, context, async () => {
        throw thrown;
      }),
    );

    expect((error as Error).message).toContain('503 OperationTimedOut');
    expect(printed(error)).not.toContain('SECRET');
  });

  test('the timer says itself what it has to say', async () => {
    const failure = { code: 'Conflict', message: 'Azure says no.', status: 409, passing: true };
    const { runtime, context } = stage({
      rotateDueAccounts: async () => ({
        ...{ seen: 0, due: 0, overdue: 0, skipped: 0, failed: 0, unread: 0, unreadable: 0 },
        failedScopes: [{ scope: '/subscriptions/x', failure }],
      }),
    });

    const error = await failureOf(() => rotateDueAccountsHandler(runtime)({} as never, context));

    expect((error as Error).message).toBe(
      'Not every scope could be listed. /subscriptions/x: Azure says no.',
    );
  });

  test('so does the one that reconciles', async () => {
    const { runtime, context } = stage({
      reconcile: async () => ({ open: 0, woken: 0, closed: 0, failed: 2, expired: 0 }),
    });

    const error = await failureOf(() => reconcileRotationsHandler(runtime)({} as never, context));

    expect((error as Error).message).toBe('2 rotations could not be looked at; the log names them.');
  });

  test.each([undefined, null, 'a text', 7, {}, { stack: 5, code: {}, response: null }])(
    'it copes with %j',
    async (thrown) => {
      const { runtime, context } = stage({});

      const error = await failureOf(() =>
        inBackground(runtime, context, async () => {
          throw thrown;
        }),
      );

      expect((error as Error).message).toMatch(/^The work met an error of this app \(Error\)\./);
    },
  );
});

describe('SEC-05 SEC-07: a key that storage echoes is in no log, no answer and nothing that the host prints', () => {
  test('whatever part of the error has it', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryKey(), arbitraryDisguise(), fc.nat(5), async (key, disguise, place) => {
        const echo = disguise(key);
        const plain = echo.replace(/[^\x20-\x7e]/g, '');
        const thrown = [
          () => storageError(echo, 'ServerBusy'),
          () => storageError('', echo),
          () => storageError('', undefined, plain),
          () => Object.assign(new Error(echo), { name: echo, code: echo, statusCode: echo }),
          () => Object.assign(storageError('', undefined), { details: { odataError: { code: echo } } }),
          () => new Error('outer', { cause: new Error(echo) }),
        ][place]?.();
        const { runtime, context, lines } = stage({});
        const rethrow = async () => {
          throw thrown;
        };

        const error = await failureOf(() => inBackground(runtime, context, rethrow));
        const request = { headers: new Headers() } as never;
        const answer = await httpHandler(runtime, () => [], rethrow)(request, context);

        const told = [
          printed(error),
          JSON.stringify(answer),
          ...lines,
          JSON.stringify(describeError(thrown)),
        ];
        expect(lines).toHaveLength(1);
        expect(told.filter((text) => holdsKey(text, key))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

test('SEC-08: a log line holds nothing that a terminal obeys', () => {
  const { context, lines } = stage({});

  toLog(context).error('Dropped', { text: 'a\x1b[2J\x9b2J\u202e\u2028\nb' });

  expect(lines).toEqual([String.raw`{"message":"Dropped","text":"a\u001b[2J\u009b2J\u202e\u2028\nb"}`]);
});

describe('IDN-06: that storage was given no token is told as that', () => {
  const correlationId = '0a1b2c3d-4e5f-4a71-8b9c-0d1e2f3a4b5c';
  const said = { kind: 'refused', status: 429, correlationId, retryAfterSeconds: 40 } as const;
  const rethrow = async () => {
    throw new TokenError(said, { cause: new Error('WORDS') });
  };

  test('to who asks over HTTP', async () => {
    const { runtime, context, lines } = stage({});
    const request = { headers: new Headers() } as never;

    const answer = JSON.stringify(await httpHandler(runtime, () => [], rethrow)(request, context));

    expect(answer).toMatch(/IdentityUnavailable.*endpoint answered 429.*not finished/);
    expect(answer).toMatch(/"status":503/);
    expect(answer).toMatch(/"retry-after":"?40\b/i);
    expect(answer).not.toMatch(/AzureWebJobsStorage|WORDS/);
    expect(lines.join()).toContain(`"correlationId":"${correlationId}"`);
    expect(lines.join()).toContain('"serviceStatus":429');
  });

  test('to the host of a queue or timer function', async () => {
    const { runtime, context } = stage({});

    const error = await failureOf(() => inBackground(runtime, context, rethrow));

    expect(error).toMatchObject({ name: 'WorkFailedError', code: 'IdentityUnavailable' });
    expect((error as Error).message).toMatch(/endpoint answered 429\..* is done again/);
    expect((error as Error).message).toContain(correlationId);
    expect(printed(error)).not.toMatch(/AzureWebJobsStorage|WORDS/);
  });
});

test('IDN-06: that storage was given no token is told with what the identity endpoint answered', () => {
  const correlationId = '0a1b2c3d-4e5f-4a71-8b9c-0d1e2f3a4b5c';
  const error = new TokenError(
    { kind: 'refused', status: 403, correlationId },
    { cause: new Error('WORDS') },
  );

  const described = describeError(error);

  expect(isStorageError(error)).toBe(true);
  expect(described).toMatchObject({
    ...{ name: 'TokenError', code: 'IdentityUnavailable', serviceStatus: 403, correlationId },
  });
  expect(JSON.stringify(described)).not.toContain('WORDS');
});
