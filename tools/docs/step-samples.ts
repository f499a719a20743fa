import type { KeyTimes } from '../../src/core/account/key-type.ts';
import { fault, keyNotAccepted, unavailable } from '../../src/core/failure.ts';
import type { Driver, Effect, Input } from '../../src/core/rotation/effect.ts';
import { type Rotation, startRotation, triesOf } from '../../src/core/rotation/rotation.ts';
import { TIMINGS } from '../../src/core/rotation/timings.ts';

/** What a diagram can show: few tries, so that their end is not far away. */
export const FEW_TRIES = { ...TIMINGS, maxAttempts: 3, verifyTries: 2, lateVerifyTries: 2, lateLooks: [1] };

const BEFORE: KeyTimes = { primary: '2026-08-25T03:00:00Z', secondary: '2026-08-25T03:00:00Z' };
const AFTER: KeyTimes = { ...BEFORE, secondary: '2026-11-25T03:00:00Z' };
const OTHER: KeyTimes = { ...BEFORE, primary: '2026-11-25T03:00:00Z' };

const PASSING = unavailable('Unreachable', 'No answer.');
const SHORTLY = { ...PASSING, retryAfterSeconds: 1 };
const LASTING = fault(403, 'AuthorizationFailed', 'Not allowed.');
const GONE = fault(404, 'ResourceNotFound', 'It is not there.');

const COMMON = {
  rotationId: '019abf3c-7e50-7cc1-8a52-2f6c3e1d9b40',
  accountId:
    '/subscriptions/21a9967a-e8a9-4656-a70b-96ff1c4d05a0/resourceGroups/maps/providers/Microsoft.Maps/accounts/roads',
  keyType: 'secondary',
  before: BEFORE,
} as const;

/** As they start: one by the policy, one that a caller asked for. */
export const STARTED: readonly Rotation[] = [
  startRotation({ ...COMMON, command: 'rotate', trigger: 'timer', reason: 'due' }),
  startRotation({ ...COMMON, command: 'regenerate', trigger: 'http', reason: 'requested' }),
];

/** Whether new keys are stored in a vault, and tried on Azure Maps, before they are announced. */
export type Configuration = Pick<Driver, 'stores' | 'verifies'>;

/** Who may drive a rotation: for one that a caller asked for, he waits or does not any more. */
export function driversOf({ trigger }: Rotation, configuration: Configuration): Driver[] {
  const patience = trigger === 'timer' ? [0] : [FEW_TRIES.httpBudget, 0];
  return patience.map((seconds) => ({ patience: seconds, timings: FEW_TRIES, ...configuration }));
}

export interface Sample {
  /** In the words of the diagram. */
  readonly learned: string;
  readonly input: Input;
}

const TIME_IS_UP: Input = { kind: 'woken', idleSeconds: Number.MAX_SAFE_INTEGER };
const CRASH: Sample = { learned: 'its driver died', input: TIME_IS_UP };

/** What can come of an effect. */
export function samplesOf(rotation: Rotation, effect: Effect): readonly Sample[] {
  switch (effect.kind) {
    case 'post':
      return ofPost(rotation);
    case 'read':
      return ofRead(rotation);
    case 'store':
      return OF_STORE;
    case 'verify':
      return ofVerify(rotation);
    case 'promote':
      return effect.seenToWork ? OF_PROMOTE : OF_UNPROVEN;
    case 'publish':
      return OF_PUBLISH;
    case 'look':
      return OF_LOOK;
    case 'wait':
    case 'suspend':
      return [{ learned: 'the wait is over', input: TIME_IS_UP }, ...ofLaterReading(rotation)];
    case 'end':
      return ofLaterReading(rotation);
    default:
      return effect satisfies never;
  }
}

