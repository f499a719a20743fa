import type { MapsAccounts, Outcome, PostOutcome } from '../../src/app/ports/ports.ts';
import type { Account } from '../../src/core/account/account.ts';
import { accountPartition } from '../../src/core/account/account.ts';
import type { KeyType } from '../../src/core/account/key-type.ts';
import type { Failure } from '../../src/core/failure.ts';
import { fault, unavailable } from '../../src/core/failure.ts';
import type { AccountFacts } from '../../src/core/policy/policy.ts';
import type { Timings } from '../../src/core/rotation/timings.ts';
import type { Faults, PostFault, Unanswered } from './faults.ts';
import { call, latency } from './faults.ts';
import type { AccountOptions, Life } from './maps-accounts.ts';
import { createAccountsOfArm, readingOf } from './maps-accounts.ts';
import type { Actor, Gate, World } from './world.ts';
import { monotonicClock, pause, resume, sleep, standStill } from './world.ts';

export interface Post {
  readonly rotationId: string | undefined;
  readonly actor: Actor;
  readonly keyType: KeyType;
  readonly sentAt: number;
  /** By when it is carried out if it is at all, unless ARM is later than the app assumes. */
  readonly settledBy: number;
  /** Of the account; absent where there was none at that address. */
  readonly uniqueId: string | undefined;
}

/** A key that ARM changed. */
export interface Change {
  /** Absent where others did it. */
  readonly rotationId: string | undefined;
  readonly uniqueId: string;
  /** Of the account's address at that time. */
  readonly partition: string;
  readonly keyType: KeyType;
  readonly at: number;
  /** When its POST was sent. */
  readonly sentAt: number;
  /** Whether ARM did it later than the app assumes. */
  readonly late: boolean;
  readonly value: string;
  /** As listKeys writes it. */
  readonly lastUpdated: string | undefined;
}

/** ARM for Maps accounts, as far as their keys go. */
export interface Arm {
  readonly posts: readonly Post[];
  readonly changes: readonly Change[];
  /** How often anything was read. */
  reads(): number;
  /** Every account that ever was, also under an address that is another one's now. */
  readonly lives: readonly Life[];
  /** Until when something may still be carried out. */
  busyUntil(): number;
  lifeAt(account: Account): Life | undefined;
  add(account: Account, agesSeconds: { primary: number; secondary: number }, options?: AccountOptions): void;
  /** Somebody else regenerates a key, or ARM does it for a rotation that was given up long before. */
  change(account: Account, keyType: KeyType, rotationId?: string, timeless?: boolean): void;
  move(account: Account, to: Account): void;
  remake(account: Account, sameTimes: boolean): void;
  /** What ARM says of an account from now on, beside what is usual. */
  describe(account: Account, facts: Partial<AccountFacts>): void;
  tag(account: Account, tags: Readonly<Record<string, string>>): void;
  provision(account: Account, state: string): void;
  port(actor: Actor, faults: Faults): MapsAccounts;
}

type Answer = Pick<Change, 'rotationId' | 'sentAt' | 'late'> & { readonly shownBy?: number };

