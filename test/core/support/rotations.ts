import fc from 'fast-check';
import type { KeyTimes } from '../../../src/core/account/key-type.ts';
import { KEY_TYPES } from '../../../src/core/account/key-type.ts';
import type { Failure } from '../../../src/core/failure.ts';
import { fault, unavailable } from '../../../src/core/failure.ts';
import type { Driver, Input } from '../../../src/core/rotation/effect.ts';
import type { Doubt, Rotation } from '../../../src/core/rotation/rotation.ts';
import { ROTATION_STATES, startRotation } from '../../../src/core/rotation/rotation.ts';
import { TIMINGS } from '../../../src/core/rotation/timings.ts';

export const ACCOUNT_ID =
  '/subscriptions/21a9967a-e8a9-4656-a70b-96ff1c4d05a0/resourceGroups/maps/providers/Microsoft.Maps/accounts/roads';

export const BEFORE: KeyTimes = {
  primary: '2026-08-25T03:00:00.1234567Z',
  secondary: '2026-08-25T03:00:00.7654321Z',
};
export const AFTER: KeyTimes = { ...BEFORE, secondary: '2026-11-25T03:00:00.1111111Z' };

export const PASSING: Failure = unavailable('Unreachable', 'No answer.');
export const LASTING: Failure = fault(404, 'NotFound', 'It is not there.');

/** A rotation of the secondary key, as it starts. */
export function rotationWith(changes: Partial<Rotation> = {}): Rotation {
  const started = startRotation({
    rotationId: '019abf3c-7e50-7cc1-8a52-2f6c3e1d9b40',
    accountId: ACCOUNT_ID,
    keyType: 'secondary',
    command: 'rotate',
    trigger: 'timer',
    reason: 'due',
    before: BEFORE,
  });
  return { ...started, ...changes };
}

export function unsettled(failure: Failure = PASSING, settleSeconds = 10): Doubt {
  return { kind: 'unsettled', settleSeconds, failure };
}

/** A rotation that waits with no POST outstanding. */
export function waiting(changes: Partial<Rotation> = {}): Rotation {
  const { doubt: _, ...rotation } = rotationWith({ failure: PASSING, attempt: 1, ...changes });
  return rotation;
}

export const NOBODY: Driver = { patience: 0, timings: TIMINGS, stores: false, verifies: false };
export const CALLER: Driver = {
  patience: TIMINGS.httpBudget,
  timings: TIMINGS,
  stores: false,
  verifies: false,
};

const failures: fc.Arbitrary<Failure> = fc.record(
  {
    code: fc.constantFrom('Unreachable', 'Superseded', 'Http429', 'NotCarriedOut'),
    message: fc.string(),
    status: fc.constantFrom(403, 404, 409, 429, 500, 503),
    passing: fc.boolean(),
    retryAfterSeconds: fc.oneof(fc.constantFrom(0, 1, 10, 86_400, 1e9), fc.nat()),
  },
  { requiredKeys: ['code', 'message', 'status', 'passing'] },
);

const time = fc.constantFrom(
  BEFORE.primary ?? '',
  BEFORE.secondary ?? '',
  AFTER.secondary ?? '',
  'unreadable',
);
const times: fc.Arbitrary<KeyTimes> = fc.record({ primary: time, secondary: time }, { requiredKeys: [] });

const seconds = fc.oneof(
  fc.constantFrom(0, 3, 10, 20, 44.9, 45, 1e6),
  fc.double({ min: 0, max: 100, noNaN: true }),
);

const doubts: fc.Arbitrary<Doubt> = fc.oneof(
  fc.constant<Doubt>({ kind: 'sending' }),
  fc.record({ kind: fc.constant('unsettled' as const), settleSeconds: seconds, failure: failures }),
);

/** Any rotation that a row could hold, whether or not it can come about. */
export const rotations: fc.Arbitrary<Rotation> = fc.record(
  {
    rotationId: fc.uuid(),
    accountId: fc.constant(ACCOUNT_ID),
    keyType: fc.constantFrom(...KEY_TYPES),
    command: fc.constantFrom('regenerate', 'rotate'),
    trigger: fc.constantFrom('http', 'timer', 'observed'),
    reason: fc.constantFrom('requested', 'due', 'overdue', 'observed'),
    state: fc.constantFrom(...ROTATION_STATES),
    attempt: fc.oneof(fc.nat({ max: 45 }), fc.nat()),
    before: times,
    after: times,
    doubt: doubts,
    everInDoubt: fc.boolean(),
    failure: failures,
    told: fc.boolean(),
    secretId: fc.constant('https://vault.example/secrets/roads-secondary/1'),
    promoted: fc.boolean(),
    verified: fc.boolean(),
    tries: fc.record(
      {
        regenerate: fc.nat({ max: 45 }),
        read: fc.nat({ max: 45 }),
        store: fc.nat({ max: 45 }),
        verify: fc.nat({ max: 8 }),
        publish: fc.nat({ max: 45 }),
        look: fc.nat({ max: 45 }),
      },
      { requiredKeys: [] },
    ),
    latePosts: fc.nat({ max: 3 }),
    looksLeft: fc.nat({ max: TIMINGS.lateLooks.length }),
  },
  {
    requiredKeys: [
      'rotationId',
      'accountId',
      'keyType',
      'command',
      'trigger',
      'reason',
      'state',
      'attempt',
      'before',
      'everInDoubt',
      'told',
    ],
  },
);

export const inputs: fc.Arbitrary<Input> = fc.oneof(
  fc.record({ kind: fc.constant('woken' as const), idleSeconds: seconds }),
  fc.record(
    {
      kind: fc.constant('read' as const),
      keys: times,
      objection: fc.string(),
      busy: failures,
      unready: failures,
    },
    { requiredKeys: ['kind', 'keys'] },
  ),
  fc.record({
    kind: fc.constantFrom(
      'read-failed',
      'refused',
      'store-failed',
      'unverified',
      'publish-failed',
      'look-failed',
    ),
    failure: failures,
  }),
  fc.record({ kind: fc.constant('regenerated' as const), keys: times }),
  fc.record({ kind: fc.constant('unanswered' as const), failure: failures, settleSeconds: seconds }),
  fc.record({
    kind: fc.constant('stored' as const),
    secretId: fc.constant('https://vault.example/secrets/s/2'),
  }),
  fc.constantFrom<Input>(
    { kind: 'promoted' },
    { kind: 'promotion-deferred' },
    { kind: 'verified' },
    { kind: 'key-gone' },
    { kind: 'published' },
    { kind: 'looked' },
  ),
);

export const drivers: fc.Arbitrary<Driver> = fc.record({
  patience: fc.oneof(fc.constantFrom(0, 9.9, 10, 25), fc.double({ min: -1e6, max: 25, noNaN: true })),
  timings: fc.constant(TIMINGS),
  stores: fc.boolean(),
  verifies: fc.boolean(),
});
