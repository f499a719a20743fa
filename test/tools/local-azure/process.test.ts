import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startLocalAzure, trustCa } from '../../../tools/local-azure/local-azure.ts';
import { root, runScript, spawnScript } from './child.ts';
import { mapsAccount, trustedAzure } from './helpers.ts';

const module = join(root, 'tools/local-azure/local-azure.ts');

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'local-azure-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** On a connection of its own. */
function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => resolve(response.resume().statusCode)).on('error', reject);
  });
}

test('another process trusts it by NODE_EXTRA_CA_CERTS and finds its way by the environment', async () => {
  const azure = await startLocalAzure({ accounts: [mapsAccount] });
  onTestFinished(() => azure.close());

  const printed = await runScript(
    `import { ManagedIdentityCredential } from '@azure/identity';
     import { AzureMapsManagementClient } from '@azure/arm-maps';
     const client = new AzureMapsManagementClient(new ManagedIdentityCredential(), '${mapsAccount.subscriptionId}', {
       endpoint: process.env.AZURE_RESOURCE_MANAGER_ENDPOINT });
     console.log((await client.accounts.get('rg-maps', 'maps1')).name);`,
    azure.environment(),
  );

  expect(printed).toBe('Maps1');
});

test('a process can be killed between the change and the answer', async () => {
  const azure = await startLocalAzure({ accounts: [mapsAccount] });
  onTestFinished(() => azure.close());
  const child = spawnScript(
    `import { ManagedIdentityCredential } from '@azure/identity';
     import { AzureMapsManagementClient } from '@azure/arm-maps';
     const client = new AzureMapsManagementClient(new ManagedIdentityCredential(), '${mapsAccount.subscriptionId}', {
       endpoint: process.env.AZURE_RESOURCE_MANAGER_ENDPOINT });
     await client.accounts.regenerateKeys('rg-maps', 'maps1', { keyType: 'primary' });`,
    azure.environment(),
  );
  azure.setHook(async (operation, phase) => {
    if (operation !== 'regenerateKey' || phase !== 'after') return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });

  await once(child, 'close');

  expect(child.signalCode).toBe('SIGKILL');
  expect(azure.regenerations).toHaveLength(1);
  expect(azure.calls.at(-1)).toMatchObject({ operation: 'regenerateKey', changed: true });
});

test('without the CA it is not trusted', async () => {
  const azure = await startLocalAzure();
  onTestFinished(() => azure.close());

  const failure = await fetch(azure.endpoint).catch((error: Error) => error);

  expect(failure).toMatchObject({ cause: { code: expect.stringMatching(/CERT|ISSUER|SIGNATURE/) } });
});

test('trust can be taken back', async () => {
  const azure = await startLocalAzure();
  onTestFinished(() => azure.close());

  const distrust = trustCa(azure.ca);
  const trusted = await statusOf(azure.endpoint);
  distrust();

  expect(trusted).toBe(400);
  await expect(statusOf(azure.endpoint)).rejects.toThrow();
});

test('a process with requests in the air ends by itself after close', async () => {
  const printed = await runScript(
    `import { startLocalAzure, trustCa } from ${JSON.stringify(module)};
     const azure = await startLocalAzure();
     trustCa(azure.ca);
     azure.faults.add({ operation: 'listAccounts', delayMs: Infinity });
     fetch(azure.endpoint + '/subscriptions/x/providers/Microsoft.Maps/accounts').catch(() => console.log('cut'));
     while (azure.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
     await azure.close();
     console.log('closed');`,
  );

  expect(printed.split('\n').sort()).toEqual(['closed', 'cut']);
});

test('a certificate in a folder is kept for the next start', async () => {
  const certificateFolder = await temporaryFolder();

  const first = await startLocalAzure({ certificateFolder });
  await first.close();
  const second = await trustedAzure({ certificateFolder });

  expect(second.ca).toBe(first.ca);
  expect(await readFile(second.caFile, 'utf8')).toBe(first.ca);
  expect((await fetch(second.endpoint)).status).toBe(400);
});

test('many that start at once in one folder have one certificate', async () => {
  const certificateFolder = await temporaryFolder();

  const started = await Promise.all(Array.from({ length: 8 }, () => trustedAzure({ certificateFolder })));

  expect(new Set(started.map(({ ca }) => ca)).size).toBe(1);
  expect(await readdir(certificateFolder)).toEqual(['certificate']);
});

test('a broken certificate in a folder is made anew', async () => {
  const certificateFolder = await temporaryFolder();
  const first = await startLocalAzure({ certificateFolder });
  await first.close();
  await writeFile(first.caFile, 'broken');

  const second = await trustedAzure({ certificateFolder });

  expect(second.ca).not.toBe(first.ca);
  expect((await fetch(second.endpoint)).status).toBe(400);
  expect(await readdir(certificateFolder)).toEqual(['certificate']);
});

test('a temporary certificate is removed at close', async () => {
  const azure = await startLocalAzure();

  expect(existsSync(azure.caFile)).toBe(true);
  await azure.close();

  expect(existsSync(azure.caFile)).toBe(false);
});

test('a port that is taken is an error, and leaves nothing open', async () => {
  const azure = await trustedAzure();
  const port = Number(new URL(azure.endpoint).port);

  await expect(startLocalAzure({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
