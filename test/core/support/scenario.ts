import fc from 'fast-check';
import type { KeyType } from '../../../src/core/key-type.ts';
import type { Fault, PlannedFault, PostFault } from '../../fakes/faults.ts';

/** What comes from outside, and when: `after` seconds after the one before. */
export type Command = { readonly after: number } & (
  | {
      readonly kind: 'regenerate';
      readonly account: 0 | 1;
      readonly keyType: KeyType;
      /** Requests with the same number repeat one another. */
      readonly request?: number;
      readonly repeatability: boolean;
    }
  | { readonly kind: 'rotate'; readonly account: 0 | 1; readonly force: boolean }
  | { readonly kind: 'timer' }
  | { readonly kind: 'reconcile' }
  /** A message comes once more. */
  | { readonly kind: 'repeat-message'; readonly nth: number }
);

export interface Scenario {
  readonly seed: number;
  readonly skews: readonly number[];
  readonly commands: readonly Command[];
  readonly faults: readonly PlannedFault[];
  readonly topicRefusesUntil: number;
  readonly stores: boolean;
  readonly knowsKeysAfter: number | undefined;
}

/** Moments that matter: at once, within a call, around a settling, around a takeover, after a backoff, days later. */
const after = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0, 0.05, 0.3, 1, 2.5) },
  { weight: 4, arbitrary: fc.integer({ min: 3, max: 60 }) },
  { weight: 1, arbitrary: fc.integer({ min: 60, max: 900 }) },
  { weight: 1, arbitrary: fc.constantFrom(3_600, 86_400, 8 * 86_400, 50 * 86_400) },
);

const account = fc.constantFrom(0 as const, 0 as const, 0 as const, 1 as const);

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record(
      {
        kind: fc.constant('regenerate' as const),
        after,
        account,
        keyType: fc.constantFrom<KeyType>('primary', 'secondary'),
        request: fc.integer({ min: 0, max: 1 }),
        repeatability: fc.boolean(),
      },
      { requiredKeys: ['kind', 'after', 'account', 'keyType', 'repeatability'] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('rotate' as const), after, account, force: fc.boolean() }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('timer' as const), after }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reconcile' as const), after }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('repeat-message' as const), after, nth: fc.nat({ max: 20 }) }),
  },
);

const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.constantFrom<Fault>(
    { kind: 'crash-before' },
    { kind: 'crash-after' },
    { kind: 'fail', done: true },
    { kind: 'fail', done: false },
  ),
  fc.record({ kind: fc.constant('freeze' as const), seconds: fc.constantFrom(3, 12, 40, 50, 70, 600) }),
  fc.record({ kind: fc.constant('slow' as const), seconds: fc.constantFrom(2, 6, 20, 46, 120) }),
);

const carryOut = fc.constantFrom(undefined, undefined, 0.01, 0.3, 0.6, 0.95, 1);

const postFault: fc.Arbitrary<PostFault> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom('drop', 'time-out', 'server-error', 'crash'), carryOut)
      .map(([kind, part]): PostFault => ({ kind, ...(part !== undefined && { carryOut: part }) })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(429, 429, 403, 409, 404), fc.constantFrom(undefined, 1, 4, 40, 4_000))
      .map(
        ([status, seconds]): PostFault => ({
          kind: 'refuse',
          status,
          ...(seconds !== undefined && { retryAfterSeconds: seconds }),
        }),
      ),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('late-send' as const),
      part: fc.constantFrom(0.3, 1),
      outcome: fc.constantFrom('answer', 'crash', 'time-out'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('slow-token' as const),
      seconds: fc.constantFrom(2, 4.9, 5.1, 30),
    }),
  },
);

const planned: fc.Arbitrary<PlannedFault> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      operation: fc.constant('post' as const),
      nth: fc.constantFrom(0, 0, 1, 2, 3),
      fault: postFault,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ operation: fc.constant('any' as const), nth: fc.nat({ max: 80 }), fault }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      operation: fc.constant('table' as const),
      nth: fc.nat({ max: 40 }),
      fault: fc.constantFrom<Fault>({ kind: 'repeat' }, { kind: 'crash-before' }, { kind: 'crash-after' }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      operation: fc.constantFrom('publish', 'read', 'vault', 'maps'),
      nth: fc.nat({ max: 6 }),
      fault,
    }),
  },
);

const MINUTES = 60;

export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  seed: fc.integer(),
  skews: fc.array(fc.integer({ min: -10 * MINUTES, max: 10 * MINUTES }), { minLength: 1, maxLength: 3 }),
  commands: fc.array(command, { minLength: 1, maxLength: 8 }),
  faults: fc.array(planned, { maxLength: 6 }),
  topicRefusesUntil: fc.constantFrom(0, 0, 0, 20, 300, 4_000),
  stores: fc.boolean(),
  knowsKeysAfter: fc.constantFrom(undefined, undefined, 0, 1.7, 20, 1e6),
});
