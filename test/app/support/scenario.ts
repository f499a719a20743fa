import fc from 'fast-check';
import type { KeyType } from '../../../src/core/account/key-type.ts';
import type { Fault, PlannedFault, PostFault } from '../../fakes/faults.ts';
import type { TimeStyle } from '../../fakes/key-times.ts';
import { TIME_STYLES } from '../../fakes/key-times.ts';
import type { Thaw } from '../../fakes/world.ts';

/** What comes from outside, and when: `after` seconds after the one before. */
export type Command = { readonly after: number } & (Order | Deed);

/** What the app is asked to do. */
type Order =
  | {
      readonly kind: 'regenerate';
      readonly account: 0 | 1;
      readonly keyType: KeyType;
      /** Requests with the same number repeat one another. */
      readonly request?: number;
      readonly repeatability: boolean;
      /** Whether it names the address at which the account was first. */
      readonly stale?: boolean;
    }
  | { readonly kind: 'rotate'; readonly account: 0 | 1; readonly force: boolean }
  | { readonly kind: 'timer' }
  | { readonly kind: 'reconcile' }
  /** A message comes once more. */
  | { readonly kind: 'repeat-message'; readonly nth: number }
  /** A machine is suspended. */
  | { readonly kind: 'suspend'; readonly nth: number; readonly seconds: number; readonly thaw: Thaw };

/** What others do to an account. */
export type Deed =
  | {
      readonly kind: 'by-hand';
      readonly account: 0 | 1;
      readonly keyType: KeyType;
      readonly timeless: boolean;
    }
  | { readonly kind: 'move'; readonly account: 0 | 1 }
  | { readonly kind: 're-make'; readonly account: 0 | 1; readonly sameTimes: boolean }
  | { readonly kind: 'tag'; readonly account: 0 | 1; readonly tags: Readonly<Record<string, string>> };

export interface Scenario {
  readonly seed: number;
  readonly skews: readonly number[];
  readonly commands: readonly Command[];
  readonly faults: readonly PlannedFault[];
  readonly topicRefusesUntil: number;
  readonly stores: boolean;
  readonly knowsKeysAfter: number | undefined;
  /** How ARM writes the times of each account's keys. */
  readonly styles: readonly [TimeStyle, TimeStyle];
  /** For how many seconds listKeys may show what was before. */
  readonly lags: readonly [number, number];
}

/** Moments that matter: at once, within a call, around a settling, around a takeover, after a backoff, days later. */
const after = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0, 0.05, 0.3, 1, 2.5) },
  { weight: 4, arbitrary: fc.integer({ min: 3, max: 60 }) },
  { weight: 1, arbitrary: fc.integer({ min: 60, max: 900 }) },
  { weight: 1, arbitrary: fc.constantFrom(3_600, 86_400, 8 * 86_400, 50 * 86_400) },
);

const account = fc.constantFrom(0 as const, 0 as const, 0 as const, 1 as const);

/** Time that nobody on the machine notices, as little as that of a garbage collection and as much as a night. */
const seconds = fc.constantFrom(2, 12, 16, 48, 90, 600, 30_000);

/** A wall clock stands, is set right, or is some way off, as little as a minute and as much as two days. */
const thaw: fc.Arbitrary<Thaw> = fc.oneof(
  fc.constantFrom<Thaw>({ kind: 'stood' }, { kind: 'right' }),
  fc
    .constantFrom(-150_000, -3_700, -60, 60, 3_700, 150_000)
    .map((off): Thaw => ({ kind: 'off', seconds: off })),
);

const order: fc.Arbitrary<Command> = fc.oneof(
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
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('suspend' as const),
      after,
      nth: fc.nat({ max: 2 }),
      seconds,
      thaw,
    }),
  },
);

const TAGS = [
  {},
  { 'key-rotation-in-use': 'secondary' },
  { 'key-rotation-in-use': 'primary' },
  { 'key-rotation': 'disabled' },
  { 'key-rotation': 'enabled' },
] as const;

const deed: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('by-hand' as const),
      after,
      account,
      keyType: fc.constantFrom<KeyType>('primary', 'secondary'),
      timeless: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('move' as const), after, account }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('re-make' as const), after, account, sameTimes: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('tag' as const),
      after,
      account,
      tags: fc.constantFrom(...TAGS),
    }),
  },
);

