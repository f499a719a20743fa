import type { Outcome } from '../../src/app/ports.ts';
import type { KeyToStore, MapsDataPlane, SecretVault } from '../../src/app/telling-ports.ts';
import type { Failure } from '../../src/core/failure.ts';
import { unavailable } from '../../src/core/failure.ts';
import type { Faults } from './faults.ts';
import { call } from './faults.ts';
import type { Arm } from './maps.ts';
import type { Actor, World } from './world.ts';

export interface FakeSecret {
  readonly id: string;
  readonly rotationId: string;
  readonly value: string;
}

/** A Key Vault: a version is looked for first, and written where it is not there. */
export interface Vault {
  readonly versions: readonly FakeSecret[];
  /** The versions of the accounts' current keys, oldest first. */
  readonly current: readonly FakeSecret[];
  port(actor: Actor, faults: Faults): SecretVault;
}

export function createVault(world: World): Vault {
  const versions: FakeSecret[] = [];
  const current: FakeSecret[] = [];
  return {
    versions,
    current,
    port(actor, faults) {
      const ask = <T>(serve: () => T) =>
        call<T | Failure>({ world, faults, actor }, 'vault', serve, () =>
          unavailable('Unreachable', 'Key Vault could not be reached.'),
        );
      const put = async (
        secrets: FakeSecret[],
        { rotation: { rotationId }, key }: KeyToStore,
      ): Promise<Outcome<string>> => {
        const known = await ask(() => secrets.find((secret) => secret.rotationId === rotationId) ?? 'none');
        if (known !== 'none') return toOutcome(known);
        return toOutcome(
          await ask(() => {
            const secret = { id: `secret-${secrets.length}`, rotationId, value: key.reveal() };
            secrets.push(secret);
            return secret;
          }),
        );
      };
      return {
        ready: async () => undefined,
        store: (key) => put(versions, key),
        async promote(key) {
          const outcome = await put(current, key);
          return outcome.kind === 'failed' ? outcome.failure : undefined;
        },
      };
    },
  };
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
