import type { PlannedAccount } from '../../../app/fleet/plan-account.ts';
import type { Health, TimerHealth } from '../../../app/request/check-health.ts';
import type { RotationAnswer } from '../../../app/request/read-rotations.ts';

/** The answers of the app's routes, as far as the page reads them. */
export interface PlanRow extends PlannedAccount {
  /** Of the key announced last. */
  readonly verified?: boolean;
}

export interface RotationRow extends RotationAnswer {
  readonly verified?: boolean;
}

export interface ScopeError {
  readonly scope: string;
  readonly code: string;
  readonly message: string;
}

export interface PlanAnswer {
  readonly value: readonly PlanRow[];
  readonly errors?: readonly ScopeError[];
  readonly nextLink?: string;
}

export interface RotationsAnswer {
  readonly value: readonly RotationRow[];
  readonly nextLink?: string;
}

export type { TimerHealth };

export type HealthAnswer = Omit<Health, 'timers'> & Partial<Pick<Health, 'timers'>>;

/** Why the app did not do what it was asked. `status` is 0 where no answer came. */
export interface ApiFailure {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly rotationId?: string;
  readonly retryAfterSeconds?: number;
}

export type Answer<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'failed'; readonly failure: ApiFailure };
