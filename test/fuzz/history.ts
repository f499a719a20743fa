import type { KeyType } from '../../tools/local-azure/local-azure.ts';

/*
 * What happened in a run, as the world outside of the app saw it. Times are milliseconds since 1970 with a fraction,
 * all by the fuzzer's own clock. Accounts are their ARM ids in lower case.
 */
export interface History {
  readonly settings: {
    readonly overlapMs: number;
    readonly answerWithinMs: number;
    readonly runWithinMs: number;
  };
  /** Each key, also those with which the accounts began. */
  readonly changes: readonly Change[];
  readonly posts: readonly Post[];
  /** Of both keys, as they arrived at ARM. */
  readonly readings: readonly KeysReading[];
  readonly writes: readonly RowWrite[];
  /** Which rotation the row of a request's id names. */
  readonly requests: readonly RequestRow[];
  readonly events: readonly SeenEvent[];
  readonly answers: readonly Answer[];
  /** Of the timers. */
  readonly runs: readonly TimerRun[];
  /** From when on the app has a row of an account, so that it can tell a key that others changed. */
  readonly known: ReadonlyMap<string, number>;
  /** When what was assumed did not hold: only what is promised even then is asked of rotations in that time. */
  readonly beyond: readonly Beyond[];
  readonly disturbances: readonly Disturbance[];
  readonly left: readonly Leftover[];
  readonly suspects: readonly Suspect[];
}

export interface Change {
  readonly at: number;
  readonly accountId: string;
  readonly keyType: KeyType;
  /** The new `LastUpdated`. */
  readonly time: string | undefined;
  readonly by: 'seed' | 'request' | 'outside';
  readonly newKey: string;
  /** Which POST made it. */
  readonly post?: number;
}

/** A `regenerateKey` as it arrived at ARM. */
export interface Post {
  readonly at: number;
  readonly accountId: string;
  readonly keyType: KeyType;
  endedAt?: number;
  status?: number | null;
  changed: boolean;
  fault?: string;
}

export interface KeysReading {
  readonly at: number;
  readonly accountId: string;
}

/** A rotation's row as storage took it. */
export interface RowWrite {
  readonly at: number;
  readonly rotationId: string;
  readonly accountId: string;
  readonly keyType: KeyType;
  readonly trigger: string;
  readonly command: string;
  readonly state: string;
  readonly told: boolean;
  /** Whether a POST is about to be sent. */
  readonly sending: boolean;
  readonly attempt: number;
  readonly code?: string;
}

export interface RequestRow {
  readonly at: number;
  readonly requestId: string;
  readonly rotationId: string;
}

/** An event that the topic accepted. */
export interface SeenEvent {
  readonly at: number;
  readonly id: string;
  readonly type: string;
  readonly accountId: string;
  readonly keyType: KeyType;
  readonly trigger: string;
  readonly keyLastUpdated?: string;
}

export interface Answer {
  readonly at: number;
  readonly endedAt: number;
  readonly host: string;
  readonly accountId: string;
  readonly route: 'regenerateKey' | 'rotate' | 'rotate?force';
  readonly keyType?: KeyType;
  readonly requestId?: string;
  /** 0: the connection broke. */
  readonly status: number;
  readonly code?: string;
  readonly message?: string;
  readonly rotationId?: string;
  readonly keys?: Readonly<Record<KeyType, string>>;
}

export interface TimerRun {
  readonly name: string;
  readonly host: string;
  readonly at: number;
  readonly endedAt: number;
  /** 0: the connection broke. */
  readonly status: number;
}

export interface Beyond {
  readonly from: number;
  readonly to: number;
  readonly why: string;
  /** Any account, where it is left out. */
  readonly accountId?: string;
}

export interface Disturbance {
  readonly at: number;
  readonly kind: string;
  readonly text: string;
  readonly accountId?: string;
  readonly rotationId?: string;
}

/** What was still there when everything should have come to rest. */
export interface Leftover {
  readonly kind: 'lock' | 'rotation' | 'open row' | 'message';
  readonly accountId?: string;
  readonly rotationId?: string;
  readonly text: string;
}

/** A word where no key may be, long enough to be a piece of one. */
export interface Suspect {
  readonly where: string;
  readonly word: string;
}
