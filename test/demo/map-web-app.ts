import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalAzure } from '../../tools/local-azure/local-azure.ts';

/** The example as a process of its own, subscribed to the events of one account. */
export interface MapWebApp {
  readonly url: string;
  /** Names the key that it gives to its pages. */
  version(): Promise<string>;
  close(): Promise<void>;
}

const TENANT_ID = '11111111-2222-4333-8444-555555555555';
const AUDIENCE = 'api://map-web-app';

export async function startMapWebApp(
  azure: LocalAzure,
  accountId: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<MapWebApp> {
  const child = spawn(process.execPath, ['examples/map-web-app/src/main.ts'], {
    env: {
      ...process.env,
      ...azure.environment(),
      ...environment,
      PORT: '0',
      MAPS_ACCOUNT_ID: accountId,
      AZURE_AUTHORITY_HOST: azure.authorityHost,
      WEBHOOK_TENANT_ID: TENANT_ID,
      WEBHOOK_AUDIENCE: AUDIENCE,
      KEY_REREAD_MINUTES: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = `http://127.0.0.1:${await portOf(child)}`;
  while (!(await fetch(`${url}/healthz`)).ok) await sleep(50);
  await azure.subscribe({
    endpoint: `${url}/events`,
    entra: { tenantId: TENANT_ID, audience: AUDIENCE },
    includedEventTypes: ['KeyRegenerated'],
    advancedFilters: [{ operatorType: 'StringIn', key: 'data.accountId', values: [accountId] }],
  });
  return {
    url,
    version: async () => ((await (await fetch(`${url}/map-key`)).json()) as { version: string }).version,
    async close() {
      if (child.exitCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function portOf({ stdout }: ChildProcess): Promise<number> {
  if (stdout === null) throw new Error('The map web app has no output.');
  const port = await new Promise<number>((resolve, reject) => {
    const lines = createInterface(stdout);
    lines.on('close', () => reject(new Error('The map web app ended before it was ready.')));
    // Read on to the end: a full pipe would stop it.
    lines.on('line', (line) => {
      const { port } = JSON.parse(line) as { port?: number };
      if (port !== undefined) resolve(port);
    });
  });
  return port;
}
