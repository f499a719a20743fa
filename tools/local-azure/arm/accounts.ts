import { randomUUID } from 'node:crypto';
import { type MapsKey, regeneratedKey, seededKeys, ticksOf } from '../maps/maps-keys.ts';
import type { AccountKeys, AccountSeed, KeyType, Regeneration } from '../types.ts';

/** Times are in ticks, units of 100 ns since 1970. */
export type Account = {
  /** Its place in lists. */
  readonly number: number;
  readonly id: string;
  readonly idInList: string;
  readonly resourceGroup: string;
  /** `<subscription>/<group>`, lower-case. */
  readonly scope: string;
  readonly name: string;
  /** Stays where the account is moved; one that is made again has another. */
  readonly uniqueId: string;
  readonly createdAt: bigint;
  /** Until then it is `Updating`, in monotonic milliseconds. */
  readonly updatingUntil: number;
  modifiedAt: bigint;
  seed: AccountSeed;
  keys: Record<KeyType, MapsKey>;
};

/** Where an account is moved to; what is not given stays. */
export type Target = Partial<Pick<AccountSeed, 'subscriptionId' | 'resourceGroup'>>;

export type KeyHolder = {
  account: Account;
  /** Monotonic milliseconds; null for the keys that an account comes with. */
  regeneratedAt: number | null;
};

export type AccountStore = {
  /** One that exists already. */
  add(seed: AccountSeed): Account;
  /** As `add`; one that comes without times of its own is made now. */
  make(seed: AccountSeed): Account;
  /** To another group or subscription: with its keys and its `uniqueId`, under another id. */
  move(account: Account, target: Target): Account;
  change(account: Account, change: Partial<AccountSeed>): void;
  addSubscription(subscriptionId: string): void;
  /** Returns the group's name in the case in which it came first. */
  addGroup(subscriptionId: string, group: string): string;
  remove(account: Account): void;
  find(id: string): Account | undefined;
  hasSubscription(subscriptionId: string): boolean;
  hasGroup(subscriptionId: string, group: string): boolean;
  list(subscriptionId: string, group: string | undefined): Account[];
  all(): Account[];
  regenerate(account: Account, keyType: KeyType, by: Regeneration['by']): void;
  /** `systemData.lastModifiedAt` becomes now. */
  touch(account: Account): void;
  /** Whose present key this is. */
  holderOf(key: string): KeyHolder | undefined;
  readonly regenerations: Regeneration[];
  readonly everyKey: Set<string>;
};

