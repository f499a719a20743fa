import type { MapsDataPlane, SecretVault } from '../../src/app/ports.ts';
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

/** A Key Vault of one secret a key: a version is looked for first, and written where it is not there. */
export interface Vault {
  readonly versions: readonly FakeSecret[];
  port(actor: Actor, faults: Faults): SecretVault;
}

export function createVault(world: World): Vault {
  const versions: FakeSecret[] = [];
  return {
    versions,
    port(actor, faults) {
      const ask = <T>(serve: () => T) =>
        call<T | Failure>({ world, faults, actor }, 'vault', serve, () =>
          unavailable('Unreachable', 'Key Vault could not be reached.'),
        );
      return {
        ready: async () => undefined,
        async store({ rotation: { rotationId }, key }) {
          const known = await ask(
            () => versions.find((version) => version.rotationId === rotationId) ?? 'none',
          );
          if (known !== 'none' && 'code' in known) return { kind: 'failed', failure: known };
          if (known !== 'none') return { kind: 'ok', value: known.id };
          const written = await ask(() => {
            const version = { id: `secret-${versions.length}`, rotationId, value: key.reveal() };
            versions.push(version);
            return version;
          });
          return 'code' in written ? { kind: 'failed', failure: written } : { kind: 'ok', value: written.id };
        },
      };
    },
  };
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
            const made = arm.changes.find(({ lastUpdated }) => lastUpdated === key.reveal());
            return made !== undefined && world.now() >= made.at + knowsKeysAfter ? undefined : refused();
          },
          refused,
        ),
    }),
  };
}
