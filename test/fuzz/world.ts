import { setTimeout as sleep } from 'node:timers/promises';
import { TableClient } from '@azure/data-tables';
import { QueueClient } from '@azure/storage-queue';
import { startAzurite } from '../../tools/azurite.ts';
import { type LocalAzure, startLocalAzure } from '../../tools/local-azure/local-azure.ts';
import { FAST_APP, FAST_HOST } from '../support/global-setup.ts';
import { type RunningApp, startApp } from '../support/running-app.ts';
import { type StorageHook, startStorageProxy } from '../support/storage-proxy.ts';
import { createJournal, type Journal } from './journal.ts';

const SUBSCRIPTION = '21a9967a-e8a9-4656-a70b-96ff1c4d05a0';

/** With the fast timings an account is due every eight seconds or so. */
const POLICY = {
  ROTATION_SCHEDULE: '*/4 * * * * *',
  ROTATION_MAX_AGE: 'PT24S',
  ROTATION_OVERLAP: 'PT5S',
  ROTATION_IN_USE: 'newest',
};
export const OVERLAP_MS = 5000;

/** A message of a killed host comes back after that long. */
const QUEUE_LEASE_MS = 3000;

/** A place for the app to run in, which may be empty for a while. */
export interface Host {
  readonly name: string;
  /** Undefined while it is down. */
  app(): RunningApp | undefined;
  /** SIGKILL, and a new process after that long. */
  kill(downMs: number): Promise<void>;
  /** SIGSTOP, and SIGCONT after that long. */
  freeze(forMs: number): Promise<void>;
}

export interface World {
  readonly azure: LocalAzure;
  readonly journal: Journal;
  readonly hosts: readonly Host[];
  /** Those that the timer may rotate, and those that only orders touch. ARM ids. */
  readonly due: readonly string[];
  readonly ordered: readonly string[];
  /** Past the proxy. */
  readonly table: TableClient;
  readonly queue: QueueClient;
  readonly poison: QueueClient;
  hookStorage(hook: StorageHook | undefined): void;
  /** What all processes of the app have logged. */
  logs(): { readonly host: string; readonly lines: RunningApp['log'] }[];
  close(): Promise<void>;
}

export async function startWorld(accounts: number): Promise<World> {
  const azurite = await startAzurite({ accounts: ['fuzz'] });
  const proxy = await startStorageProxy(azurite);
  const azure = await startLocalAzure({ subscriptions: [SUBSCRIPTION] });
  const connectionString = azurite.connectionStringOf('fuzz');
  const environment = {
    ...azure.environment(),
    ...POLICY,
    AzureWebJobsStorage: proxy.through(connectionString),
    ROTATION_SCOPES: `/subscriptions/${SUBSCRIPTION}`,
    KEY_VAULT_URI: azure.vaultUri,
  };
  const ids = Array.from({ length: accounts }, (_, i) => addAccount(azure, i));
  const journal = createJournal(azure);
  const table = TableClient.fromConnectionString(connectionString, 'rotations', {
    allowInsecureConnection: true,
  });
  const [queue, poison] = ['rotations', 'rotations-poison'].map(
    (name) => new QueueClient(connectionString, name),
  ) as [QueueClient, QueueClient];
  await Promise.all([table.createTable(), queue.create(), poison.create()]);
  const started: { host: string; app: RunningApp }[] = [];
  const start = async (host: string) => {
    const app = await startApp({
      environment,
      appDirectory: FAST_APP,
      host: `${FAST_HOST}/main.js`,
      queuePollMs: 250,
      queueLeaseMs: QUEUE_LEASE_MS,
    });
    started.push({ host, app });
    return app;
  };
  const hosts = await Promise.all(['host A', 'host B'].map((name) => startHost(name, () => start(name))));
  return {
    ...{ azure, journal, hosts, table, queue, poison },
    due: ids.filter((_, i) => isDue(i)),
    ordered: ids.filter((_, i) => !isDue(i)),
    hookStorage: (hook) => proxy.setHook('fuzz', hook),
    logs: () => started.map(({ host, app }) => ({ host, lines: app.log })),
    async close() {
      journal.close();
      for (const { app } of started) app.kill();
      await Promise.all(started.map(({ app }) => app.exited));
      await Promise.all([azure.close(), proxy.close()]);
      await azurite.close();
    },
  };
}

function isDue(index: number): boolean {
  return index % 2 === 0;
}

function addAccount(azure: LocalAzure, index: number): string {
  return azure.accounts.add({
    subscriptionId: SUBSCRIPTION,
    resourceGroup: 'rg-Fuzz',
    name: `maps-${String(index).padStart(2, '0')}`,
    createdAt: new Date(Date.now() - 200 * 86_400_000),
    ...(isDue(index) && { tags: { 'key-rotation': 'enabled' } }),
  });
}

async function startHost(name: string, start: () => Promise<RunningApp>): Promise<Host> {
  let app: RunningApp | undefined = await start();
  return {
    name,
    app: () => app,
    async kill(downMs) {
      const victim = app;
      app = undefined;
      victim?.kill();
      await victim?.exited;
      await sleep(downMs);
      app = await start();
    },
    async freeze(forMs) {
      const { pid } = app ?? {};
      if (pid === undefined) return;
      process.kill(pid, 'SIGSTOP');
      await sleep(forMs);
      process.kill(pid, 'SIGCONT');
    },
  };
}
