import { setTimeout as sleep } from 'node:timers/promises';
import { startAzurite } from '../../tools/azurite.ts';
import { type LocalAzure, startLocalAzure, trustCa } from '../../tools/local-azure/local-azure.ts';
import { type RunningApp, startApp } from '../support/running-app.ts';
import type { MapFigures } from './map-client.ts';
import { startMapClient } from './map-client.ts';
import { startMapWebApp } from './map-web-app.ts';
import { guardedRotator, naiveRotator, type Rotate } from './rotators.ts';

const SUBSCRIPTION = '21a9967a-e8a9-4656-a70b-96ff1c4d05a0';
const DAY = 86_400_000;

/** From one rotation to the next: more than a consumer takes to move. */
const PAUSE_MS = 5000;

export interface DemoOptions {
  readonly rotations: number;
  readonly requestsPerSecond: number;
  /** How long Azure Maps still refuses a key that was just made. */
  readonly keyAcceptanceDelayMs: number;
}

export interface DemoFigures {
  readonly ours: MapFigures;
  readonly naive: MapFigures;
}

/** Two maps before one Azure, whose keys are rotated at the same time: by the app, and as comes first to mind. */
export async function runDemo(options: DemoOptions): Promise<DemoFigures> {
  const azurite = await startAzurite();
  const azure = await startLocalAzure({ keyAcceptanceDelayMs: options.keyAcceptanceDelayMs });
  const distrust = trustCa(azure.ca);
  const vault = { KEY_VAULT_URI: azure.vaultUri };
  let app: RunningApp | undefined;
  try {
    const [ours, naive] = [addAccount(azure, 'map-ours'), addAccount(azure, 'map-naive')];
    app = await startApp({
      environment: {
        ...azure.environment(),
        ...vault,
        AzureWebJobsStorage: azurite.connectionString,
        ROTATION_SCOPES: `/subscriptions/${SUBSCRIPTION}`,
      },
    });
    const [first, second] = await Promise.all([
      showMap(azure, ours, vault, guardedRotator(app, ours), options),
      showMap(azure, naive, {}, naiveRotator(azure, naive), options),
    ]);
    return { ours: first, naive: second };
  } finally {
    await app?.close();
    await azure.close();
    distrust();
    await azurite.close();
  }
}

/** The primary key is in use. */
function addAccount(azure: LocalAzure, name: string): string {
  return azure.accounts.add({
    subscriptionId: SUBSCRIPTION,
    resourceGroup: 'rg-maps',
    name,
    tags: { 'key-rotation': 'enabled', 'key-rotation-in-use': 'primary' },
    primaryKeyLastUpdated: new Date(Date.now() - 100 * DAY),
    secondaryKeyLastUpdated: new Date(Date.now() - 120 * DAY),
  });
}

async function showMap(
  azure: LocalAzure,
  accountId: string,
  environment: Record<string, string>,
  rotate: Rotate,
  { rotations, requestsPerSecond }: DemoOptions,
): Promise<MapFigures> {
  const webApp = await startMapWebApp(azure, accountId, environment);
  const client = startMapClient(webApp.url, azure.endpoint, requestsPerSecond);
  try {
    await sleep(1000);
    for (let nth = 0; nth < rotations; nth++) {
      const pause = sleep(PAUSE_MS);
      const before = await webApp.version();
      await rotate();
      while ((await webApp.version()) === before) await sleep(50);
      await pause;
    }
  } finally {
    await client.stop();
    await webApp.close();
  }
  return client.figures;
}
