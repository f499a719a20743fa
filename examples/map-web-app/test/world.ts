import { randomUUID } from 'node:crypto';
import type { KeyRegeneratedData } from 'maps-key-rotation/events';
import { onTestFinished } from 'vitest';
import {
  accountPath,
  group,
  localCredential,
  mapsAccount,
  mapsClient,
  subscription,
  topicClient,
  trustedAzure,
} from '../../../test/tools/local-azure/helpers.ts';
import type { EventSubscriptionOptions } from '../../../tools/local-azure/event-grid/subscription-options.ts';
import type { KeyType, LocalAzure, LocalAzureOptions } from '../../../tools/local-azure/local-azure.ts';
import type { Log } from '../src/log.ts';
import { startMapWebApp } from '../src/map-web-app.ts';
import { readSettings } from '../src/settings.ts';

export const tenantId = '11111111-2222-4333-8444-555555555555';
export const audience = 'api://map-web-app';

type World = {
  azure: LocalAzure;
  url: string;
  log: unknown[];
  key(): Promise<string | undefined>;
  settings: Record<string, string>;
};

/** A minute of Event Grid's schedule in 60 ms, and keys of different ages: the secondary is in use. */
export async function startWorld(
  settings: Record<string, string> = {},
  options: LocalAzureOptions = {},
): Promise<World> {
  const account = { ...mapsAccount, primaryKeyLastUpdated: '2026-01-01T00:00:00Z' };
  const azure = await trustedAzure({
    accounts: [{ ...account, secondaryKeyLastUpdated: '2026-02-01T00:00:00Z' }],
    deliveryTimeScale: 0.001,
    ...options,
  });
  return { azure, settings, ...(await startApp(azure, settings)) };
}

export async function startApp(azure: LocalAzure, settings: Record<string, string> = {}) {
  const log: unknown[] = [];
  const note: Log = (level, message, fields) => void log.push({ level, message, ...fields });
  const read = readSettings({
    PORT: '0',
    MAPS_ACCOUNT_ID: accountPath,
    WEBHOOK_TENANT_ID: tenantId,
    WEBHOOK_AUDIENCE: audience,
    AZURE_AUTHORITY_HOST: azure.authorityHost,
    AZURE_RESOURCE_MANAGER_ENDPOINT: azure.endpoint,
    AZURE_MAPS_ENDPOINT: azure.endpoint,
    KEY_REREAD_MINUTES: '0',
    ...settings,
  });
  const app = await startMapWebApp(read, localCredential(azure), note);
  onTestFinished(() => app.close());
  const url = `http://127.0.0.1:${app.port}`;
  return { url, log, key: async () => (await readKey(url))?.key };
}

export async function readKey(url: string): Promise<{ key: string; version: string } | undefined> {
  const response = await fetch(`${url}/map-key`);
  return response.ok ? ((await response.json()) as { key: string; version: string }) : undefined;
}

/** Once it has a key. */
export async function subscribeApp({ azure, url }: World, options: Partial<EventSubscriptionOptions> = {}) {
  await until(async () => (await fetch(`${url}/healthz`)).ok);
  return azure.subscribe({ endpoint: `${url}/events`, entra: { tenantId, audience }, ...options });
}

/** Regenerates a key, and says what the app would announce. */
export async function regenerate(azure: LocalAzure, keyType: KeyType): Promise<KeyRegeneratedData> {
  await mapsClient(azure).accounts.regenerateKeys(group, 'Maps1', { keyType });
  return eventData(keyType, azure.regenerations.at(-1)?.time ?? '');
}

export function eventData(keyType: KeyType, keyLastUpdated: string): KeyRegeneratedData {
  return {
    rotationId: randomUUID(),
    accountId: accountPath,
    accountName: 'Maps1',
    resourceGroupName: group,
    subscriptionId: subscription,
    keyType,
    trigger: 'timer',
    reason: 'due',
    keyLastUpdated,
  };
}

/** Over the wire, as the app does it. */
export async function announce(azure: LocalAzure, ...all: KeyRegeneratedData[]): Promise<void> {
  const events = all.map((data) => ({
    id: data.rotationId,
    source: encodeURI(data.accountId),
    type: 'KeyRegenerated',
    subject: `accounts/${data.accountName}/keys/${data.keyType}`,
    time: new Date(data.keyLastUpdated ?? Date.now()),
    data,
  }));
  await topicClient(azure).send(events);
}

export function keyOf(azure: LocalAzure, keyType: KeyType): string {
  return azure.accounts.keys(accountPath)[`${keyType}Key`];
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it did not come about in 20 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
