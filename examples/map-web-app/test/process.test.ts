import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { accountPath, trustedAzure } from '../../../test/tools/local-azure/helpers.ts';
import { announce, audience, keyOf, readKey, regenerate, tenantId, until } from './world.ts';

test('as a process it takes its settings and its identity from the environment, and ends when asked', async () => {
  const azure = await trustedAzure({ deliveryTimeScale: 0.001 });
  const child = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts')], {
    env: {
      ...process.env,
      ...azure.environment(),
      PORT: '0',
      MAPS_ACCOUNT_ID: accountPath,
      AZURE_AUTHORITY_HOST: azure.authorityHost,
      WEBHOOK_TENANT_ID: tenantId,
      WEBHOOK_AUDIENCE: audience,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${await portOf(child.stdout)}`;
  await until(async () => (await readKey(url)) !== undefined);
  const subscription = await azure.subscribe({ endpoint: `${url}/events`, entra: { tenantId, audience } });

  await announce(azure, await regenerate(azure, 'primary'));
  await subscription.settled();
  const key = await readKey(url);
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');

  expect(key?.key).toBe(keyOf(azure, 'primary'));
  expect(code).toBe(0);
});

async function portOf(output: NodeJS.ReadableStream): Promise<number> {
  const lines = createInterface(output);
  const port = await new Promise<number>((resolve) => {
    lines.on('line', (line) => {
      const { port } = JSON.parse(line) as { port?: number };
      if (port !== undefined) resolve(port);
    });
  });
  return port;
}