export function accountId(subscriptionId: string, group: string, name: string): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Microsoft.Maps/accounts/${name}`;
}

/** By how much `lastModifiedAt` is before the time of the key that was regenerated: 0.23 s were recorded. */
const MODIFIED_BEFORE_KEY = 2_300_000n;

export function createAccountStore(now: () => Date, updatingMs: number): AccountStore {
  const accounts = new Map<string, Account>();
  const places = createPlaces();
  const holders = createHolders();
  const regenerations: Regeneration[] = [];
  let added = 0;

  const place = (account: Account) => {
    if (accounts.has(account.id.toLowerCase())) throw new Error(`local Azure: ${account.id} exists`);
    accounts.set(account.id.toLowerCase(), account);
    holders.put(account);
    return account;
  };
  const add = (seed: AccountSeed, updatingUntil: number) => {
    added += 1;
    const resourceGroup = places.addGroup(seed.subscriptionId, seed.resourceGroup);
    return place(createAccount({ ...seed, resourceGroup }, added, now(), updatingUntil));
  };

  return {
    ...places,
    ...createChanges(now, holders, regenerations),
    regenerations,
    everyKey: holders.everyKey,
    holderOf: holders.of,
    add: (seed) => add(seed, 0),
    make: (seed) => add(seed, hasTimes(seed) ? 0 : performance.now() + updatingMs),
    move(account, target) {
      added += 1;
      const address = toAddress({ ...account.seed, ...target }, places);
      const moved = place({ ...account, ...address, number: added });
      accounts.delete(account.id.toLowerCase());
      return moved;
    },
    remove(account) {
      holders.drop(account);
      accounts.delete(account.id.toLowerCase());
    },
    find: (id) => accounts.get(id.toLowerCase()),
    list: (subscriptionId, group) => [...accounts.values()].filter(isWithin(subscriptionId, group)),
    all: () => [...accounts.values()],
  };
}

type Changes = Pick<AccountStore, 'change' | 'regenerate' | 'touch'>;

function createChanges(now: () => Date, holders: Holders, regenerations: Regeneration[]): Changes {
  return {
    change(account, change) {
      account.seed = { ...account.seed, ...change };
      touch(account, ticksOf(now()));
    },
    regenerate(account, keyType, by) {
      const regeneration = regenerate(account, keyType, by, now());
      regenerations.push(regeneration);
      holders.renew(account, regeneration);
    },
    touch: (account) => touch(account, ticksOf(now())),
  };
}

type Holders = ReturnType<typeof createHolders>;

/** Whose the keys are. */
function createHolders() {
  const everyKey = new Set<string>();
  const holders = new Map<string, KeyHolder>();
  return {
    everyKey,
    of: (key: string) => holders.get(key),
    put(account: Account) {
      for (const { value } of Object.values(account.keys)) {
        everyKey.add(value);
        holders.set(value, { regeneratedAt: null, ...holders.get(value), account });
      }
    },
    renew(account: Account, { oldKey, newKey }: Regeneration) {
      everyKey.add(newKey);
      holders.delete(oldKey);
      holders.set(newKey, { account, regeneratedAt: performance.now() });
    },
    drop({ keys }: Account) {
      for (const { value } of Object.values(keys)) holders.delete(value);
    },
  };
}

type Places = Pick<AccountStore, 'addSubscription' | 'addGroup' | 'hasSubscription' | 'hasGroup'>;

function createPlaces(): Places {
  const subscriptions = new Set<string>();
  const groups = new Map<string, string>();
  const addSubscription = (subscriptionId: string) => void subscriptions.add(subscriptionId.toLowerCase());
  return {
    addSubscription,
    addGroup(subscriptionId, group) {
      addSubscription(subscriptionId);
      const scope = scopeOf(subscriptionId, group);
      const canonical = groups.get(scope) ?? group;
      groups.set(scope, canonical);
      return canonical;
    },
    hasSubscription: (subscriptionId) => subscriptions.has(subscriptionId.toLowerCase()),
    hasGroup: (subscriptionId, group) => groups.has(scopeOf(subscriptionId, group)),
  };
}

function hasTimes(seed: AccountSeed): boolean {
  const { createdAt, primaryKeyLastUpdated, secondaryKeyLastUpdated } = seed;
  return [createdAt, primaryKeyLastUpdated, secondaryKeyLastUpdated].some((time) => time !== undefined);
}

function createAccount(seed: AccountSeed, number: number, now: Date, updatingUntil: number): Account {
  const { createdAt, keys } = seededKeys(seed, now);
  return {
    ...addressOf(seed),
    number,
    name: seed.name,
    uniqueId: randomUUID(),
    createdAt,
    updatingUntil,
    modifiedAt: createdAt,
    seed,
    keys,
  };
}

function addressOf(seed: AccountSeed) {
  const { subscriptionId, resourceGroup, name } = seed;
  const id = accountId(subscriptionId, resourceGroup, name);
  return { id, idInList: seed.idInList ?? id, resourceGroup, scope: scopeOf(subscriptionId, resourceGroup) };
}

function toAddress(seed: AccountSeed, places: Places) {
  const { idInList: _, ...moved } = seed;
  const resourceGroup = places.addGroup(moved.subscriptionId, moved.resourceGroup);
  return { ...addressOf({ ...moved, resourceGroup }), seed: { ...moved, resourceGroup } };
}

function regenerate(account: Account, keyType: KeyType, by: Regeneration['by'], now: Date): Regeneration {
  const old = account.keys[keyType];
  const fresh = regeneratedKey(old, now);
  account.keys[keyType] = fresh;
  touch(account, fresh.ticks - MODIFIED_BEFORE_KEY);
  return {
    accountId: account.id,
    keyType,
    time: fresh.lastUpdated,
    oldKey: old.value,
    newKey: fresh.value,
    by,
  };
}

/** Each change is later than the one before, also where the clock stands still. */
function touch(account: Account, at: bigint): void {
  account.modifiedAt = at > account.modifiedAt ? at : account.modifiedAt + 1n;
}

export function toKeys(account: Account): AccountKeys {
  const { primary, secondary } = account.keys;
  return {
    primaryKey: primary.value,
    secondaryKey: secondary.value,
    ...(primary.lastUpdated !== null && { primaryKeyLastUpdated: primary.lastUpdated }),
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
