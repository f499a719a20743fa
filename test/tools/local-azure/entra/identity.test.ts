import { expect, onTestFinished, test } from 'vitest';
import {
  type LocalAzure,
  type LocalAzureOptions,
  startLocalAzure,
} from '../../../../tools/local-azure/local-azure.ts';
import { runScript } from '../child.ts';
import { mapsAccount, trustedAzure } from '../helpers.ts';

const clientId = '21a9967a-e8a9-4656-a70b-96ff1c4d05aa';

async function azureWith(options: LocalAzureOptions = {}): Promise<LocalAzure> {
  const azure = await startLocalAzure({ accounts: [mapsAccount], ...options });
  onTestFinished(() => azure.close());
  return azure;
}

/**
 * By the official credential, in a process of its own: MSAL keeps the first endpoint that it finds, and its
 * tokens, for as long as the process lives.
 */
async function askForToken(azure: LocalAzure, scope: string, client?: string) {
  const options = JSON.stringify({ ...(client && { clientId: client }), retryOptions: { maxRetries: 0 } });
  const printed = await runScript(
    `import { ManagedIdentityCredential } from '@azure/identity';
     const credential = new ManagedIdentityCredential(${options});
     const ask = () => credential.getToken(${JSON.stringify(scope)}).then(
       (token) => ({ token: token.token, expiresOn: token.expiresOnTimestamp }),
       (error) => ({ error: error.message }));
     console.log(JSON.stringify([await ask(), await ask()]));`,
    azure.environment(),
  );
  return JSON.parse(printed) as { token?: string; expiresOn?: number; error?: string }[];
}

test('the official credential, Maps and Event Grid clients work with the environment alone', async () => {
  const azure = await azureWith({ clientId });

  await runScript(
    `import { AzureMapsManagementClient } from '@azure/arm-maps';
     import { EventGridPublisherClient } from '@azure/eventgrid';
     import { ManagedIdentityCredential } from '@azure/identity';
     const credential = new ManagedIdentityCredential({ clientId: process.env.AZURE_CLIENT_ID });
     const endpoint = process.env.AZURE_RESOURCE_MANAGER_ENDPOINT;
     const client = new AzureMapsManagementClient(credential, '${mapsAccount.subscriptionId}', { endpoint });
     await client.accounts.regenerateKeys('rg-maps', 'maps1', { keyType: 'primary' });
     await client.accounts.listKeys('rg-maps', 'maps1');
     const topic = new EventGridPublisherClient(process.env.EVENT_GRID_TOPIC_ENDPOINT, 'CloudEvent', credential);
     await topic.send([{ id: '1', source: '/s', type: 'T', data: {} }]);`,
    azure.environment(),
  );

  expect(azure.calls.map(({ operation, status }) => [operation, status])).toEqual([
    ['token', 200],
    ['regenerateKey', 200],
    ['listKeys', 200],
    ['token', 200],
    ['publish', 200],
  ]);
  const asked = new URL(azure.calls[0]?.path ?? '', azure.identityEndpoint).searchParams;
  expect(Object.fromEntries(asked)).toEqual({
    'api-version': '2019-08-01',
    resource: azure.endpoint,
    client_id: clientId,
  });
});

test('a system-assigned identity needs no client id, and a token ends when the answer says', async () => {
  const azure = await azureWith({ tokenLifetimeSeconds: 3600 });

  const [first, second] = await askForToken(azure, 'https://eventgrid.azure.net/.default');

  expect(azure.environment()).not.toHaveProperty('AZURE_CLIENT_ID');
  expect(Math.abs((first?.expiresOn ?? 0) - Date.now() - 3_600_000)).toBeLessThan(10_000);
  expect(second).toEqual(first);
  expect(azure.calls).toHaveLength(1);
});

test.each([
  ['no client id where one is assigned', clientId, undefined],
  ['another client id', clientId, '00000000-0000-4000-8000-000000000001'],
  ['a client id where none is assigned', undefined, clientId],
])('refuses %s', async (_what, assigned, asked) => {
  const azure = await azureWith(assigned === undefined ? {} : { clientId: assigned });

  const [answer] = await askForToken(azure, `${azure.endpoint}/.default`, asked);

  expect(answer?.error).toContain('No User Assigned or Delegated Managed Identity found');
  expect(azure.calls[0]).toMatchObject({ operation: 'token', status: 400 });
});

test('an unknown resource is refused', async () => {
  const azure = await azureWith();

  const [answer] = await askForToken(azure, 'https://nowhere.example/.default');

  expect(answer?.error).toContain('An unexpected error occured while fetching the AAD Token');
});

test('tokens can fail by a fault', async () => {
  const azure = await azureWith();
  azure.faults.add({ operation: 'token', status: 403 });

  const [first, second] = await askForToken(azure, `${azure.endpoint}/.default`);

  expect(first).toHaveProperty('error');
  expect(second).toHaveProperty('token');
});

test('the secret header, the version and the resource are checked', async () => {
  const azure = await trustedAzure();
  const secret = { 'x-identity-header': azure.identityHeader };
  const ask = async (query: string, headers: Record<string, string>) =>
    (await fetch(`${azure.identityEndpoint}?${query}`, { headers })).status;
  const good = 'api-version=2019-08-01&resource=https://eventgrid.azure.net';

  expect(await ask(good, secret)).toBe(200);
  expect(await ask(good, {})).toBe(401);
  expect(await ask(good, { 'x-identity-header': 'guess' })).toBe(401);
  expect(await ask('api-version=2017-09-01&resource=https://eventgrid.azure.net', secret)).toBe(400);
  expect(await ask('api-version=2019-08-01', secret)).toBe(400);
});

test('the endpoint answers in the form of App Service', async () => {
  const azure = await trustedAzure({ clientId });
  const query = `api-version=2019-08-01&resource=https://eventgrid.azure.net&client_id=${clientId}`;

  const answer = await fetch(`${azure.identityEndpoint}?${query}`, {
    headers: { 'x-identity-header': azure.identityHeader },
  });

  expect(await answer.json()).toMatchObject({
    access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    expires_on: expect.stringMatching(/^\d{10}$/),
    resource: 'https://eventgrid.azure.net',
    token_type: 'Bearer',
    client_id: clientId,
  });
});
