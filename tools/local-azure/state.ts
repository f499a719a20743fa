import { randomUUID } from 'node:crypto';
import { type AccountStore, createAccountStore } from './arm/accounts.ts';
import type { ArmContext } from './arm/arm-maps.ts';
import { armLimits, createThrottle, noThrottle, type Throttle } from './arm/throttle.ts';
import { createDeliveryTokens } from './entra/delivery-tokens.ts';
import type { DirectoryContext } from './entra/directory.ts';
import type { IdentityContext } from './entra/managed-identity.ts';
import { createTokens, type Tokens } from './entra/tokens.ts';
import { eventGridAudience, type TopicContext } from './event-grid/event-grid-topic.ts';
import {
  createSubscriptions,
  type EventSubscriptions,
  type SubscriptionsContext,
} from './event-grid/event-subscriptions.ts';
import { vaultAudience } from './key-vault/key-vault-errors.ts';
import type { VaultContext } from './key-vault/key-vault-secrets.ts';
import { createSecretStore } from './key-vault/key-vault-store.ts';
import type { MapsContext } from './maps/maps-data-plane.ts';
import type { Exchange } from './server/exchange.ts';
import { createFaults } from './server/faults.ts';
import type { LocalAzureOptions } from './types.ts';

export type State = {
  now: () => Date;
  store: AccountStore;
  exchange: Exchange;
  arm: ArmContext;
  topic: TopicContext;
  vault: VaultContext;
  maps: MapsContext;
  identity: IdentityContext;
  directory: DirectoryContext;
  webhooks: SubscriptionsContext;
  subscriptions: EventSubscriptions;
  closing: AbortController;
};

const publicAudiences = ['https://management.azure.com', 'https://management.core.windows.net'];
const otherResources = ['https://storage.azure.com', 'https://monitor.azure.com', vaultAudience];
/** As long as Azure's tokens for managed identities live. */
const usualLifetime = 24 * 60 * 60;

export function createState(options: LocalAzureOptions): State {
  const now = options.now ?? (() => new Date());
  const store = createAccountStore(now, options.updatingMs ?? 30_000);
  seed(store, options);
  const tokens = createTokens(options.tokenLifetimeSeconds ?? usualLifetime);
  const closing = new AbortController();
  const delivery = createWebhooks(options, now, closing.signal, () => state.arm.list.origin);
  const state: State = {
    ...delivery,
    now,
    store,
    closing,
    exchange: {
      faults: createFaults(),
      calls: [],
      now,
      latencyMs: options.latencyMs ?? 0,
      hook: options.onRequest,
      closing: closing.signal,
    },
    arm: toArm(options, store, tokens, now),
    topic: {
      topic: options.topic ?? 'key-rotation',
      tokens,
      events: [],
      now,
      publish: delivery.subscriptions.publish,
    },
    vault: { secrets: createSecretStore(now, options.secretDeletionMs ?? 0), tokens, origin: '' },
    maps: { store, keyAcceptanceDelayMs: options.keyAcceptanceDelayMs ?? 0 },
    identity: {
      tokens,
      identityHeader: options.identityHeader ?? randomUUID(),
      clientId: options.clientId,
      resources: [],
    },
  };
  return state;
}

function toArm(options: LocalAzureOptions, store: AccountStore, tokens: Tokens, now: () => Date): ArmContext {
  return {
    store,
    tokens,
    now,
    throttle: toThrottle(options),
    audiences: [],
    listKeysModifies: options.listKeysModifies ?? false,
    dateLagMs: options.dateLagMs ?? 600,
    list: {
      origin: '',
      pageSize: options.pageSize ?? Number.POSITIVE_INFINITY,
      emptyFirstPage: options.emptyFirstPage ?? false,
      emptyLastLink: options.emptyLastLink ?? false,
      circularLinks: options.circularLinks,
    },
  };
}

function createWebhooks(
  options: LocalAzureOptions,
  now: () => Date,
  closing: AbortSignal,
  authority: () => string,
) {
  const { deliveryTimeScale = 0.01, deliveryTimeoutMs = 30_000 } = options;
  const tokens = createDeliveryTokens(authority);
  const webhooks: SubscriptionsContext = {
    tokens,
    timeScale: deliveryTimeScale,
    timeoutMs: deliveryTimeoutMs,
    closing,
    now,
    ca: '',
  };
  return { directory: { tokens, authority }, webhooks, subscriptions: createSubscriptions(webhooks) };
}

/** Links and audiences carry the port, which is known only once the server listens. */
export function setPort(state: State, port: number, audiences: readonly string[] | undefined): string {
  const endpoint = `https://localhost:${port}`;
  const own = [endpoint, `https://127.0.0.1:${port}`];
  state.arm.list.origin = endpoint;
  state.vault.origin = endpoint;
  state.arm.audiences = audiences ?? [...own, ...publicAudiences];
  state.identity.resources = [...state.arm.audiences, eventGridAudience, ...otherResources];
  return endpoint;
}

function toThrottle({ throttle, buckets = 'ordinary' }: LocalAzureOptions): Throttle {
  const limits = { ...armLimits[buckets], ...(typeof throttle === 'object' && throttle) };
  return throttle ? createThrottle(limits) : noThrottle(limits);
}

function seed(store: AccountStore, options: LocalAzureOptions): void {
  for (const subscription of options.subscriptions ?? []) store.addSubscription(subscription);
  for (const group of options.resourceGroups ?? []) {
    const [subscription = '', name = ''] = group.split('/');
    store.addGroup(subscription, name);
  }
  for (const account of options.accounts ?? []) store.add(account);
}
