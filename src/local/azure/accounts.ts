import { randomUUID } from 'node:crypto';
import { type MapsKey, regeneratedKey, seededKey, timestamp } from './maps-keys.ts';
import type { AccountKeys, AccountSeed, KeyType, Regeneration } from './types.ts';

export type Account = {
  readonly number: number;
  readonly id: string;
  readonly idInList: string;
  readonly resourceGroup: string;
  /** `<subscription>/<group>`, lower-case. */
  readonly scope: string;
  readonly name: string;
  readonly uniqueId: string;
  readonly createdAt: string;
  seed: AccountSeed;
  keys: Record<KeyType, MapsKey>;
};

export type KeyHolder = {
  account: Account;
  /** Monotonic milliseconds; null for the keys that an account comes with. */
  regeneratedAt: number | null;
};

export type AccountStore = {
  add(seed: AccountSeed): Account;
  addSubscription(subscriptionId: string): void;
  /** Returns the group's name in the case in which it came first. */
  addGroup(subscriptionId: string, group: string): string;
  remove(id: string): void;
  find(id: string): Account | undefined;
  hasSubscription(subscriptionId: string): boolean;
  hasGroup(subscriptionId: string, group: string): boolean;
  list(subscriptionId: string, group: string | undefined): Account[];
  all(): Account[];
  regenerate(account: Account, keyType: KeyType, by: Regeneration['by']): void;
  /** Whose present key this is. */
  holderOf(key: string): KeyHolder | undefined;
  readonly regenerations: Regeneration[];
  readonly everyKey: Set<string>;
};

export function accountId(subscriptionId: string, group: string, name: string): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Microsoft.Maps/accounts/${name}`;
}

export function createAccountStore(now: () => Date): AccountStore {
  const accounts = new Map<string, Account>();
  const subscriptions = new Set<string>();
  const groups = new Map<string, string>();
  const regenerations: Regeneration[] = [];
  const everyKey = new Set<string>();
  const holders = new Map<string, KeyHolder>();
  let added = 0;

  const store: AccountStore = {
    regenerations,
    everyKey,
    add(seed) {
      const group = store.addGroup(seed.subscriptionId, seed.resourceGroup);
      added += 1;
      const account = createAccount({ ...seed, resourceGroup: group }, added, now());
      if (store.find(account.id)) throw new Error(`local Azure: ${account.id} exists`);
      accounts.set(account.id.toLowerCase(), account);
      for (const { value } of Object.values(account.keys)) {
        everyKey.add(value);
        holders.set(value, { account, regeneratedAt: null });
      }
      return account;
    },
    addSubscription: (subscriptionId) => void subscriptions.add(subscriptionId.toLowerCase()),
    addGroup(subscriptionId, group) {
      store.addSubscription(subscriptionId);
      const scope = scopeOf(subscriptionId, group);
      const canonical = groups.get(scope) ?? group;
      groups.set(scope, canonical);
      return canonical;
    },
    remove(id) {
      const { primary, secondary } = store.find(id)?.keys ?? {};
      for (const key of [primary, secondary]) holders.delete(key?.value ?? '');
      accounts.delete(id.toLowerCase());
    },
    find: (id) => accounts.get(id.toLowerCase()),
    hasSubscription: (subscriptionId) => subscriptions.has(subscriptionId.toLowerCase()),
    hasGroup: (subscriptionId, group) => groups.has(scopeOf(subscriptionId, group)),
    list: (subscriptionId, group) => store.all().filter(isWithin(subscriptionId, group)),
    all: () => [...accounts.values()],
    regenerate(account, keyType, by) {
      const regeneration = regenerate(account, keyType, by, now(), regenerations.length);
      regenerations.push(regeneration);
      everyKey.add(regeneration.newKey);
      holders.delete(regeneration.oldKey);
      holders.set(regeneration.newKey, { account, regeneratedAt: performance.now() });
    },
    holderOf: (key) => holders.get(key),
  };
  return store;
}

function createAccount(seed: AccountSeed, number: number, now: Date): Account {
  const { subscriptionId, resourceGroup, name } = seed;
  const id = accountId(subscriptionId, resourceGroup, name);
  const createdAt = timestamp(seed.createdAt ?? seed.primaryKeyLastUpdated ?? now);
  const { primaryKeyLastUpdated = createdAt, secondaryKeyLastUpdated = createdAt } = seed;
  return {
    number,
    id,
    idInList: seed.idInList ?? id,
    resourceGroup,
    scope: scopeOf(subscriptionId, resourceGroup),
    name,
    uniqueId: randomUUID(),
    createdAt,
    seed,
    keys: { primary: seededKey(primaryKeyLastUpdated), secondary: seededKey(secondaryKeyLastUpdated) },
  };
}

function regenerate(
  account: Account,
  keyType: KeyType,
  by: Regeneration['by'],
  now: Date,
  count: number,
): Regeneration {
  const old = account.keys[keyType];
  const fresh = regeneratedKey(old, now, count * 1237 + 4321);
  account.keys[keyType] = fresh;
  return {
    accountId: account.id,
    keyType,
    time: fresh.lastUpdated,
    oldKey: old.value,
    newKey: fresh.value,
    by,
  };
}

export function toKeys(account: Account): AccountKeys {
  const { primary, secondary } = account.keys;
  return {
    primaryKey: primary.value,
    ...(primary.lastUpdated !== null && { primaryKeyLastUpdated: primary.lastUpdated }),
    secondaryKey: secondary.value,
    ...(secondary.lastUpdated !== null && { secondaryKeyLastUpdated: secondary.lastUpdated }),
  };
}

function scopeOf(subscriptionId: string, group: string): string {
  return `${subscriptionId}/${group}`.toLowerCase();
}

function isWithin(subscriptionId: string, group: string | undefined): (account: Account) => boolean {
  const scope = scopeOf(subscriptionId, group ?? '');
  return (account) => (group === undefined ? account.scope.startsWith(scope) : account.scope === scope);
}
