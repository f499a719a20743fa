import { randomUUID } from 'node:crypto';
import { TableClient } from '@azure/data-tables';
import { QueueClient } from '@azure/storage-queue';
import { type Azurite, startAzurite } from '../../tools/azurite.ts';
import {
  type AccountSeed,
  type LocalAzure,
  type LocalAzureOptions,
  startLocalAzure,
} from '../../tools/local-azure/local-azure.ts';
import { FAST_APP, FAST_HOST } from './global-setup.ts';
import { type RunningApp, startApp } from './running-app.ts';
import { type StorageHook, type StorageProxy, startStorageProxy } from './storage-proxy.ts';

export const SUBSCRIPTION = '21a9967a-e8a9-4656-a70b-96ff1c4d05a0';
export const GROUP = 'rg-Maps';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Azurite and the proxy before it, with storage accounts enough for one world each. */
export interface Site {
  world(options?: WorldOptions): Promise<World>;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly azure?: LocalAzureOptions;
  readonly environment?: Environment;
  /** Each look into a queue costs the machine something: slower where many apps run at a time. */
  readonly queuePollMs?: number;
}

/** All that an app of its own needs: a storage account, an Azure, and the ways to look at them from outside. */
export interface World {
  readonly azure: LocalAzure;
  /** Of the storage account, not by the proxy. */
  readonly connectionString: string;
  readonly table: TableClient;
  readonly queue: QueueClient;
  readonly poison: QueueClient;
  readonly apps: readonly RunningApp[];
  /** What happens to the app's requests to its storage account. */
  hookStorage(hook: StorageHook | undefined): void;
  /** Another process on the same storage account. */
  start(environment?: Environment): Promise<RunningApp>;
  /** A Maps account whose keys are of the same age, 200 days, and that the timer may rotate. Returns its ARM id. */
  addAccount(seed?: Partial<AccountSeed>): string;
  close(): Promise<void>;
}

export async function startSite(size: number): Promise<Site> {
  const names = Array.from({ length: size }, (_, i) => `e2e${i}`);
  const azurite = await startAzurite({ accounts: names });
  const proxy = await startStorageProxy(azurite);
  const worlds: World[] = [];
  // One for each app and server, so that none outlives the tests.
  process.setMaxListeners(100);
  return {
    async world(options = {}) {
      const name = names.shift();
      if (name === undefined) throw new Error('The site has no storage account left.');
      const world = await createWorld(azurite, proxy, name, options);
      worlds.push(world);
      return world;
    },
    async close() {
      await Promise.all(worlds.map((world) => world.close()));
      await proxy.close();
      await azurite.close();
    },
  };
}

/** For a file of tests that share one world; distinct Maps accounts keep them apart. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const site = await startSite(1);
  const world = await site.world(options);
  return { ...world, close: () => site.close() };
}

async function createWorld(
  azurite: Azurite,
  proxy: StorageProxy,
  storageAccount: string,
  options: WorldOptions,
): Promise<World> {
  const azure = await startLocalAzure({ subscriptions: [SUBSCRIPTION], ...options.azure });
  const direct = azurite.connectionStringOf(storageAccount);
  const environment = {
    ...azure.environment(),
    AzureWebJobsStorage: proxy.through(direct),
    ROTATION_SCOPES: `/subscriptions/${SUBSCRIPTION}`,
    ...options.environment,
  };
  const apps: RunningApp[] = [];
  return {
    azure,
    connectionString: direct,
    apps,
    table: TableClient.fromConnectionString(direct, 'rotations', { allowInsecureConnection: true }),
    queue: new QueueClient(direct, 'rotations'),
    poison: new QueueClient(direct, 'rotations-poison'),
    hookStorage: (hook) => proxy.setHook(storageAccount, hook),
    async start(more = {}) {
      const app = await startApp({
        environment: { ...environment, ...more },
        appDirectory: FAST_APP,
        host: `${FAST_HOST}/main.js`,
        queuePollMs: options.queuePollMs ?? 250,
      });
      apps.push(app);
      return app;
    },
    addAccount: (seed = {}) => azure.accounts.add({ ...OLD_ACCOUNT, name: `maps-${randomUUID()}`, ...seed }),
    async close() {
      proxy.setHook(storageAccount, undefined);
      for (const app of apps) app.kill();
      await Promise.all(apps.map(({ exited }) => exited));
      await azure.close();
    },
  };
}

const OLD_ACCOUNT = {
  subscriptionId: SUBSCRIPTION,
  resourceGroup: GROUP,
  createdAt: new Date(Date.now() - 200 * 86_400_000),
  tags: { 'key-rotation': 'enabled' },
};
