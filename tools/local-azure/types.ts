import type { Target } from './arm/accounts.ts';
import type { BucketSize, ThrottleLimits } from './arm/throttle.ts';
import type { DeliveryTokens } from './entra/delivery-tokens.ts';
import type { Tokens } from './entra/tokens.ts';
import type { CloudEvent } from './event-grid/cloud-event.ts';
import type { EventSubscription, EventSubscriptions } from './event-grid/event-subscriptions.ts';
import type { Vault } from './key-vault/key-vault-store.ts';
import type { Fault, Faults } from './server/faults.ts';

export type KeyType = 'primary' | 'secondary';
export type Operation =
  | 'getAccount'
  | 'listAccounts'
  | 'listKeys'
  | 'regenerateKey'
  | 'publish'
  | 'token'
  | 'setSecret'
  | 'getSecret'
  | 'listSecretVersions'
  | 'updateSecret'
  | 'deleteSecret'
  | 'getDeletedSecret'
  | 'mapsRequest';

/**
 * A Maps account to begin with. Where its times are left open, it is new. A time that is `null` is left out of the
 * answers: of when they were made, as with accounts of before 2021; of the keys, as no recording since 2018 shows.
 */
export type AccountSeed = {
  subscriptionId: string;
  resourceGroup: string;
  name: string;
  location?: string;
  tags?: Record<string, string>;
  sku?: string;
  kind?: string;
  disableLocalAuth?: boolean;
  /** For good; where unset, `Updating` for a while if the account is new, and then `Succeeded`. */
  provisioningState?: string;
  createdAt?: Date | string | null;
  primaryKeyLastUpdated?: Date | string | null;
  secondaryKeyLastUpdated?: Date | string | null;
  /** A ReadOnly lock: ARM then refuses POST, listKeys too. */
  locked?: boolean;
  /** The id as lists show it, where its case is to differ from the canonical one. */
  idInList?: string;
};

export type Call = {
  readonly operation: Operation | 'other';
  readonly method: string;
  /** Without the map key, where one stands in it. */
  readonly path: string;
  readonly account: string | null;
  /** By the stand-in's clock, ISO. */
  readonly time: string;
  readonly clientRequestId: string | null;
  readonly userAgent: string | null;
  /** Monotonic milliseconds (performance.now). */
  readonly startedAt: number;
  endedAt: number | null;
  outcome: 'pending' | 'answered' | 'dropped';
  status: number | null;
  changed: boolean;
  /** The very object that was added, where the call met one. */
  fault: Fault | null;
  /** What the hook threw, or what the stand-in itself got wrong. */
  error: string | null;
};

export type Regeneration = {
  readonly accountId: string;
  readonly keyType: KeyType;
  /** The new `LastUpdated`. */
  readonly time: string;
  readonly oldKey: string;
  readonly newKey: string;
  readonly by: 'request' | 'outside';
};

type RequestDetails = {
  readonly account: string | null;
  readonly accountId: string | null;
  readonly keyType: KeyType | null;
  readonly path: string;
  readonly body: string;
  /** Known in the phase `after` only. */
  readonly status: number | null;
  readonly changed: boolean;
};

/** `before`: nothing done yet. `after`: the effect is made, the answer not yet written. Awaited in both. */
export type RequestHook = (
  operation: Operation,
  phase: 'before' | 'after',
  details: RequestDetails,
) => void | Promise<void>;