export function createArm(world: World, timings: Timings): Arm {
  const accounts = createAccountsOfArm(world);
  const described = new Map<string, Partial<AccountFacts>>();
  const posts: Post[] = [];
  const changes: Change[] = [];
  let busyUntil = 0;
  let reads = 0;

  function known(account: Account): Life {
    const life = accounts.at(account);
    if (life === undefined) throw new Error(`The fake ARM has no ${accountPartition(account)}`);
    return life;
  }

  function regenerate(
    life: Life,
    keyType: KeyType,
    { shownBy, ...by }: Answer,
    timeless: boolean = false,
  ): void {
    if (life.deletedAt !== undefined) return;
    const { value, time } = accounts.regenerate(life, keyType, {
      timeless,
      ...(shownBy !== undefined && { shownBy }),
    });
    const partition = accountPartition(life.account);
    const lastUpdated = time.list ?? undefined;
    const { uniqueId } = life;
    changes.push({ ...by, uniqueId, partition, keyType, at: world.now(), value, lastUpdated });
  }

  /** Waits for a token, and asks a last time whether to send at all. */
  async function passGate(
    actor: Actor,
    planned: PostFault | undefined,
    maySend: () => boolean | Promise<boolean>,
  ): Promise<boolean> {
    const { instance } = actor;
    if (planned?.kind === 'suspend') standStill(world, instance, planned.seconds, planned.thaw);
    await pause(world, actor, planned?.kind === 'slow-token' ? planned.seconds : latency(world));
    const gate: Gate = { left: timings.margin };
    instance.gates.add(gate);
    const passed = await maySend();
    if (passed && planned?.kind === 'late-send') {
      const still = Math.min(planned.part * timings.margin, gate.left);
      if (planned.stands === true) standStill(world, instance, still, { kind: 'stood' });
      await new Promise<void>((go) => world.after(still, go));
    }
    instance.gates.delete(gate);
    return passed;
  }

  async function post(
    actor: Actor,
    faults: Faults,
    account: Account,
    keyType: KeyType,
    maySend: () => boolean | Promise<boolean>,
  ): Promise<PostOutcome> {
    const planned = faults.nextPost();
    const passed = await passGate(actor, planned, maySend);
    if (!passed) return { kind: 'refused', failure: unavailable('Unreachable', 'The lease ended.') };
    const { posting: rotationId } = actor;
    const life = accounts.at(account);
    const failed = life === undefined ? NOT_THERE : toFailed(planned);
    const sentAt = world.now();
    const answerAfter = latency(world);
    const settles = settleSeconds(failed, answerAfter);
    const isAnswered = failed.kind === 'answer';
    const { uniqueId } = life ?? {};
    posts.push({ rotationId, actor, keyType, sentAt, settledBy: sentAt + settles, uniqueId });
    const after = (seconds: number, outcome: () => PostOutcome) =>
      new Promise<PostOutcome>((answer) => resume(world, actor, seconds, () => answer(outcome())));
    const carryOut = (seconds: number, late: boolean) => {
      busyUntil = Math.max(busyUntil, world.now() + seconds);
      // By then at the latest a reading settles the doubt, whoever had the answer.
      const shownBy = late
        ? {}
        : { shownBy: sentAt + Math.max(settles, isAnswered ? timings.settleTimedOut : 0) };
      world.after(seconds, () => {
        if (life !== undefined) regenerate(life, keyType, { rotationId, sentAt, late, ...shownBy });
      });
    };
    const perhaps = ({ carryOut: part, lateBy }: Unanswered) => {
      if (lateBy !== undefined) carryOut(settles + lateBy, true);
      else if (part !== undefined) carryOut(part * 0.999 * settles, false);
    };

    switch (failed.kind) {
      case 'answer':
        if (life === undefined) throw new Error('There is no account to answer for.');
        carryOut(answerAfter, false);
        return after(1.5, () => ({ kind: 'regenerated', keys: accounts.answer(life) }));
      case 'refuse':
        return after(answerAfter, () => ({ kind: 'refused', failure: toFailure(failed) }));
      case 'crash':
        perhaps(failed);
        if (actor.instance.generation === actor.generation) world.crash(actor.instance);
        return new Promise(() => {});
      case 'server-error':
        perhaps(failed);
        return after(answerAfter, () => unanswered(timings.settleServerError));
      case 'drop':
        perhaps(failed);
        return after(answerAfter, () => unanswered(timings.settleDropped));
      case 'time-out': {
        perhaps(failed);
        const sent = monotonicClock(world, actor);
        await sleep(world, actor, timings.postTimeout);
        return unanswered(Math.max(timings.settleTimedOut - (monotonicClock(world, actor) - sent), 0));
      }
      default:
        return failed satisfies never;
    }
  }

  function settleSeconds(failed: Failed, answerAfter: number): number {
    switch (failed.kind) {
      case 'answer':
      case 'refuse':
        return answerAfter;
      case 'drop':
        return timings.settleDropped;
      case 'server-error':
        return answerAfter + timings.settleServerError;
      case 'crash':
      case 'time-out':
        return timings.settleTimedOut;
      default:
        return failed satisfies never;
    }
  }

  function port(actor: Actor, faults: Faults): MapsAccounts {
    const read = <T>(serve: () => Outcome<T>): Promise<Outcome<T>> =>
      call({ world, faults, actor }, 'read', serve, () => ({
        kind: 'failed',
        failure: unavailable('Unreachable', 'ARM could not be reached.'),
      }));
    const readOf = <T>(account: Account, serve: (life: Life) => T): Promise<Outcome<T>> =>
      read(() => {
        reads += 1;
        const life = accounts.at(account);
        if (life === undefined) return { kind: 'failed', failure: toFailure(NOT_THERE) };
        return { kind: 'ok', value: serve(life) };
      });
    const reading = (life: Life) => {
      const { facts, ...usual } = readingOf(life);
      return { ...usual, facts: { ...facts, ...described.get(accountPartition(life.account)) } };
    };
    return {
      readAccount: (account) => readOf(account, reading),
      readKeys: (account) =>
        readOf(account, (life) => ({ keys: accounts.list(life), now: world.serviceTime() })),
      regenerateKey: (account, keyType, maySend: () => boolean | Promise<boolean>) =>
        post(actor, faults, account, keyType, maySend),
      listPage: () => read(() => ({ kind: 'ok', value: { accounts: accounts.living().map(reading) } })),
      writesLeft: () => undefined,
    };
  }

  return {
    posts,
    changes,
    reads: () => reads,
    lives: accounts.lives,
    busyUntil: () => busyUntil,
    lifeAt: accounts.at,
    add: (account, ages, options = {}) => void accounts.add(account, ages, options),
    change: (account, keyType, rotationId, timeless) =>
      regenerate(
        known(account),
        keyType,
        { rotationId, sentAt: world.now(), late: rotationId !== undefined },
        timeless,
      ),
    move: (account, to) => accounts.move(known(account), to),
    remake: (account, sameTimes) => void accounts.remake(known(account), sameTimes),
    describe: (account, facts) => void described.set(accountPartition(account), facts),
    tag: (account, tags) => accounts.tag(known(account), tags),
    provision(account, state) {
      known(account).provisioningState = state;
    },
    port,
  };
}

type Refused = Extract<PostFault, { kind: 'refuse' }>;

type Failed = { readonly kind: 'answer' } | Refused | Unanswered;

const NOT_THERE: Refused = { kind: 'refuse', status: 404 };

function toFailed(planned: PostFault | undefined): Failed {
  if (planned === undefined) return { kind: 'answer' };
  switch (planned.kind) {
    case 'slow-token':
    case 'suspend':
      return { kind: 'answer' };
    case 'late-send':
      return planned.outcome === 'answer' ? { kind: 'answer' } : { kind: planned.outcome, carryOut: 0.99 };
    default:
      return planned;
  }
}

function toFailure({ status, retryAfterSeconds }: Refused): Failure {
  return fault(status, status === 404 ? 'ResourceNotFound' : `Http${status}`, 'ARM refused.', {
    passing: status !== 404,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

function unanswered(settleSeconds: number): PostOutcome {
  return { kind: 'unanswered', failure: unavailable('NoAnswer', 'No usable answer.'), settleSeconds };
}
