import type { Outcome } from '../../src/app/ports/ports.ts';
import type { KeyToStore, MapsDataPlane, SecretVault } from '../../src/app/ports/telling-ports.ts';
import type { Account } from '../../src/core/account/account.ts';
import { accountPartition } from '../../src/core/account/account.ts';
import type { KeyType } from '../../src/core/account/key-type.ts';
import type { Failure } from '../../src/core/failure.ts';
import { fault, unavailable } from '../../src/core/failure.ts';
import type { SecretVersion } from '../../src/core/rotation/secret-versions.ts';
import { isDead, isOvertaken, versionOf } from '../../src/core/rotation/secret-versions.ts';
import type { Faults } from './faults.ts';
import { call } from './faults.ts';
import type { Arm } from './maps.ts';
import type { Actor, World } from './world.ts';

export interface FakeSecret {
  readonly id: string;
  readonly rotationId: string;
  readonly value: string;
  /** Of which account it is, as its partition in the table. */
  readonly partition: string;
  readonly at: number;
  readonly expiresAt: number | undefined;
  /** As the vault would show it in a list. */
  readonly version: SecretVersion;
}

type Which = KeyType | 'current';

/** A Key Vault: a version is looked for first, and written where it is not there. */
export interface Vault {
  readonly versions: readonly FakeSecret[];
  /** The versions of the accounts' current keys, oldest first. */
  readonly current: readonly FakeSecret[];
  /** Somebody deletes a secret of an account, so that its name takes no version. */
  remove(account: Account, which: Which): void;
  port(actor: Actor, faults: Faults): SecretVault;
}

export function createVault(world: World): Vault {
  const versions: FakeSecret[] = [];
  const current: FakeSecret[] = [];
  const removed = new Set<string>();
  const nameOf = (account: Account, which: Which) => `${accountPartition(account)} ${which}`;
  return {
    versions,
    current,
    remove: (account, which) => void removed.add(nameOf(account, which)),
    port(actor, faults) {
      const ask = <T>(serve: () => T) =>
        call<T | Failure>({ world, faults, actor }, 'vault', serve, () =>
          unavailable('Unreachable', 'Key Vault could not be reached.'),
        );
      const write = (secrets: FakeSecret[], name: string, key: KeyToStore): FakeSecret | Failure => {
        if (removed.has(name)) return isRemoved();
        const secret = toSecret(`secret-${secrets.length}`, key, world.now());
        secrets.push(secret);
        return secret;
      };
      const readable = (secrets: readonly FakeSecret[], { account }: KeyToStore) =>
        secrets.filter(({ partition }) => partition === accountPartition(account));
      return {
        async ready(account, keyType) {
          const names = keyType === undefined ? [] : [nameOf(account, keyType)];
          return [...names, nameOf(account, 'current')].some((name) => removed.has(name))
            ? isRemoved()
            : undefined;
        },
        async store(key) {
          const { rotation } = key;
          const own = (secret: FakeSecret) => secret.rotationId === rotation.rotationId;
          const known = await ask(() => readable(versions, key).find(own) ?? 'none');
          if (known !== 'none') return toOutcome(known);
          return toOutcome(await ask(() => write(versions, nameOf(key.account, rotation.keyType), key)));
        },
        async promote(key, seenToWork) {
          const { rotation } = key;
          const known = await ask(() => readable(current, key).map(({ version }) => version));
          if ('code' in known) return { kind: 'failed', failure: known };
          const latest = known.at(-1);
          if (versionOf(rotation, known) !== undefined || isOvertaken(rotation, known)) return PROMOTED;
          if (!seenToWork && (latest === undefined || !isDead(rotation, latest))) {
            return { kind: 'ok', value: 'deferred' };
          }
          const written = await ask(() => write(current, nameOf(key.account, 'current'), key));
          return 'code' in written ? { kind: 'failed', failure: written } : PROMOTED;
        },
      };
    },
  };
}

const PROMOTED = { kind: 'ok', value: 'promoted' } as const;

function toSecret(id: string, { account, rotation, key, expiresAt }: KeyToStore, at: number): FakeSecret {
  const { rotationId, keyType, after } = rotation;
  const keyLastUpdated = after?.[keyType];
  const tags = { rotationId, keyType, ...(keyLastUpdated !== undefined && { keyLastUpdated }) };
  const version = { id, enabled: true, tags };
  const partition = accountPartition(account);
  return { id, rotationId, value: key.reveal(), partition, at, expiresAt, version };
}

function isRemoved(): Failure {
  return fault(409, 'ObjectIsDeletedButRecoverable', 'The secret was deleted.', { passing: true });
}

function toOutcome(found: FakeSecret | Failure): Outcome<string> {
  return 'code' in found ? { kind: 'failed', failure: found } : { kind: 'ok', value: found.id };
}

/** Azure Maps: it knows a new key some seconds after ARM made it, and an old one no longer. */
export interface DataPlane {
  port(actor: Actor, faults: Faults): MapsDataPlane;
}

export function createDataPlane(world: World, arm: Arm, knowsKeysAfter: number): DataPlane {
  const refused = (): Failure => unavailable('KeyNotAccepted', 'Azure Maps answered 401.');
  return {
    port: (actor, faults) => ({
      tryKey: (key) =>
        call<Failure | undefined>(
          { world, faults, actor },
          'maps',
          () => {
            const made = arm.changes.find(({ value }) => value === key.reveal());
            return made !== undefined && world.now() >= made.at + knowsKeysAfter ? undefined : refused();
          },
          refused,
        ),
    }),
  };
}
