import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../tools/local-azure/local-azure.ts';
import { FAST_APP } from '../support/global-setup.ts';
import { accountId, GROUP, regenerate, type Stage, SUBSCRIPTION, startStage } from './stage.ts';
import { usableError } from './usable-error.ts';

const UNKNOWN_SUBSCRIPTION = '11111111-2222-4333-8444-555555555555';
const OTHER_SUBSCRIPTION = '7c1d7c1d-0000-4000-8000-000000000002';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage({
    appDirectory: FAST_APP,
    environment: {
      ROTATION_SCOPES: `/subscriptions/${SUBSCRIPTION} /subscriptions/${UNKNOWN_SUBSCRIPTION}`,
    },
  });
});
afterAll(() => stage?.close());

const usable = (response: Response) => usableError(stage, response);

const regenerationsOf = (id: string) =>
  stage.azure.regenerations.filter((regeneration) => regeneration.accountId === id);

describe('HTTP-05: what ARM says passes through, with what to do', () => {
  const always = { times: Infinity };
  const kinds: [Fault, number, string, string][] = [
    [{ operation: 'listKeys', status: 404 }, 404, 'ResourceNotFound', 'Check the names'],
    [{ operation: 'listKeys', status: 400 }, 400, 'BadRequest', '400 BadRequest'],
    [
      { operation: 'listKeys', status: 500, ...always },
      500,
      'InternalServerError',
      '500 InternalServerError',
    ],
    [{ operation: 'listKeys', status: 504, ...always }, 504, 'GatewayTimeout', '504 GatewayTimeout'],
    [{ operation: 'listKeys', status: 408, ...always }, 408, 'RequestTimeout', '408 RequestTimeout'],
    [{ operation: 'listKeys', status: 503, ...always }, 503, 'ServerTimeout', '503 ServerTimeout'],
    [{ operation: 'listKeys', drop: 'before', ...always }, 503, 'Unreachable', 'ECONNRESET'],
    [{ operation: 'regenerateKey', status: 404 }, 404, 'ResourceNotFound', 'Check the names'],
    [{ operation: 'regenerateKey', status: 409 }, 409, 'Conflict', '409 Conflict'],
    [{ operation: 'regenerateKey', status: 412 }, 412, 'PreconditionFailed', 'No key was regenerated'],
    [{ operation: 'listKeys', status: 412 }, 412, 'PreconditionFailed', 'No key was regenerated'],
    [{ operation: 'regenerateKey', status: 423, code: 'Locked' }, 423, 'Locked', 'No key was regenerated'],
    [{ operation: 'regenerateKey', status: 400 }, 400, 'BadRequest', '400 BadRequest'],
    [{ operation: 'getAccount', status: 404 }, 404, 'ResourceNotFound', 'Check the names'],
  ];

  test.each(kinds.map(([fault, status, code, says], i) => ({ fault, status, code, says, i })))(
    '$fault.operation: $status $code',
    async ({ fault, status, code, says, i }) => {
      const id = stage.add(`passed-on-${i}`);
      const takeBack = stage.azure.faults.add({ ...fault, account: id });

      const response = await regenerate(stage.app, id);
      takeBack();

      const error = await usable(response);
      expect(response.status).toBe(status);
      expect(error).toStrictEqual({ code, message: expect.stringContaining(says) });
      expect(response.headers.has('retry-after')).toBe(
        [408, 409, 412, 423].includes(status) || status >= 500,
      );
      expect(response.headers.has('x-ms-rotation-id')).toBe(fault.operation === 'regenerateKey');
      expect(regenerationsOf(id)).toStrictEqual([]);
    },
  );

  test.each([
    ['listKeys', undefined, 'InvalidAuthenticationToken', 503],
    ['regenerateKey', undefined, 'InvalidAuthenticationToken', 503],
    ['getAccount', 'InvalidAuthenticationTokenTenant', 'InvalidAuthenticationTokenTenant', 500],
    ['regenerateKey', 'ExpiredAuthenticationToken', 'ExpiredAuthenticationToken', 503],
  ] as const)(
    'a %s that refuses the app itself (%s) is no 401 to the caller',
    async (operation, given, code, status) => {
      for (const way of ['regenerateKey', 'rotate?force=true']) {
        const id = stage.add(`refused-${operation}-${given}-${way.slice(0, 6)}`, {
          tags: { 'key-rotation': 'enabled' },
        });
        const takeBack = stage.azure.faults.add({
          operation,
          account: id,
          status: 401,
          ...(given && { code: given }),
        });

        const response = await stage.app.fetch(`/api${id}/${way}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"keyType":"primary"}',
        });
        takeBack();

        const error = await usable(response);
        expect(response.status).toBe(status);
        expect(error).toMatchObject({ code, message: expect.stringContaining(`answered 401 ${code}`) });
        expect(error.message).toContain('No key was regenerated for this request, and none will be');
        expect(error.message.includes('send it again')).toBe(status === 503);
        expect(response.headers.has('retry-after')).toBe(status === 503);
        expect(response.headers.has('www-authenticate')).toBe(false);
        expect(regenerationsOf(id)).toStrictEqual([]);
      }
    },
  );

  test.each([
    ['account', accountId('nowhere'), 'ResourceNotFound'],
    ['resource group', accountId('nowhere', 'rg-nowhere'), 'ResourceGroupNotFound'],
    ['subscription', accountId('nowhere', GROUP, UNKNOWN_SUBSCRIPTION), 'SubscriptionNotFound'],
  ])('404: no such %s', async (_what, id, code) => {
    const response = await regenerate(stage.app, id);

    expect(response.status).toBe(404);
    expect(await usable(response)).toMatchObject({ code });
  });

  test.each([
    ['listKeys', 'Microsoft.Maps/accounts/listKeys/action'],
    ['regenerateKey', 'Microsoft.Maps/accounts/regenerateKey/action'],
    ['getAccount', 'Microsoft.Maps/accounts/read'],
  ] as const)('ARM-08: a 403 for %s names the missing action and where', async (operation, action) => {
    const id = stage.add(`forbidden-${operation}`);
    stage.azure.faults.add({ operation, account: id, status: 403 });

    const response = await regenerate(stage.app, id);

    const error = await usable(response);
    expect(response.status).toBe(403);
    expect(error.code).toBe('AuthorizationFailed');
    expect(error.message).toContain(`needs a role with the action ${action} on ${id}`);
    const calls = stage.azure.calls.filter((call) => call.account === `forbidden-${operation}`);
    expect(calls.filter((call) => call.operation === operation)).toHaveLength(1);
    expect(regenerationsOf(id)).toStrictEqual([]);
  });

  test('names that are as long as a key are told whole', async () => {
    const group = 'ResourceGroupOfTheMapsOfAllStoresInEurope42';
    const name = 'MapAccountOfTheStorefrontInProductionEurope';
    const id = stage.azure.accounts.add({ subscriptionId: SUBSCRIPTION, resourceGroup: group, name });
    stage.azure.faults.add({ operation: 'regenerateKey', account: id, status: 403 });

    const response = await regenerate(stage.app, id);
    const rotation = await stage.app.fetch(`/api/rotations/${response.headers.get('x-ms-rotation-id')}`);

    expect((await usable(response)).message).toContain(`on ${id},`);
    expect(await rotation.json()).toMatchObject({
      accountId: id,
      error: { message: expect.stringContaining(`on ${id},`) },
    });
    expect(stage.app.log.some(({ message }) => message.includes(`"accountId":"${id}"`))).toBe(true);
  });

  test('409 ScopeLocked says to remove the lock', async () => {
    const id = stage.add('locked', { locked: true });

    const response = await regenerate(stage.app, id);

    expect(response.status).toBe(409);
    expect(await usable(response)).toMatchObject({
      code: 'ScopeLocked',
      message: expect.stringContaining('Remove the read-only lock'),
    });
  });
});

describe('HTTP-05: Retry-After', () => {
  const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toUTCString();
  test.each<[string, Fault['operation'], string | undefined, number, number]>([
    ['of a 429 of listKeys', 'listKeys', '30', 30, 30],
    ['of a 429 of regenerateKey', 'regenerateKey', '30', 30, 30],
    ['of a day', 'regenerateKey', '86400', 86_400, 86_400],
    ['ARM-21: of years, as a day', 'regenerateKey', '9007199254740991', 86_400, 86_400],
    ['ARM-21: that is negative', 'listKeys', '-5', 1, 60],
    ['ARM-21: with a fraction', 'listKeys', '1.5', 2, 2],
    ['that is a date', 'listKeys', inSeconds(600), 500, 600],
    ['that is missing', 'listKeys', undefined, 1, 60],
    ['that is nonsense', 'listKeys', 'soon', 1, 60],
    ['that is missing, for the POST', 'regenerateKey', undefined, 1, 60],
  ])('%s is told', async (name, operation, retryAfter, least, most) => {
    const id = stage.add(`retry-${name.replace(/\W+/g, '-')}`);
    const headers = retryAfter === undefined ? undefined : { 'Retry-After': retryAfter };
    stage.azure.faults.add({ operation, account: id, status: 429, ...(headers && { headers }) });

    const response = await regenerate(stage.app, id);

    expect(response.status).toBe(429);
    expect(await usable(response)).toMatchObject({ code: 'SubscriptionRequestsThrottled' });
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(least);
    expect(Number(response.headers.get('retry-after'))).toBeLessThanOrEqual(most);
    expect(regenerationsOf(id)).toStrictEqual([]);
  });
});

describe('AccountOutOfScope', () => {
  test.each(['regenerateKey', 'rotate'])('%s: 403, and ARM is not asked', async (operation) => {
    const id = accountId('maps-1', GROUP, OTHER_SUBSCRIPTION);

    const response = await stage.app.fetch(`/api${id}/${operation}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"keyType":"primary"}',
    });

    expect(response.status).toBe(403);
    expect(await usable(response)).toMatchObject({
      code: 'AccountOutOfScope',
      target: 'ROTATION_SCOPES',
      message: expect.stringContaining(id),
    });
    expect(stage.azure.calls.filter(({ path }) => path.includes(OTHER_SUBSCRIPTION))).toStrictEqual([]);
  });
});