/** A caller who did not hear of a move. */
const staleOrder: fc.Arbitrary<Command> = fc.record({
  kind: fc.constant('regenerate' as const),
  after,
  account,
  keyType: fc.constantFrom<KeyType>('primary', 'secondary'),
  repeatability: fc.constant(false),
  stale: fc.constant(true),
});

const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.constantFrom<Fault>(
    { kind: 'crash-before' },
    { kind: 'crash-after' },
    { kind: 'fail', done: true },
    { kind: 'fail', done: false },
  ),
  fc.record({ kind: fc.constant('freeze' as const), seconds: fc.constantFrom(3, 12, 40, 50, 70, 600) }),
  fc.record({ kind: fc.constant('slow' as const), seconds: fc.constantFrom(2, 6, 20, 46, 120) }),
  fc.record({ kind: fc.constant('suspend' as const), seconds, thaw }),
);

const carryOut = fc.constantFrom(undefined, undefined, 0.01, 0.3, 0.6, 0.95, 1);

const UNANSWERED = ['drop', 'time-out', 'server-error', 'crash'] as const;

const postFault: fc.Arbitrary<PostFault> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom(...UNANSWERED), carryOut)
      .map(([kind, part]): PostFault => ({ kind, ...(part !== undefined && { carryOut: part }) })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(429, 429, 403, 409, 404), fc.constantFrom(undefined, 1, 4, 40, 4_000))
      .map(
        ([status, retryAfter]): PostFault => ({
          kind: 'refuse',
          status,
          ...(retryAfter !== undefined && { retryAfterSeconds: retryAfter }),
        }),
      ),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('late-send' as const),
      part: fc.constantFrom(0.3, 1),
      outcome: fc.constantFrom('answer', 'crash', 'time-out'),
      stands: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('slow-token' as const),
      seconds: fc.constantFrom(2, 4.9, 5.1, 30),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('suspend' as const), seconds, thaw }) },
);

/** What ARM carries out when nobody waits for it any more. */
const latePost: fc.Arbitrary<PostFault> = fc.record({
  kind: fc.constantFrom(...UNANSWERED),
  lateBy: fc.constantFrom(1, 30, 700, 9_000, 50_000),
});

const nthPost = fc.constantFrom(0, 0, 1, 2, 3);

const planned: fc.Arbitrary<PlannedFault> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      operation: fc.constant('post' as const),
      nth: nthPost,
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

const lateFault: fc.Arbitrary<PlannedFault> = fc.record({
  operation: fc.constant('post' as const),
  nth: nthPost,
  fault: latePost,
});

const MINUTES = 60;

const style = fc.oneof(
  { weight: 3, arbitrary: fc.constant<TimeStyle>('exact') },
  { weight: 7, arbitrary: fc.constantFrom(...TIME_STYLES) },
);

const lag = fc.constantFrom(0, 0, 0, 2.5, 9, 19);

function scenariosOf(
  commands: fc.Arbitrary<Command>,
  faults: fc.Arbitrary<PlannedFault>,
): fc.Arbitrary<Scenario> {
  return fc.record({
    seed: fc.integer(),
    skews: fc.array(fc.integer({ min: -10 * MINUTES, max: 10 * MINUTES }), { minLength: 1, maxLength: 3 }),
    commands: fc.array(commands, { minLength: 1, maxLength: 8 }),
    faults: fc.array(faults, { maxLength: 6 }),
    topicRefusesUntil: fc.constantFrom(0, 0, 0, 20, 300, 4_000),
    stores: fc.boolean(),
    knowsKeysAfter: fc.constantFrom(undefined, undefined, 0, 1.7, 20, 90, 20_000),
    styles: fc.tuple(style, style),
    lags: fc.tuple(lag, lag),
  });
}

const withDeeds = fc.oneof(
  { weight: 5, arbitrary: order },
  { weight: 4, arbitrary: deed },
  { weight: 1, arbitrary: staleOrder },
);

const withLate = fc.oneof({ weight: 2, arbitrary: planned }, { weight: 1, arbitrary: lateFault });

/** ARM as quick as the app assumes, and nobody else at work. */
export const plainScenarios = scenariosOf(order, planned);

/** Most of what is checked strictly needs a world in which not all goes on at one time. */
export const scenarios: fc.Arbitrary<Scenario> = fc.oneof(
  { weight: 4, arbitrary: plainScenarios },
  { weight: 2, arbitrary: scenariosOf(order, withLate) },
  { weight: 3, arbitrary: scenariosOf(withDeeds, planned) },
  { weight: 1, arbitrary: scenariosOf(withDeeds, withLate) },
);
