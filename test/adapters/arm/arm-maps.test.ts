import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createArmMaps } from '../../../src/adapters/arm/arm-maps.ts';
import type { Account } from '../../../src/core/account/account.ts';
import { TIMINGS } from '../../../src/core/rotation/timings.ts';
import type { Fault, LocalAzure } from '../../../tools/local-azure/local-azure.ts';
import { group, localCredential, subscription, trustedAzure } from '../../tools/local-azure/helpers.ts';

const account: Account = { subscriptionId: subscription, resourceGroupName: group, accountName: 'Maps1' };

/** An instance whose clock is wrong by days. */
const WRONG = Date.parse('2026-11-20T00:00:00Z');

function armOf(azure: LocalAzure, endpoint = azure.endpoint, postTimeout: number = TIMINGS.postTimeout) {
  return createArmMaps({
    endpoint,
    credential: localCredential(azure),
    timings: { ...TIMINGS, postTimeout },
    now: () => WRONG,
  });
}

function posts(azure: LocalAzure) {
  return azure.calls.filter(({ operation }) => operation === 'regenerateKey');
}

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('a reading of the keys', () => {
  test("has ARM's time, not that of an instance whose clock is wrong", async () => {
    const azure = await trustedAzure();
    const date = 'Sat, 05 Dec 2026 12:00:00 GMT';
    azure.faults.add({
      operation: 'listKeys',
      status: 200,
      headers: { Date: date },
      body: azure.accounts.keys(posixId()),
    });

    const read = await armOf(azure).readKeys(account);

    expect(read).toMatchObject({ kind: 'ok', value: { now: Date.parse(date) } });
  });

  test('has the time of the instance where ARM says none that can be read', async () => {
    const azure = await trustedAzure();
    azure.faults.add({
      operation: 'listKeys',
      status: 200,
      headers: { Date: 'today' },
      body: azure.accounts.keys(posixId()),
    });

    const read = await armOf(azure).readKeys(account);

    expect(read).toMatchObject({ kind: 'ok', value: { now: WRONG } });
  });
});

function posixId(): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Maps/accounts/Maps1`;
}

describe('a POST that may have been carried out is settled', () => {
  const hanging: Omit<Fault, 'operation'> = { delayMs: Number.POSITIVE_INFINITY };

  test('that nobody answered: by when it left', async () => {
    const azure = await trustedAzure();
    azure.faults.add({ operation: 'regenerateKey', ...hanging });

    const outcome = await armOf(azure, azure.endpoint, 0.3).regenerateKey(
      account,
      'primary',
      async () => true,
    );

    expect(outcome).toMatchObject({ kind: 'unanswered', failure: { code: 'Timeout' } });
    const seconds = outcome.kind === 'unanswered' ? outcome.settleSeconds : 0;
    expect(seconds).toBeGreaterThan(TIMINGS.settleTimedOut - 2);
    expect(seconds).toBeLessThanOrEqual(TIMINGS.settleTimedOut - 0.25);
  });

  test('that the caller left after all of ten seconds: about ten seconds later', {
    timeout: 15_000,
  }, async () => {
    const azure = await trustedAzure();
    azure.faults.add({ operation: 'regenerateKey', ...hanging });

    const outcome = await armOf(azure).regenerateKey(account, 'primary', async () => true);

    const seconds = outcome.kind === 'unanswered' ? outcome.settleSeconds : 0;
    expect(Math.abs(seconds - (TIMINGS.settleTimedOut - TIMINGS.postTimeout))).toBeLessThan(0.5);
  });

  test.each([
    ['whose connection broke', { drop: 'before' }, TIMINGS.settleDropped],
    ['whose connection broke after it was carried out', { drop: 'after' }, TIMINGS.settleDropped],
  ] as const)('%s: some time after that', async (_, fault, settleSeconds) => {
    const azure = await trustedAzure();
    azure.faults.add({ operation: 'regenerateKey', ...fault });

    const outcome = await armOf(azure).regenerateKey(account, 'primary', async () => true);

    expect(outcome).toMatchObject({ kind: 'unanswered', settleSeconds });
    expect(posts(azure)).toHaveLength(1);
  });

  test.each([500, 503])(
    'that ARM answered with %i: some time after that, and it is sent once',
    async (status) => {
      const azure = await trustedAzure();
      azure.faults.add({ operation: 'regenerateKey', status, times: Number.POSITIVE_INFINITY });

      const outcome = await armOf(azure).regenerateKey(account, 'primary', async () => true);

      expect(outcome).toMatchObject({ kind: 'unanswered', failure: { status } });
      const seconds = outcome.kind === 'unanswered' ? outcome.settleSeconds : 0;
      expect(seconds).toBeGreaterThanOrEqual(TIMINGS.settleServerError);
      expect(posts(azure)).toHaveLength(1);
    },
  );
});

describe('a POST that was surely not carried out is refused', () => {
  test('where nobody listens', async () => {
    const azure = await trustedAzure();
    const arm = armOf(azure, `https://localhost:${await closedPort()}`);

    const outcome = await arm.regenerateKey(account, 'primary', async () => true);

    expect(outcome).toMatchObject({ kind: 'refused', failure: { code: 'Unreachable', passing: true } });
  });

  test('where there is no such host', async () => {
    const azure = await trustedAzure();
    const arm = armOf(azure, 'https://nowhere.invalid');

    const outcome = await arm.regenerateKey(account, 'primary', async () => true);

    expect(outcome).toMatchObject({ kind: 'refused', failure: { code: 'Unreachable' } });
  });

  test.each([401, 403, 404, 409, 412, 423, 429])('where ARM answers %i', async (status) => {
    const azure = await trustedAzure();
    azure.faults.add({ operation: 'regenerateKey', status });

    const outcome = await armOf(azure).regenerateKey(account, 'primary', async () => true);

    expect(outcome).toMatchObject({ kind: 'refused', failure: { status } });
  });

  test('HTTP-07: where it may not be sent any more once its token is there', async () => {
    const azure = await trustedAzure();

    const outcome = await armOf(azure).regenerateKey(account, 'primary', async () => false);

    expect(outcome).toMatchObject({
      kind: 'refused',
      failure: { code: 'StateSavedTooSlowly', passing: true },
    });
    expect(posts(azure)).toEqual([]);
  });
});

