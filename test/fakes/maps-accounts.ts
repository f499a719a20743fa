import type { AccountKeys } from '../../src/app/ports/ports.ts';
import type { Account } from '../../src/core/account/account.ts';
import { accountId, accountPartition } from '../../src/core/account/account.ts';
import type { KeyTimes, KeyType } from '../../src/core/account/key-type.ts';
import { Secret } from '../../src/core/secret.ts';
import { fromMilliseconds } from '../../src/core/time.ts';
import type { TimeStyle, WrittenTime } from './key-times.ts';
import { NO_TIME, writeTime } from './key-times.ts';
import type { World } from './world.ts';

/** What no key's value outside of this fake begins with. */
export const KEY_MARK = 'fake-key-';

export interface AccountOptions {
  readonly style?: TimeStyle;
  /** For how many seconds listKeys may still show what was before a change. */
  readonly lag?: number;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface KeyVersion {
  /** Of its own for each change, whatever its time. */
  readonly value: string;
  readonly time: WrittenTime;
  readonly at: number;
  /** From when on each reading shows it. */
  readonly shownBy: number;
}

/** One life of an account, which ends when it is deleted; moves are part of it. */
export interface Life {
  readonly uniqueId: string;
  readonly style: TimeStyle;
  readonly lag: number;
  readonly keys: Readonly<Record<KeyType, KeyVersion[]>>;
  readonly addresses: { readonly partition: string; readonly from: number }[];
  /** Every set of tags that it ever had, with when it got them. */
  readonly tagged: { readonly tags: Readonly<Record<string, string>>; readonly from: number }[];
  account: Account;
  tags: Readonly<Record<string, string>>;
  modifiedAt: string;
  provisioningState: string;
  deletedAt?: number;
}

export interface AccountsOfArm {
  readonly lives: readonly Life[];
  at(account: Account): Life | undefined;
  living(): Life[];
  add(account: Account, agesSeconds: Record<KeyType, number>, options: AccountOptions): Life;
  /** A new key. `shownBy`: from when on each reading shows it, at the latest. */
  regenerate(
    life: Life,
    keyType: KeyType,
    change?: { readonly shownBy?: number; readonly timeless?: boolean },
  ): KeyVersion;
  move(life: Life, to: Account): void;
  /** Deletes the account and makes another one under its name. `sameTimes`: its keys have the times of the old ones. */
  remake(life: Life, sameTimes: boolean): Life;
  tag(life: Life, tags: Readonly<Record<string, string>>): void;
  /** What listKeys shows. */
  list(life: Life): AccountKeys;
  /** What the answer of regenerateKey shows. */
  answer(life: Life): AccountKeys;
}

/** How much later the secondary key of a new account is made, in ten-thousandths of a millisecond. */
const APART = 600;

export function createAccountsOfArm(world: World): AccountsOfArm {
  const lives: Life[] = [];
  const addresses = new Map<string, Life>();
  let made = 0;

  function version(style: TimeStyle, keyType: KeyType, ageSeconds: number, digits: number): KeyVersion {
    const time = writeTime(style, keyType, world.serviceTime() - ageSeconds * 1000, digits);
    return { value: newValue(keyType), time, at: world.now() - ageSeconds, shownBy: world.now() };
  }

  function newValue(keyType: KeyType): string {
    made += 1;
    return `${KEY_MARK}${keyType}-${made}`;
  }

  function live(account: Account, keys: Record<KeyType, KeyVersion>, options: AccountOptions): Life {
    const { style = 'exact', lag = 0, tags = {} } = options;
    const life: Life = {
      uniqueId: `unique-${lives.length + 1}`,
      style,
      lag,
      keys: { primary: [keys.primary], secondary: [keys.secondary] },
      addresses: [{ partition: accountPartition(account), from: world.now() }],
      tagged: [],
      account,
      tags: {},
      modifiedAt: modified(),
      provisioningState: 'Succeeded',
    };
    lives.push(life);
    addresses.set(accountPartition(account), life);
    tag(life, tags);
    return life;
  }

  const modified = () => `${fromMilliseconds(world.serviceTime()).slice(0, -1)}4321Z`;

  function tag(life: Life, tags: Readonly<Record<string, string>>): void {
    life.tagged.push({ tags, from: world.now() });
    life.tags = tags;
    life.modifiedAt = modified();
  }

  function regenerate(
    life: Life,
    keyType: KeyType,
    { shownBy = Number.POSITIVE_INFINITY, timeless = false } = {},
  ): KeyVersion {
    const known = life.keys[keyType];
    // The clock that stamps keys is some way off, but no key gets older by being changed.
    const off = life.style === 'skewed' ? (world.random.next() - 0.5) * 3.2 : 0;
    const last = known.at(-1)?.at ?? 0;
    const at = Math.max(world.now() + off, last + 0.001);
    const written = writeTime(life.style, keyType, world.serviceTime() + (at - world.now()) * 1000, ++made);
    const next: KeyVersion = {
      value: newValue(keyType),
      time: timeless ? NO_TIME : written,
      at: life.style === 'skewed' ? at : world.now(),
      shownBy: Math.min(world.now() + life.lag, Math.max(shownBy, world.now())),
    };
    known.push(next);
    life.modifiedAt = modified();
    return next;
  }

  /** At most one change behind: what is older still was shown already. */
  function shown(versions: readonly KeyVersion[]): KeyVersion | undefined {
    const newest = versions.findLastIndex(({ shownBy }) => shownBy <= world.now());
    return versions[Math.max(newest, versions.length - 2, 0)];
  }

  return {
    lives,
    at: (account) => addresses.get(accountPartition(account)),
    living: () => [...addresses.values()],
    add: (account, ages, options) =>
      live(
        account,
        {
          primary: version(options.style ?? 'exact', 'primary', ages.primary, ++made),
          secondary: version(options.style ?? 'exact', 'secondary', ages.secondary, ++made + APART),
        },
        options,
      ),
    regenerate,
    move(life, to) {
      addresses.delete(accountPartition(life.account));
      life.account = to;
      life.addresses.push({ partition: accountPartition(to), from: world.now() });
      addresses.set(accountPartition(to), life);
      life.modifiedAt = modified();
    },
    remake(life, sameTimes) {
      life.deletedAt = world.now();
      const { style, lag, tags } = life;
      const next = (keyType: KeyType, digits: number): KeyVersion => {
        const fresh = version(style, keyType, 0, digits);
        return sameTimes ? { ...fresh, time: life.keys[keyType].at(-1)?.time ?? fresh.time } : fresh;
      };
      const keys = { primary: next('primary', ++made), secondary: next('secondary', ++made + APART) };
      return live(life.account, keys, { style, lag, tags });
    },
    tag,
    list: ({ keys }) => toKeys(shown(keys.primary), shown(keys.secondary), 'list'),
    answer: ({ keys }) => toKeys(keys.primary.at(-1), keys.secondary.at(-1), 'post'),
  };
}

/** The facts that ARM tells of an account, and what tells lives apart. */
export function readingOf({ account, tags, uniqueId, modifiedAt, provisioningState }: Life) {
  const facts = { tags, disableLocalAuth: false, provisioningState, modifiedAt };
  return { id: accountId(account), facts, uniqueId };
}

function toKeys(
  primary: KeyVersion | undefined,
  secondary: KeyVersion | undefined,
  answer: keyof WrittenTime,
): AccountKeys {
  const times = {
    ...(primary?.time[answer] !== undefined && { primary: primary.time[answer] }),
    ...(secondary?.time[answer] !== undefined && { secondary: secondary.time[answer] }),
  };
  return {
    primaryKey: new Secret(primary?.value ?? ''),
    secondaryKey: new Secret(secondary?.value ?? ''),
    // ARM may write null, of which its types know nothing.
    times: times as KeyTimes,
  };
}
