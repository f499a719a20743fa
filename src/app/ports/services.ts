import type { Scope } from '../../core/account/scope.ts';
import type { Schedule } from '../../core/policy/policy.ts';
import type { PolicySettings } from '../../core/policy/policy-settings.ts';
import type { Timings } from '../../core/rotation/timings.ts';
import type { Secret } from '../../core/secret.ts';
import type { Heartbeats } from './heartbeats.ts';
import type { Clock, Log, MapsAccounts, RotationStore, WorkQueue } from './ports.ts';
import type { Telemetry } from './telemetry.ts';
import type { EventSink, MapsDataPlane, SecretVault } from './telling-ports.ts';

/** All that a use case works with. */
export interface Services {
  readonly maps: MapsAccounts;
  readonly events: EventSink;
  /** Where new keys are stored before they are announced. */
  readonly vault?: SecretVault;
  /** Where new keys are tried before they are announced. */
  readonly dataPlane?: MapsDataPlane;
  readonly store: RotationStore;
  readonly queue: WorkQueue;
  readonly heartbeats: Heartbeats;
  readonly clock: Clock;
  readonly log: Log;
  readonly telemetry: Telemetry;
  readonly newId: () => string;
  /** A digest by which a key can be known again, and nothing else. */
  readonly digestKey: (key: Secret, salt: string) => string;
  readonly timings: Timings;
  readonly scopes: readonly Scope[];
  readonly policy: PolicySettings;
  /** The timer's runs, seen from a moment in milliseconds since 1970. */
  readonly schedule: (now: number) => Schedule;
}
