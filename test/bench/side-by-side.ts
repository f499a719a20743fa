import { type Azurite, startAzurite } from '../../tools/azurite.ts';
import { type LocalAzure, startLocalAzure } from '../../tools/local-azure/local-azure.ts';
import { type RunningApp, startApp } from '../support/running-app.ts';

/** `verifying` tries each new key on Azure Maps, which the naive handler does not. */
const APPS = {
  naive: { directory: 'test/bench/apps/naive', verify: 'off' },
  ours: { directory: 'dist', verify: 'off' },
  verifying: { directory: 'dist', verify: 'on' },
} as const;
export type AppName = keyof typeof APPS;

const SUBSCRIPTION = '21a9967a-e8a9-4656-a70b-96ff1c4d05a0';
const CLIENT_ID = '0f6d1d0e-5a5b-4b38-9f1c-0d2a4be0a001';

/** Apps before one local Azure. */
export interface SideBySide {
  readonly azure: LocalAzure;
  /** Regenerates the primary key of an account that is made where it is not there. */
  regenerate(app: AppName, account: string): Promise<Response>;
}

export async function withApps(
  names: readonly AppName[],
  use: (apps: SideBySide) => Promise<void>,
): Promise<void> {
  const azurite: Azurite = await startAzurite();
  const azure = await startLocalAzure({ clientId: CLIENT_ID, resourceGroups: [`${SUBSCRIPTION}/rg-maps`] });
  const environment = {
    ...azure.environment(),
    AzureWebJobsStorage: azurite.connectionString,
    ROTATION_SCOPES: `/subscriptions/${SUBSCRIPTION}`,
  };
  const apps = new Map<AppName, RunningApp>();
  for (const name of names) {
    const { directory, verify } = APPS[name];
    const settings = { ...environment, ROTATION_VERIFY: verify };
    apps.set(name, await startApp({ environment: settings, appDirectory: directory }));
  }
  const known = new Set<string>();
  const regenerate = async (name: AppName, account: string) => {
    const app = apps.get(name);
    if (app === undefined) throw new Error(`The app '${name}' was not started.`);
    if (!known.has(account)) {
      azure.accounts.add({ subscriptionId: SUBSCRIPTION, resourceGroup: 'rg-maps', name: account });
      known.add(account);
    }
    const path = `/api/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-maps/providers/Microsoft.Maps/accounts/${account}/regenerateKey?api-version=2023-06-01`;
    return app.fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"keyType":"primary"}',
    });
  };
  try {
    await use({ azure, regenerate });
  } finally {
    await Promise.all([...apps.values()].map((app) => app.close()));
    await Promise.all([azure.close(), azurite.close()]);
  }
}
