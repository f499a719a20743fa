import { type LocalAzure, startLocalAzure } from '../../src/local/azure/local-azure.ts';
import { type Azurite, startAzurite } from '../../src/local/azurite.ts';
import { type RunningApp, startApp } from '../support/running-app.ts';

export const APPS = { naive: 'test/bench/apps/naive', ours: 'dist' } as const;
export type AppName = keyof typeof APPS;

const SUBSCRIPTION = '21a9967a-e8a9-4656-a70b-96ff1c4d05a0';
const CLIENT_ID = '0f6d1d0e-5a5b-4b38-9f1c-0d2a4be0a001';

/** The naive app and ours before one local Azure. */
export interface SideBySide {
  readonly azure: LocalAzure;
  readonly apps: Readonly<Record<AppName, RunningApp>>;
  /** Regenerates the primary key of an account that is made where it is not there. */
  regenerate(app: AppName, account: string): Promise<Response>;
}

export async function withBothApps(use: (both: SideBySide) => Promise<void>): Promise<void> {
  const azurite: Azurite = await startAzurite();
  const azure = await startLocalAzure({ clientId: CLIENT_ID, resourceGroups: [`${SUBSCRIPTION}/rg-maps`] });
  const environment = {
    ...azure.environment(),
    AzureWebJobsStorage: azurite.connectionString,
    ROTATION_SCOPES: `/subscriptions/${SUBSCRIPTION}`,
  };
  const [naive, ours] = await Promise.all([
    startApp({ environment, appDirectory: APPS.naive }),
    startApp({ environment, appDirectory: APPS.ours }),
  ]);
  const apps = { naive, ours };
  const known = new Set<string>();
  const regenerate = (app: AppName, account: string) => {
    if (!known.has(account)) {
      azure.accounts.add({ subscriptionId: SUBSCRIPTION, resourceGroup: 'rg-maps', name: account });
      known.add(account);
    }
    const path = `/api/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-maps/providers/Microsoft.Maps/accounts/${account}/regenerateKey?api-version=2023-06-01`;
    return apps[app].fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"keyType":"primary"}',
    });
  };
  try {
    await use({ azure, apps, regenerate });
  } finally {
    await Promise.all([naive.close(), ours.close()]);
    await Promise.all([azure.close(), azurite.close()]);
  }
}
