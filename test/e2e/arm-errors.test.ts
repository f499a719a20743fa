import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Fault } from '../../tools/local-azure/local-azure.ts';
import { keyMarker } from '../../tools/local-azure/local-azure.ts';
import { expectError, expectNothingAfterEnd } from '../support/expectations.ts';
import { calls, regenerateKey, rotationRows } from '../support/observe.ts';
import type { RunningApp } from '../support/running-app.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
let app: RunningApp;

beforeAll(async () => {
  world = await startWorld();
  app = await world.start();
});

afterAll(async () => {
  expectNothingAfterEnd(world);
  await world?.close();
});

describe.concurrent('an order over HTTP', () => {
  test.for<[string, Fault, number[]]>([
    ['a 500', { operation: 'listKeys', status: 500, times: 9 }, [500, 503]],
    ['a broken connection', { operation: 'listKeys', drop: 'before', times: 9 }, [503]],
    ['no answer', { operation: 'listKeys', delayMs: Number.POSITIVE_INFINITY, times: 9 }, [503]],
    ['a 429', { operation: 'listKeys', status: 429, headers: { 'Retry-After': '86400' }, times: 9 }, [429]],
    ['a 403', { operation: 'getAccount', status: 403, times: 9 }, [403]],
    ['a 404', { operation: 'getAccount', status: 404, times: 9 }, [404]],
  ])(
    '%s where the account is read stops it before the key is touched',
    async ([, fault, statuses], { expect }) => {
      const accountId = world.addAccount();
      world.azure.faults.add({ account: accountId, ...fault });

      const answer = await regenerateKey(app, accountId, 'primary');

      expectError(answer, statuses);
      expect(answer.seconds).toBeLessThan(9.5);
      expect(calls(world, 'regenerateKey', accountId)).toEqual([]);
      expect(await rotationRows(world, accountId)).toEqual([]);
    },
  );

  test('LIST-04: an account that is gone is a 404', async ({ expect }) => {
    const accountId = `${world.addAccount()}-gone`;

    const answer = await regenerateKey(app, accountId, 'primary');

    expectError(answer, [404], 'ResourceNotFound');
    expect(await rotationRows(world, accountId)).toEqual([]);
  });

  test('an error body of ARM that holds a key is not passed on as it is', async ({ expect }) => {
    const accountId = world.addAccount();
    const { primaryKey, secondaryKey } = world.azure.accounts.keys(accountId);
    const body = {
      error: { code: primaryKey, message: `no ${primaryKey} (${secondaryKey})`, keys: primaryKey },
    };
    world.azure.faults.add({ operation: 'regenerateKey', account: accountId, status: 400, body });

    const answer = await regenerateKey(app, accountId, 'primary');

    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.text).not.toContain(keyMarker);
    expect(JSON.stringify(await rotationRows(world, accountId))).not.toContain(keyMarker);
  });

  test('ARM-10: an address that does not resolve is a 503 that says so', async ({ expect }) => {
    const lost = await world.start({ AZURE_RESOURCE_MANAGER_ENDPOINT: 'https://nowhere.invalid' });
    const accountId = world.addAccount();

    const answer = await regenerateKey(lost, accountId, 'primary');
    await lost.close();

    expectError(answer, [503]);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answer.body.error?.message).toContain('Azure Resource Manager');
  });
});
