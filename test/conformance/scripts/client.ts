import { equal, match, ok } from 'node:assert/strict';
import createClient from 'openapi-fetch';
import type { components, paths } from '../.local/contract.d.ts';

/* node client.ts <address> <function key> <subscription> <group> <account>: calls the app by types from its contract. */

const [address = '', key = '', subscriptionId = '', resourceGroupName = '', accountName = ''] =
  process.argv.slice(2);
const client = createClient<paths>({ baseUrl: `${address}/api`, headers: { 'x-functions-key': key } });

const REGENERATE =
  '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Maps/accounts/{accountName}/regenerateKey';

const VERSION = { 'api-version': '2023-06-01' } as const;

const regenerate = (name: string, header: { Prefer?: string } = {}) =>
  client.POST(REGENERATE, {
    params: {
      path: { subscriptionId, resourceGroupName, accountName: name },
      query: VERSION,
      header,
    },
    body: { keyType: 'primary' },
  });

const calls = {
  async regenerateKey() {
    const { data, response } = await regenerate(accountName);
    equal(response.status, 200);
    const keys: components['schemas']['MapsAccountKeys'] | undefined = data;
    ok(keys?.primaryKey && keys.secondaryKey);
    match(keys.primaryKeyLastUpdated ?? '', /Z$/);
  },
  async 'regenerateKey, minimal'() {
    const { data, response } = await regenerate(accountName, { Prefer: 'return=minimal' });
    equal(response.status, 200);
    match(data?.primaryKeyLastUpdated ?? '', /Z$/);
    equal(data?.primaryKey, undefined);
  },
  async 'an error'() {
    const { error, response } = await regenerate('nowhere');
    equal(response.status, 404);
    equal(error?.error.code, 'ResourceNotFound');
    ok(error.error.message);
  },
  async listRotations() {
    const { data } = await client.GET('/rotations', { params: { query: { ...VERSION, top: 1 } } });
    equal(data?.value.length, 1);
    ok(data.nextLink);
    equal(data.value[0]?.keyType, 'primary');
  },
  async getRotation() {
    const { data: list } = await client.GET('/rotations', { params: { query: { ...VERSION, top: 1 } } });
    const rotationId = list?.value[0]?.rotationId ?? '';
    const { data } = await client.GET('/rotations/{rotationId}', {
      params: { path: { rotationId }, query: VERSION },
    });
    equal(data?.trigger, 'http');
  },
  async planRotations() {
    const { data } = await client.GET('/rotations/plan', { params: { query: VERSION } });
    // CSV for those who ask for it.
    ok(typeof data === 'object');
    ok(data.value.some(({ accountId }) => accountId.endsWith(accountName)));
    ok(data.value.some(({ decision }) => decision === 'not-due'));
  },
};
for (const call of Object.values(calls)) await call();
process.stdout.write(JSON.stringify(Object.keys(calls)));
