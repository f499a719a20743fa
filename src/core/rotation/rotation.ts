import type { KeyType } from '../account/key-type.ts';
import type { Failure } from '../failure.ts';
import type { TraceContext } from '../trace-context.ts';
import type { KeySnapshot } from './key-snapshot.ts';

/** A rotation's way: `started` → `regenerated` → (`stored`) → (`verified`) → `published` → `completed`, or `failed`. */
export type RotationState =
  | 'started'
  | 'regenerated'
  | 'stored'
  | 'verified'
  | 'published'
  | 'completed'
  | 'failed';

export const ROTATION_STATES: readonly RotationState[] = [
  'started',
  'regenerated',
  'stored',
  'verified',
  'published',
  'completed',
  'failed',
];

/** Who asked. `observed`: nobody asked us; a reading showed a key that others had regenerated. */
export type Trigger = 'http' | 'timer' | 'observed';
/** `age-unknown`: ARM gives no time for a key, so that it counts as due. */
export type Reason = 'requested' | 'due' | 'overdue' | 'age-unknown' | 'observed';

/** `regenerate` does what it is told; `rotate` only what the policy still allows. */
export type Command = 'regenerate' | 'rotate';

/**
 * A POST that ARM may have carried out without our knowing: `sending` from before it leaves, `unsettled` once it
 * is known to have had no usable answer. `settleSeconds` count from the write of this state.
 */
export type Doubt =
  | { readonly kind: 'sending' }
  | { readonly kind: 'unsettled'; readonly settleSeconds: number; readonly failure: Failure };

/** What is tried until it succeeds, each with a count of its own: trouble with one says nothing of another. */
export type Tried = 'regenerate' | 'read' | 'store' | 'verify' | 'publish' | 'look';

/** One rotation, as one row of the table keeps it. It holds times and digests, never a key. */
export interface Rotation {
  /** UUIDv7, made once; also the id of the rotation's event. */
  readonly rotationId: string;
  /** The account's ARM id in the one form that events show. */
  readonly accountId: string;
  /** What ARM knows the account by; absent where it gave none. */
  readonly uniqueId?: string;
  /** The ARM ids that the account had before it was moved, as long as its consumers may still go by them. */
  readonly formerAccountIds?: readonly string[];
  readonly keyType: KeyType;
  readonly command: Command;
  readonly trigger: Trigger;
  readonly reason: Reason;
  readonly state: RotationState;
  /** Counts the wake-ups of the queue: a message with another number is out of date. */
  readonly attempt: number;
  /** How often each thing was tried in vain; absent counts as never. */
  readonly tries?: Readonly<Partial<Record<Tried, number>>>;
  /** What ARM said of both keys before the first POST. */
  readonly before: KeySnapshot;
  /** What ARM said of both keys once this one was regenerated. */
  readonly after?: KeySnapshot;
  readonly doubt?: Doubt;
  /** Whether any POST of this rotation was ever in doubt: its change may still show after it was settled. */
  readonly everInDoubt: boolean;
  /** How many POSTs were settled as not carried out: ARM may yet carry them out, however late. */
  readonly latePosts?: number;
  /** How many more times the account is looked at for a change that comes late, once the rotation has ended. */
  readonly looksLeft?: number;
  /** Why it failed, what it waits for, or why the new key could not be verified. */
  readonly failure?: Failure;
  /** The versioned id of the Key Vault secret that holds the new key. */
  readonly secretId?: string;
  /** Whether the account's secret `current` was seen to; false where that was given up, as Azure Maps never took the key. */
  readonly promoted?: boolean;
  /** Whether Azure Maps accepted the new key; absent where it was not tried, or could not be. */
  readonly verified?: boolean;
  /** Whether Event Grid accepted the event that ends it, or none is owed. */
  readonly told: boolean;
  /** Of what started it; what goes on with it later, and its event, point back there. */
  readonly trace?: TraceContext;
}

export type NewRotation = Pick<
  Rotation,
  | 'rotationId'
  | 'accountId'
  | 'uniqueId'
  | 'formerAccountIds'
  | 'keyType'
  | 'command'
  | 'trigger'
  | 'reason'
  | 'before'
  | 'trace'
>;

/** A rotation whose facts were read just now, with its first POST about to be sent. */
export function startRotation(fields: NewRotation): Rotation {
  return {
    ...fields,
    state: 'started',
    attempt: 0,
    doubt: { kind: 'sending' },
    everInDoubt: false,
    told: false,
  };
}

/** When its id was made, milliseconds since 1970: a UUIDv7 begins with that. */
export function startedAt({ rotationId }: Rotation): number | undefined {
  const [, high, low] = /^([0-9a-f]{8})-([0-9a-f]{4})-7/i.exec(rotationId) ?? [];
  return high === undefined ? undefined : Number.parseInt(`${high}${low}`, 16);
}

/** Whether an account is locked by it: from its start until its key is regenerated or it has failed. */
export function locksAccount(rotation: Rotation): boolean {
  return rotation.state === 'started';
}

/** Whether it has come to its end, and whoever is to be told was told. */
export function hasEnded(rotation: Rotation): boolean {
  return rotation.state === 'completed' || (rotation.state === 'failed' && rotation.told);
}

/** Whether nothing is left to do for it. */
export function isOver(rotation: Rotation): boolean {
  return hasEnded(rotation) && !rotation.looksLeft && !owesPromotion(rotation);
}

export function triesOf({ tries }: Rotation, tried: Tried): number {
  return tries?.[tried] ?? 0;
}

/** With one more try that was in vain. */
export function withTry(rotation: Rotation, tried: Tried): Rotation {
  return { ...rotation, tries: { ...rotation.tries, [tried]: triesOf(rotation, tried) + 1 } };
}

/** Whether its event went out before Azure Maps took the key, which is to become the current one once it does. */
export function owesPromotion({ state, secretId, verified, promoted }: Rotation): boolean {
  return state === 'completed' && secretId !== undefined && !verified && promoted === undefined;
}

/** Whether a key was regenerated that the consumers have not been told of. */
export function owesEvent(rotation: Rotation): boolean {
  return rotation.state === 'regenerated' || rotation.state === 'stored' || rotation.state === 'verified';
}
