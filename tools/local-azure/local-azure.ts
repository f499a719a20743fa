import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AccountStore, toKeys } from './arm/accounts.ts';
import { armWork } from './arm/arm-maps.ts';
import { directoryWork, isDirectoryPath } from './entra/directory.ts';
import { identityPath, identityWork } from './entra/managed-identity.ts';
import { topicPath, topicWork } from './event-grid/event-grid-topic.ts';
import { isVaultPath, vaultWork } from './key-vault/key-vault.ts';
import { toVault } from './key-vault/key-vault-store.ts';
import { isMapsPath, mapsWork } from './maps/maps-data-plane.ts';
import { type Certificate, localCertificate } from './server/certificate.ts';
import { control, controlPath } from './server/control.ts';
import { serve } from './server/exchange.ts';
import { type Incoming, readIncoming, type Work, writeReply } from './server/http.ts';
import { type Listening, listen } from './server/servers.ts';
import { createState, type State, setPort } from './state.ts';
import type { Accounts, LocalAzure, LocalAzureOptions } from './types.ts';

export { keyMarker } from './maps/maps-keys.ts';
export type { Fault } from './server/faults.ts';
export { trustCa } from './server/trust.ts';
export type * from './types.ts';

type Running = { certificate: Certificate; secure: Listening; plain: Listening };

/**
 * An Azure for one process or one test: ARM for Maps accounts, their data plane, an Event Grid topic, a key vault,
 * a managed identity.
 */
export async function startLocalAzure(options: LocalAzureOptions = {}): Promise<LocalAzure> {
  const state = createState(options);
  const running = await start(options, state, (incoming) => control(incoming, azure, state.subscriptions));
  const azure = toLocalAzure(options, state, running);
  return azure;
}

async function start(
  options: LocalAzureOptions,
  state: State,
  answerControl: (incoming: Incoming) => ReturnType<typeof control>,
): Promise<Running> {
  const certificate = await localCertificate(options.certificateFolder);
  const opened: Listening[] = [];
  try {
    const { cert, key } = certificate;
    const secure = await listen(createHttpsServer({ cert, key }, onSecure(state)), options.port ?? 0);
    opened.push(secure);
    const plain = await listen(createHttpServer(onPlain(state, answerControl)), options.identityPort ?? 0);
    return { certificate, secure, plain };
  } catch (error) {
    for (const listening of opened) await listening.close();
    await certificate.discard();
    throw error;
  }
}

function onSecure(state: State): RequestListener {
  const toWork = (incoming: Incoming): Work => {
    const { pathname } = incoming.url;
    if (isDirectoryPath(pathname)) return directoryWork(incoming, state.directory);
    if (pathname.startsWith('/topics/')) return topicWork(incoming, state.topic);
    if (isVaultPath(pathname)) return vaultWork(incoming, state.vault);
    if (isMapsPath(pathname)) return mapsWork(incoming, state.maps);
    return armWork(incoming, state.arm);
  };
  return (request, response) => void serve(request, response, toWork, state.exchange);
}

function onPlain(
  state: State,
  answerControl: (incoming: Incoming) => ReturnType<typeof control>,
): RequestListener {
  const toWork = (incoming: Incoming) => identityWork(incoming, state.identity);
  return (request, response) => {
    if (!request.url?.startsWith(`${controlPath}/`)) {
      void serve(request, response, toWork, state.exchange);
      return;
    }
    readIncoming(request)
      .then(async (incoming) => writeReply(response, await answerControl(incoming), state.now()))
      .catch(() => request.socket.destroy());
  };
}

function toLocalAzure(options: LocalAzureOptions, state: State, running: Running): LocalAzure {
  const { certificate, secure, plain } = running;
  const { exchange, store, topic, identity } = state;
  const endpoint = setPort(state, secure.port, options.armAudiences);
  const origin = `http://127.0.0.1:${plain.port}`;
  const azure: LocalAzure = {
    endpoint,
    vaultUri: endpoint,
    topicEndpoint: endpoint + topicPath(topic.topic),
    identityEndpoint: origin + identityPath,
    identityHeader: identity.identityHeader,
    controlEndpoint: origin + controlPath,
    caFile: certificate.caFile,
    ca: certificate.ca,
    ...toWebhooks(state, certificate, endpoint),
    accounts: toAccounts(store),
    tokens: identity.tokens,
    faults: exchange.faults,
    vault: toVault(state.vault.secrets, endpoint),
    calls: exchange.calls,
    regenerations: store.regenerations,
    events: topic.events,
    everyKey: store.everyKey,
    issueToken: (audience, tokenOptions) => identity.tokens.issue(audience, tokenOptions).token,
    setHook: (hook) => {
      exchange.hook = hook;
    },
    setLatency: (milliseconds) => {
      exchange.latencyMs = milliseconds;
    },
    setKeyAcceptanceDelay: (milliseconds) => {
      state.maps.keyAcceptanceDelayMs = milliseconds;
    },
    environment: () => environment(azure, options.clientId),
    reset: () => {
      for (const record of [exchange.calls, store.regenerations, topic.events]) record.length = 0;
      state.subscriptions.reset();
    },
    close: async () => {
      state.closing.abort();
      await Promise.all([secure.close(), plain.close()]);
      await certificate.discard();
    },
  };
  return azure;
}

function toWebhooks(
  { webhooks, subscriptions }: State,
  { ca, cert, key }: Certificate,
  authorityHost: string,
) {
  webhooks.ca = ca;
  return {
    certificate: { cert, key },
    authorityHost,
    issueDeliveryToken: webhooks.tokens.issue,
    subscribe: subscriptions.subscribe,
    subscriptions: subscriptions.list,
  };
}

function toAccounts(store: AccountStore): Accounts {
  const existing = (id: string) => {
    const account = store.find(id);
    if (!account) throw new Error(`local Azure: there is no ${id}`);
    return account;
  };
  return {
    add: (seed) => store.make(seed).id,
    remove: (id) => store.remove(existing(id)),
    move: (id, target) => store.move(existing(id), target).id,
    update: (id, change) => store.change(existing(id), change),
    keys: (id) => toKeys(existing(id)),
    regenerate: (id, keyType) => store.regenerate(existing(id), keyType, 'outside'),
    ids: () => store.all().map((account) => account.id),
  };
}

function environment(azure: LocalAzure, clientId: string | undefined): Record<string, string> {
  return {
    AZURE_RESOURCE_MANAGER_ENDPOINT: azure.endpoint,
    AZURE_MAPS_ENDPOINT: azure.endpoint,
    EVENT_GRID_TOPIC_ENDPOINT: azure.topicEndpoint,
    IDENTITY_ENDPOINT: azure.identityEndpoint,
    IDENTITY_HEADER: azure.identityHeader,
    NODE_EXTRA_CA_CERTS: azure.caFile,
    ...(clientId && { AZURE_CLIENT_ID: clientId }),
  };
}
