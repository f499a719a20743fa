import { AzureMapsManagementClient } from '@azure/arm-maps';
import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import type { TokenCredential } from '@azure/identity';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../tools/local-azure/local-azure.ts';
import { trustCa } from '../../tools/local-azure/server/trust.ts';
import { FAST_APP } from '../support/global-setup.ts';
import { GROUP, type Stage, SUBSCRIPTION, startStage } from './stage.ts';
import { startTlsFront, type TlsFront } from './tls-front.ts';

let stage: Stage;
let front: TlsFront;
let distrust: () => void;

beforeAll(async () => {
  stage = await startStage({ appDirectory: FAST_APP });
  front = await startTlsFront(stage.app.url);
  distrust = trustCa(front.ca);
});
afterAll(async () => {
  distrust?.();
  await front?.close();
  await stage?.close();
});

/** The client asks for one; the app, with function keys, does not look at it. */
const anyToken: TokenCredential = {
  getToken: async () => ({ token: 'not-looked-at', expiresOnTimestamp: Date.now() + 3_600_000 }),
};

/** All that differs from a client of ARM: endpoint, credential, and a policy for the function key. */
function client(endpoint = `${front.url}/api`): AzureMapsManagementClient {
  const functionKey: PipelinePolicy = {
    name: 'functionKey',
    sendRequest(request, next) {
      request.headers.set('x-functions-key', stage.app.functionKey);
      return next(request);
    },
  };
  return new AzureMapsManagementClient(anyToken, SUBSCRIPTION, {
    endpoint,
    additionalPolicies: [{ policy: functionKey, position: 'perCall' }],
  });
}

const regenerationsOf = (id: string) =>
  stage.azure.regenerations.filter((regeneration) => regeneration.accountId === id);

/** Times as the client gives them, which are ARM's, unread. */
const keysOf = (id: string) => stage.azure.accounts.keys(id);

const failure = (name: string) =>
  client()
    .accounts.regenerateKeys(GROUP, name, { keyType: 'primary' })
    .then(
      () => {
        throw new Error('It went well.');
      },
      (error: { statusCode?: number; code?: string; details?: { error?: { message?: string } } }) => error,
    );

test.each(['primary', 'secondary'] as const)('regenerateKeys gives the keys (%s)', async (keyType) => {
  const id = stage.add(`client-${keyType}`);

  const keys = await client().accounts.regenerateKeys(GROUP, `client-${keyType}`, { keyType });

  expect({ ...keys }).toStrictEqual(keysOf(id));
  expect(regenerationsOf(id).map((regeneration) => regeneration.keyType)).toStrictEqual([keyType]);
});

describe('errors come as those of ARM', () => {
  const kinds: [string, Fault, number, string][] = [
    ['no such account', { operation: 'listKeys', status: 404 }, 404, 'ResourceNotFound'],
    ['the app may not', { operation: 'regenerateKey', status: 403 }, 403, 'AuthorizationFailed'],
    ['locked', { operation: 'listKeys', status: 409, code: 'ScopeLocked' }, 409, 'ScopeLocked'],
    ['a conflict', { operation: 'regenerateKey', status: 409 }, 409, 'Conflict'],
    ['a precondition', { operation: 'regenerateKey', status: 412 }, 412, 'PreconditionFailed'],
  ];

  test.each(kinds.map(([name, fault, status, code], i) => ({ name, fault, status, code, i })))(
    '$status $code: $name',
    async ({ fault, status, code, i }) => {
      const id = stage.add(`error-${i}`);
      stage.azure.faults.add({ ...fault, account: id });

      const error = await failure(`error-${i}`);

      expect(error).toMatchObject({ statusCode: status, code });
      expect(error.details?.error?.message).toContain(`${status} ${code}`);
      expect(regenerationsOf(id)).toStrictEqual([]);
    },
  );

  test('400: what the app itself refuses', async () => {
    const error = await failure('no:account:name');

    expect(error).toMatchObject({ statusCode: 400, code: 'InvalidAccountName' });
  });
});

describe('the client’s own retries', () => {
  test.each<[string, Fault]>([
    ['429 while reading', { operation: 'listKeys', status: 429, headers: { 'Retry-After': '1' } }],
    ['429 for the POST', { operation: 'regenerateKey', status: 429, headers: { 'Retry-After': '7' } }],
    ['503 while reading', { operation: 'listKeys', status: 503, headers: { 'Retry-After': '1' }, times: 3 }],
  ])('%s: a Retry-After is waited for, and then it goes well', { timeout: 30_000 }, async (name, fault) => {
    const account = `wait-${name.replace(/\W+/g, '-')}`;
    const id = stage.add(account);
    stage.azure.faults.add({ ...fault, account });

    const keys = await client().accounts.regenerateKeys(GROUP, account, { keyType: 'primary' });

    expect({ ...keys }).toStrictEqual(keysOf(id));
    expect(regenerationsOf(id)).toHaveLength(1);
  });

  test.each([1, 2])('ARM-01: after %i lost answers it has the keys, and they work', async (lost) => {
    const account = `lost-${lost}`;
    const id = stage.add(account);
    const seen = front.requests.length;
    front.dropAnswers(lost);

    const keys = await client().accounts.regenerateKeys(GROUP, account, { keyType: 'primary' });

    const sent = front.requests.slice(seen);
    expect(sent).toHaveLength(lost + 1);
    expect(new Set(sent.map(({ headers }) => headers['x-ms-client-request-id'])).size).toBe(1);
    expect({ ...keys }).toStrictEqual(keysOf(id));
    expect(regenerationsOf(id)).toHaveLength(1);
    expect(stage.azure.events.filter(({ source }) => source === id)).toHaveLength(1);
  });

  test('ARM-02: ARM’s lost answer is none to the client', { timeout: 30_000 }, async () => {
    const id = stage.add('arm-lost');
    stage.azure.faults.add({ operation: 'regenerateKey', account: id, drop: 'after' });

    const keys = await client().accounts.regenerateKeys(GROUP, 'arm-lost', { keyType: 'primary' });

    expect({ ...keys }).toStrictEqual(keysOf(id));
    expect(regenerationsOf(id)).toHaveLength(1);
  });

  test('two calls with nothing in common regenerate twice', async () => {
    const id = stage.add('calls');
    const { accounts } = client();

    await accounts.regenerateKeys(GROUP, 'calls', { keyType: 'primary' });
    await accounts.regenerateKeys(GROUP, 'calls', { keyType: 'primary' });

    expect(regenerationsOf(id)).toHaveLength(2);
  });
});

test('an address with a slash at its end works as well', async () => {
  const id = stage.add('slash');

  const keys = await client(`${front.url}/api/`).accounts.regenerateKeys(GROUP, 'slash', {
    keyType: 'primary',
  });

  expect({ ...keys }).toStrictEqual(keysOf(id));
});
