import type { AccountKeys, MapsAccounts, Outcome, PostOutcome } from '../../src/app/ports.ts';
import type { Account } from '../../src/core/account.ts';
import { accountId, accountPartition } from '../../src/core/account.ts';
import type { Failure } from '../../src/core/failure.ts';
import { fault, unavailable } from '../../src/core/failure.ts';
import type { KeyTimes, KeyType } from '../../src/core/key-type.ts';
import { Secret } from '../../src/core/secret.ts';
import { fromMilliseconds } from '../../src/core/time.ts';
import type { Timings } from '../../src/core/timings.ts';
import type { Faults, PostFault } from './faults.ts';
import { call, latency } from './faults.ts';
import type { Actor, World } from './world.ts';
import { pause, resume } from './world.ts';

export interface Post {
  readonly rotationId: string | undefined;
  readonly actor: Actor;
  readonly sentAt: number;
}

/** A key that ARM changed. */
export interface Change {
  readonly rotationId: string | undefined;
  readonly partition: string;
  readonly keyType: KeyType;
  readonly at: number;
  readonly lastUpdated: string;
}

/** ARM for Maps accounts, as far as the times of their keys go. */
export interface Arm {
  readonly posts: readonly Post[];
  readonly changes: readonly Change[];
  add(account: Account, agesSeconds: { primary: number; secondary: number }): void;
  /** Somebody else regenerates a key. */
  change(account: Account, keyType: KeyType, rotationId?: string): void;
  port(actor: Actor, faults: Faults): MapsAccounts;
}

export function createArm(world: World, timings: Timings): Arm {
  const accounts = new Map<string, { account: Account; times: Record<KeyType, string> }>();
  const posts: Post[] = [];
  const changes: Change[] = [];
  let digits = 0;

  /** ARM writes seven decimals. */
  const stamp = (seconds: number): string =>
    `${fromMilliseconds(world.serviceTime() - seconds * 1000).slice(0, -1)}${String(++digits % 10_000).padStart(4, '0')}Z`;

  function change(account: Account, keyType: KeyType, rotationId?: string): void {
    const partition = accountPartition(account);
    const lastUpdated = stamp(0);
    const known = accounts.get(partition);
    if (known === undefined) throw new Error(`The fake ARM has no ${partition}`);
    known.times[keyType] = lastUpdated;
    changes.push({ rotationId, partition, keyType, at: world.now(), lastUpdated });
  }

  function times(account: Account): KeyTimes {
    return { ...accounts.get(accountPartition(account))?.times };
  }

  async function post(
    actor: Actor,
    faults: Faults,
    account: Account,
    keyType: KeyType,
    maySend: () => Promise<boolean>,
  ): Promise<PostOutcome> {
    const planned = faults.nextPost();
    await pause(world, actor, planned?.kind === 'slow-token' ? planned.seconds : latency(world));
    if (!(await maySend()))
      return { kind: 'refused', failure: unavailable('Unreachable', 'The lease ended.') };
    if (planned?.kind === 'late-send') {
      await new Promise<void>((go) => world.after(planned.part * timings.margin, go));
    }
    const { posting: rotationId } = actor;
    const sentAt = world.now();
    posts.push({ rotationId, actor, sentAt });
    const after = (seconds: number, outcome: () => PostOutcome) =>
      new Promise<PostOutcome>((answer) => resume(world, actor, seconds, () => answer(outcome())));
    const carryOut = (seconds: number) => world.after(seconds, () => change(account, keyType, rotationId));
    const failed = toFailed(planned);

    switch (failed.kind) {
      case 'answer':
        carryOut(latency(world));
        return after(1.5, () => ({ kind: 'regenerated', keys: toKeys(times(account)) }));
      case 'refuse':
        return after(latency(world), () => ({ kind: 'refused', failure: toFailure(failed) }));
      case 'crash':
        if (failed.carryOut !== undefined) carryOut(failed.carryOut * timings.settleTimedOut * 0.999);
        if (actor.instance.generation === actor.generation) world.crash(actor.instance);
        return new Promise(() => {});
      case 'server-error': {
        const answered = latency(world);
        if (failed.carryOut !== undefined)
          carryOut(failed.carryOut * 0.999 * (answered + timings.settleServerError));
        return after(answered, () => unanswered(timings.settleServerError));
      }
      case 'drop':
        if (failed.carryOut !== undefined) carryOut(failed.carryOut * 0.999 * timings.settleDropped);
        return after(latency(world), () => unanswered(timings.settleDropped));
      case 'time-out':
        if (failed.carryOut !== undefined) carryOut(failed.carryOut * 0.999 * timings.settleTimedOut);
        return after(timings.postTimeout, () =>
          unanswered(Math.max(timings.settleTimedOut - (world.now() - sentAt), 0)),
        );
      default:
        return failed satisfies never;
    }
  }

  return {
    posts,
    changes,
    add(account, { primary, secondary }) {
      accounts.set(accountPartition(account), {
        account,
        times: { primary: stamp(primary), secondary: stamp(secondary) },
      });
    },
    change,
    port: (actor, faults) => {
      const read = <T>(serve: () => T): Promise<Outcome<T>> =>
        call(
          { world, faults, actor },
          'read',
          (): Outcome<T> => ({ kind: 'ok', value: serve() }),
          () => ({ kind: 'failed', failure: unavailable('Unreachable', 'ARM could not be reached.') }),
        );
      const facts = { tags: {}, disableLocalAuth: false, provisioningState: 'Succeeded' };
      return {
        readAccount: (account) => read(() => ({ id: accountId(account), facts })),
        readKeys: (account) => read(() => ({ keys: toKeys(times(account)), now: world.serviceTime() })),
        regenerateKey: (account, keyType, maySend) => post(actor, faults, account, keyType, maySend),
        listPage: () =>
          read(() => ({
            accounts: [...accounts.values()].map(({ account }) => ({ id: accountId(account), facts })),
          })),
        writesLeft: () => undefined,
      };
    },
  };
}

type Failed = { readonly kind: 'answer' } | Exclude<PostFault, { kind: 'late-send' | 'slow-token' }>;

function toFailed(planned: PostFault | undefined): Failed {
  if (planned === undefined || planned.kind === 'slow-token') return { kind: 'answer' };
  if (planned.kind !== 'late-send') return planned;
  return planned.outcome === 'answer' ? { kind: 'answer' } : { kind: planned.outcome, carryOut: 0.99 };
}

function toFailure({ status, retryAfterSeconds }: PostFault & { kind: 'refuse' }): Failure {
  return fault(status, `Http${status}`, 'ARM refused.', {
    passing: status !== 404,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

function unanswered(settleSeconds: number): PostOutcome {
  return { kind: 'unanswered', failure: unavailable('NoAnswer', 'No usable answer.'), settleSeconds };
}

/** The time at which a key was made stands for its value: no two have the same. */
function toKeys(times: KeyTimes): AccountKeys {
  const { primary = '', secondary = '' } = times;
  return { primaryKey: new Secret(primary), secondaryKey: new Secret(secondary), times };
}