describe('ARM-20: what passes, and was surely not carried out, is refused for now, whatever was asked', () => {
  test.each([
    [409, 'AnotherOperationInProgress'],
    [412, 'PreconditionFailed'],
    [423, 'Locked'],
    [429, 'SubscriptionRequestsThrottled'],
  ])('%i %s', async (status, code) => {
    const azure = await trustedAzure();
    const headers = { 'Retry-After': '7', 'x-ms-correlation-request-id': CORRELATION };
    for (const operation of ['regenerateKey', 'listKeys', 'getAccount'] as const) {
      azure.faults.add({ operation, status, code, headers });
    }
    const arm = armOf(azure);

    const outcomes = [
      await arm.regenerateKey(account, 'primary', async () => true),
      await arm.readKeys(account),
      await arm.readAccount(account),
    ];

    const failure = { status, code, passing: true, retryAfterSeconds: 7, correlationId: CORRELATION };
    expect(outcomes).toMatchObject([
      { kind: 'refused', failure },
      { kind: 'failed', failure },
      { kind: 'failed', failure },
    ]);
  });
});

const CORRELATION = '0a1b2c3d-4e5f-4a71-8b9c-0d1e2f3a4b5c';

test('IDN-06: a token that does not come is told as that, and a slow look at the lease is not', async () => {
  const azure = await trustedAzure();
  const never = () => new Promise<never>(() => undefined);
  const tokenless = createArmMaps({
    endpoint: azure.endpoint,
    credential: { getToken: never },
    timings: { ...TIMINGS, postTimeout: 0.3 },
    now: () => WRONG,
  });

  const withoutToken = await tokenless.regenerateKey(account, 'primary', async () => true);
  const withoutLook = await armOf(azure, azure.endpoint, 0.3).regenerateKey(account, 'primary', never);

  expect(withoutToken).toMatchObject({ kind: 'refused', failure: { code: 'IdentityUnavailable' } });
  expect(withoutLook).toMatchObject({ kind: 'refused', failure: { code: 'StateSavedTooSlowly' } });
  expect(posts(azure)).toEqual([]);
});

test('IDN-05: a POST whose time was over while it waited for its token is never sent', async () => {
  const azure = await trustedAzure();
  const { getToken } = localCredential(azure);
  const looks: boolean[] = [];
  const arm = createArmMaps({
    endpoint: azure.endpoint,
    credential: {
      getToken: async (scopes, options) => {
        await new Promise((resolve) => setTimeout(resolve, 500));
        return getToken(scopes, options);
      },
    },
    timings: { ...TIMINGS, postTimeout: 0.2 },
    now: () => WRONG,
  });

  const outcome = await arm.regenerateKey(account, 'primary', async () => looks.push(true) > 0);
  await new Promise((resolve) => setTimeout(resolve, 500));

  expect(outcome).toMatchObject({ kind: 'refused', failure: { code: 'IdentityUnavailable' } });
  expect(looks).toEqual([]);
  expect(posts(azure)).toEqual([]);
});
