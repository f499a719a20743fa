import { describe, expect, test } from 'vitest';
import { rotateDueAccounts } from '../../../src/app/background/rotate-due-accounts.ts';
import type { RequestIds, RotationStore } from '../../../src/app/ports/ports.ts';
import { serveRequest } from '../../../src/app/request/serve-request.ts';
import { TokenError } from '../../../src/app/token-error.ts';
import { startRotation } from '../../../src/core/rotation/rotation.ts';
import { createFleet, idIn, subscriptions } from '../../fakes/fleet.ts';

const [SCOPE] = subscriptions(1);
if (SCOPE?.kind !== 'subscription') throw new Error('There is one.');
const ACCOUNT = { subscriptionId: SCOPE.subscriptionId, resourceGroupName: 'rg-maps', accountName: 'one' };
const CORRELATION = '0a1b2c3d-4e5f-4a71-8b9c-0d1e2f3a4b5c';
const ANSWER = { kind: 'refused', status: 429, correlationId: CORRELATION, retryAfterSeconds: 90 } as const;
const REPEATABLE: RequestIds = {
  repeatability: '019abf3c-7e50-7cc1-8a52-2f6c3e1d9b40',
} as RequestIds;

const noToken = async () => {
  throw new TokenError(ANSWER);
};

/** An app whose storage is reached by an identity that gets no token, from some call on. */
function stage(store: Partial<RotationStore>) {
  const fleet = createFleet([SCOPE as never], () => () => ({ ids: [idIn(SCOPE as never, 'one')] }));
  const services = { ...fleet.services, store: { ...fleet.services.store, ...store } };
  const serve = (requestIds: RequestIds) =>
    serveRequest(services, { account: ACCOUNT, keyType: 'primary', requestIds }, () => 20, noToken);
  return { fleet, services, serve };
}

/** What is told of the identity, whoever asked. */
const TOLD = {
  code: 'IdentityUnavailable',
  status: 503,
  serviceStatus: 429,
  correlationId: CORRELATION,
  retryAfterSeconds: 90,
  passing: true,
};

describe('IDN-05 IDN-06: where storage is reached by an identity that gets no token', () => {
  test('a caller is told what the identity endpoint answered, and that no key was regenerated', async () => {
    const { serve, fleet } = stage({ viewAccount: noToken });

    const served = await serve({});

    expect(served).toMatchObject({ kind: 'failed', failure: TOLD });
    const { message } = (served as { failure: { message: string } }).failure;
    expect(message).toMatch(/no token for Azure Storage: the identity endpoint answered 429\./);
    expect(message).toMatch(/No key was regenerated for this request/);
    expect(message).not.toContain('AzureWebJobsStorage');
    expect(fleet.log[0]).toMatchObject({
      message: 'Storage failed a request',
      fields: { code: 'IdentityUnavailable', serviceStatus: 429, correlationId: CORRELATION },
    });
  });

  test('who repeats a request is told that an earlier one may have regenerated the key', async () => {
    const { serve } = stage({ viewAccount: noToken });

    const served = await serve(REPEATABLE);

    expect(served).toMatchObject({ kind: 'failed', failure: TOLD });
    expect((served as { failure: { message: string } }).failure.message).toMatch(
      /another one with the same id answers for itself/,
    );
  });

  test('so is who joins an earlier request', async () => {
    const names = { accountId: idIn(SCOPE as never, 'one'), accountAliases: [] };
    const repeated = startRotation({
      ...names,
      ...{ rotationId: REPEATABLE.repeatability ?? '', keyType: 'primary', command: 'regenerate' },
      ...{ trigger: 'http', reason: 'requested', before: {} },
    } as never);
    const { serve } = stage({
      viewAccount: async (named) =>
        ({ account: 'account' in named ? named.account : ACCOUNT, repeated }) as never,
      findRotation: noToken,
    });

    const served = await serve(REPEATABLE);

    expect(served).toMatchObject({ kind: 'failed', failure: TOLD });
    expect((served as { failure: { message: string } }).failure.message).toMatch(
      /earlier request with the same id regenerated the key/,
    );
  });

  test('so is who comes so far as to begin', async () => {
    const { serve } = stage({});

    const served = await serve({});

    expect(served).toMatchObject({ kind: 'failed', failure: TOLD });
  });

  test('the timer logs it of each account', async () => {
    const { services, fleet } = stage({ viewAccount: noToken });

    const run = await rotateDueAccounts(services);

    expect(run.failed).toBe(1);
    expect(fleet.log.filter(({ level }) => level === 'error')).toMatchObject([
      { fields: { code: 'IdentityUnavailable', serviceStatus: 429, correlationId: CORRELATION } },
    ]);
  });
});
