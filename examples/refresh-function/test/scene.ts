import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import type { KeyType } from '../../../src/core/account/key-type.ts';
import { rotationWith } from '../../../test/core/support/rotations.ts';
import { onTheWire } from '../../../test/subscriber/samples.ts';
import { FAST_HOST } from '../../../test/support/global-setup.ts';
import { type RunningApp, startApp } from '../../../test/support/running-app.ts';
import type { LocalAzure } from '../../../tools/local-azure/local-azure.ts';

export const APP = 'examples/refresh-function';

/** An Azure Maps account, the function for its application, and the application's secret. */
export interface Scene {
  readonly accountId: string;
  readonly secretName: string;
  readonly app: RunningApp;
  /** The webhook of the function, as an event subscription names it. */
  readonly endpoint: string;
  readonly vault: SecretClient;
  /** A key gets a new value; the event that tells of it, as it goes over the wire. */
  regenerate(keyType: KeyType, data?: object): Promise<SentEvent>;
  deliver(event: unknown): Promise<Response>;
  /** Of the application's secret, oldest first. */
  versions(): Versions;
  /** What the application reads. */
  current(): Promise<string | undefined>;
  keyNow(keyType: KeyType): string;
  close(): Promise<void>;
}

type Versions = ReturnType<LocalAzure['vault']['secrets']>[number]['versions'];

export interface SentEvent {
  readonly id: string;
  readonly type: string;
  readonly data: { readonly keyLastUpdated: string; readonly [field: string]: unknown };
}

let scenes = 0;

export async function startScene(
  azure: LocalAzure,
  environment: Record<string, string> = {},
): Promise<Scene> {
  const name = `maps-${++scenes}`;
  const subscriptionId = '21a9967a-e8a9-4656-a70b-96ff1c4d05a0';
  const accountId = azure.accounts.add({ subscriptionId, resourceGroup: 'rg-Maps', name });
  const secretName = `key-of-${name}`;
  const settings = { MAPS_ACCOUNT_ID: accountId, VAULT_URI: azure.vaultUri, SECRET_NAME: secretName };
  const app = await startApp({
    environment: { ...azure.environment(), ...settings, ...environment },
    appDirectory: APP,
    host: `${FAST_HOST}/main.js`,
  });
  const endpoint = `${app.url}/runtime/webhooks/EventGrid?functionName=refreshKey&code=${app.masterKey}`;
  const vault = vaultOf(azure);
  return {
    accountId,
    secretName,
    app,
    endpoint,
    vault,
    async regenerate(keyType, data = {}) {
      await sleep(2);
      azure.accounts.regenerate(accountId, keyType);
      return eventOf(azure, accountId, keyType, data);
    },
    deliver: (event) => deliver(endpoint, event),
    versions: () => azure.vault.secrets().find((secret) => secret.name === secretName)?.versions ?? [],
    current: async () => (await vault.getSecret(secretName)).value,
    keyNow: (keyType) => azure.accounts.keys(accountId)[`${keyType}Key`],
    close: () => app.close(),
  };
}

/** As Event Grid sends it. */
function deliver(endpoint: string, event: unknown): Promise<Response> {
  return fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'aeg-event-type': 'Notification',
      'aeg-delivery-count': '0',
    },
    body: JSON.stringify(event),
  });
}

function eventOf(azure: LocalAzure, accountId: string, keyType: KeyType, data: object): SentEvent {
  const keys = azure.accounts.keys(accountId);
  const after = {
    ...(keys.primaryKeyLastUpdated && { primary: keys.primaryKeyLastUpdated }),
    ...(keys.secondaryKeyLastUpdated && { secondary: keys.secondaryKeyLastUpdated }),
  };
  const event = onTheWire(
    rotationWith({ rotationId: crypto.randomUUID(), accountId, keyType, state: 'regenerated', after }),
  ) as SentEvent;
  return { ...event, data: { ...event.data, ...data } };
}

export function credentialOf(azure: LocalAzure): TokenCredential {
  return {
    getToken: async (scope: string | string[]) => ({
      token: azure.issueToken(String(scope).replace(/\/\.default$/, '')),
      expiresOnTimestamp: Date.now() + 3_600_000,
    }),
  };
}

export function vaultOf(azure: LocalAzure): SecretClient {
  return new SecretClient(azure.vaultUri, credentialOf(azure), {
    disableChallengeResourceVerification: true,
  });
}