function ofPost({ trigger }: Rotation): readonly Sample[] {
  const byTimer = trigger === 'timer';
  const unanswered = { kind: 'unanswered', settleSeconds: 10 } as const;
  return [
    { learned: 'ARM confirms', input: { kind: 'regenerated', keys: AFTER } },
    {
      learned: byTimer ? 'refused for now' : 'refused for longer than a caller waits',
      input: { kind: 'refused', failure: PASSING },
    },
    {
      learned: byTimer ? 'refused for now' : 'refused for some seconds',
      input: { kind: 'refused', failure: SHORTLY },
    },
    { learned: 'refused for good', input: { kind: 'refused', failure: LASTING } },
    { learned: 'no usable answer', input: { ...unanswered, failure: PASSING } },
    { learned: 'no usable answer', input: { ...unanswered, failure: LASTING } },
    { learned: 'its driver may be dead', input: { kind: 'woken', idleSeconds: 0 } },
    { learned: 'its driver died, and the lease is over', input: TIME_IS_UP },
  ];
}

function ofRead({ trigger, doubt, everInDoubt }: Rotation): readonly Sample[] {
  const late = doubt === undefined && everInDoubt;
  const final = doubt?.kind === 'unsettled' && !doubt.failure.passing && 'it was refused for good';
  return [
    { learned: late ? 'the key changed late' : 'the key changed', input: { kind: 'read', keys: AFTER } },
    { learned: final || 'no key changed', input: { kind: 'read', keys: BEFORE } },
    { learned: 'the reading proves nothing', input: { kind: 'read', keys: {} } },
    { learned: final || 'the other key changed', input: { kind: 'read', keys: OTHER } },
    {
      learned: final || 'the policy objects',
      input: { kind: 'read', keys: BEFORE, objection: 'opted out' },
    },
    {
      learned: trigger === 'timer' ? 'not readable for now' : 'not readable',
      input: { kind: 'read-failed', failure: PASSING },
    },
    { learned: 'not readable', input: { kind: 'read-failed', failure: LASTING } },
    { learned: 'the account is gone', input: { kind: 'read-failed', failure: GONE } },
    CRASH,
  ];
}

const OF_STORE: readonly Sample[] = [
  { learned: 'stored', input: { kind: 'stored', secretId: 'https://vault.example/secrets/roads/1' } },
  { learned: 'not stored', input: { kind: 'store-failed', failure: PASSING } },
  { learned: 'the key is gone', input: { kind: 'key-gone' } },
  CRASH,
];

function ofVerify(rotation: Rotation): readonly Sample[] {
  const most = FEW_TRIES.verifyTries + (rotation.state === 'completed' ? FEW_TRIES.lateVerifyTries : 0);
  const isLast = triesOf(rotation, 'verify') + 1 >= most;
  return [
    { learned: 'Azure Maps takes it', input: { kind: 'verified' } },
    {
      learned: isLast ? 'Azure Maps does not take it at the last try' : 'Azure Maps does not take it',
      input: { kind: 'unverified', failure: keyNotAccepted(401, 'Not yet.') },
    },
    {
      learned: isLast ? 'Azure Maps can not be asked at the last try' : 'Azure Maps can not be asked',
      input: { kind: 'unverified', failure: PASSING },
    },
    { learned: 'the key is gone', input: { kind: 'key-gone' } },
    CRASH,
  ];
}

const OF_PROMOTE: readonly Sample[] = [
  { learned: 'stored as the current one', input: { kind: 'promoted' } },
  { learned: 'not stored', input: { kind: 'store-failed', failure: PASSING } },
  { learned: 'the key is gone', input: { kind: 'key-gone' } },
  CRASH,
];

const OF_UNPROVEN: readonly Sample[] = [
  ...OF_PROMOTE,
  { learned: 'the current one works still', input: { kind: 'promotion-deferred' } },
];

const OF_PUBLISH: readonly Sample[] = [
  { learned: 'Event Grid takes the event', input: { kind: 'published' } },
  { learned: 'Event Grid does not take it', input: { kind: 'publish-failed', failure: PASSING } },
  CRASH,
];

const OF_LOOK: readonly Sample[] = [
  { learned: 'looked at again', input: { kind: 'looked' } },
  { learned: 'not readable for now', input: { kind: 'look-failed', failure: PASSING } },
  CRASH,
];

function ofLaterReading({ state, told, everInDoubt }: Rotation): readonly Sample[] {
  if (state !== 'failed' || !told || !everInDoubt) return [];
  return [{ learned: 'a later reading shows that the key changed', input: { kind: 'read', keys: AFTER } }];
}