export type LocalAzureOptions = {
  accounts?: readonly AccountSeed[];
  /** Subscriptions and groups that exist without accounts; a group is `<subscription>/<name>`. */
  subscriptions?: readonly string[];
  resourceGroups?: readonly string[];
  /** Ports; 0 (any free one) by default. */
  port?: number;
  identityPort?: number;
  /** Where the certificate is kept from one start to the next; else a temporary folder, removed at close. */
  certificateFolder?: string;
  topic?: string;
  /** The client id of the user-assigned identity; where unset, the identity is system-assigned. */
  clientId?: string;
  identityHeader?: string;
  armAudiences?: readonly string[];
  tokenLifetimeSeconds?: number;
  /** Of lists of accounts; where unset, one page holds them all, as ARM's did with thousands. */
  pageSize?: number;
  /** Lists begin with an empty page that has a nextLink (LIST-02). */
  emptyFirstPage?: boolean;
  /** The last page carries `nextLink: ""` (LIST-02). */
  emptyLastLink?: boolean;
  /** Lists go in circles: each page links to itself, or two of them to one another (LIST-06). */
  circularLinks?: 'self' | 'pair';
  throttle?: boolean | Partial<ThrottleLimits>;
  /** Subscriptions have token buckets of either size; ordinary ones by default. */
  buckets?: BucketSize;
  /** For how long an account that is made is `Updating`: 30 s by default, about as long as was recorded. */
  updatingMs?: number;
  /** `listKeys` moves `lastModifiedAt`, too. No recording shows whether it does. */
  listKeysModifies?: boolean;
  /** How far the `Date` of ARM's answers is behind: 600 ms by default, so that a new key's time can be up to 1.6 s later. */
  dateLagMs?: number;
  /** Added to each call but those for tokens, for benches. */
  latencyMs?: number;
  /** What Event Grid's retry schedule and time to live are multiplied with; 0.01 by default. */
  deliveryTimeScale?: number;
  /** How long a webhook may take to answer; 30 s, as with Event Grid, by default. */
  deliveryTimeoutMs?: number;
  /** Azure Maps refuses a regenerated key until that long after; the old one dies at once. */
  keyAcceptanceDelayMs?: number;
  /** For how long a secret is being deleted: 4 s were recorded; at once by default, so that no test has to wait. */
  secretDeletionMs?: number;
  now?: () => Date;
  onRequest?: RequestHook;
};

export type LocalAzure = {
  /** `https://localhost:<port>`: Azure Resource Manager, and Azure Maps itself. */
  readonly endpoint: string;
  /** KEY_VAULT_URI, where a test wants a vault. */
  readonly vaultUri: string;
  readonly topicEndpoint: string;
  readonly identityEndpoint: string;
  readonly identityHeader: string;
  /** `http://127.0.0.1:<port>/_local`. */
  readonly controlEndpoint: string;
  readonly caFile: string;
  /** The CA certificate, PEM. */
  readonly ca: string;
  /** The server's certificate and key, PEM, for webhooks on this machine. */
  readonly certificate: { readonly cert: string; readonly key: string };
  /** Microsoft Entra ID's address, for the keys of delivery tokens. */
  readonly authorityHost: string;

  readonly accounts: Accounts;
  readonly tokens: Tokens;
  readonly faults: Faults;
  readonly vault: Vault;

  readonly calls: readonly Call[];
  readonly regenerations: readonly Regeneration[];
  readonly events: readonly CloudEvent[];
  /** Each key value ever issued, also after `reset`. */
  readonly everyKey: ReadonlySet<string>;

  issueToken(audience: string, options?: { lifetimeSeconds?: number }): string;
  /** The token that deliveries carry. */
  issueDeliveryToken: DeliveryTokens['issue'];
  /** Delivers the topic's events to a webhook, from now on. */
  subscribe: EventSubscriptions['subscribe'];
  subscriptions(): readonly EventSubscription[];
  setHook(hook: RequestHook | undefined): void;
  setLatency(milliseconds: number): void;
  setKeyAcceptanceDelay(milliseconds: number): void;
  /** What an app needs in its environment. */
  environment(): Record<string, string>;
  /** Forgets calls, regenerations, events and deliveries; accounts, secrets, faults, subscriptions and `everyKey` stay. */
  reset(): void;
  close(): Promise<void>;
};

export type AccountKeys = {
  primaryKey: string;
  primaryKeyLastUpdated?: string;
  secondaryKey: string;
  secondaryKeyLastUpdated?: string;
};

export type Accounts = {
  /** Returns the account's ARM id. One under the id of an account that was removed is another account. */
  add(seed: AccountSeed): string;
  remove(id: string): void;
  /** To another group or subscription, with all that it has. Returns the ARM id that it has now. */
  move(id: string, target: Target): string;
  update(
    id: string,
    change: Partial<Pick<AccountSeed, 'tags' | 'disableLocalAuth' | 'provisioningState' | 'locked'>>,
  ): void;
  keys(id: string): AccountKeys;
  /** Somebody else regenerates a key. */
  regenerate(id: string, keyType: KeyType): void;
  ids(): string[];
};
