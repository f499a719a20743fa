import type { Actor, Thaw, World } from './world.ts';
import { resume, standStill } from './world.ts';

export type Operation = 'table' | 'queue' | 'read' | 'post' | 'vault' | 'maps' | 'publish';

/** What goes wrong with one call. */
export type Fault =
  /** The process dies before the call leaves it. */
  | { readonly kind: 'crash-before' }
  /** The process dies once the service has done its part. */
  | { readonly kind: 'crash-after' }
  /** The process stands still before it gets the answer. */
  | { readonly kind: 'freeze'; readonly seconds: number }
  /** The machine is suspended before the answer comes, and its clocks with it. */
  | { readonly kind: 'suspend'; readonly seconds: number; readonly thaw: Thaw }
  /** The request is that long on its way. */
  | { readonly kind: 'slow'; readonly seconds: number }
  /** The call fails; the service has done its part, or not. */
  | { readonly kind: 'fail'; readonly done: boolean }
  /** The connection breaks after the service did its part, and the SDK sends the request again. */
  | { readonly kind: 'repeat' };

/** `post` has faults of its own: whether and when ARM carries it out is up to ARM. */
export type PostFault =
  /** ARM says that it does not do it. */
  | { readonly kind: 'refuse'; readonly status: number; readonly retryAfterSeconds?: number }
  | Unanswered
  /** The process stands still between its last look at the lease and the send; `stands`: its clocks do so too. */
  | {
      readonly kind: 'late-send';
      readonly part: number;
      readonly outcome: 'answer' | 'crash' | 'time-out';
      readonly stands?: boolean;
    }
  | { readonly kind: 'slow-token'; readonly seconds: number }
  /** The machine is suspended between the write of the lease and the last look at it. */
  | { readonly kind: 'suspend'; readonly seconds: number; readonly thaw: Thaw };

/**
 * No answer by which to go. `carryOut`: where in the time that it may take ARM does it, from 0 to 1, if at all.
 * `lateBy`: how many seconds after that time ARM does it instead.
 */
export interface Unanswered {
  readonly kind: 'drop' | 'time-out' | 'server-error' | 'crash';
  readonly carryOut?: number;
  readonly lateBy?: number;
}

export type PlannedFault =
  | { readonly operation: Exclude<Operation, 'post'> | 'any'; readonly nth: number; readonly fault: Fault }
  | { readonly operation: 'post'; readonly nth: number; readonly fault: PostFault };

/** Which calls go wrong: the nth one of its kind, or of all kinds. */
export interface Faults {
  next(operation: Exclude<Operation, 'post'>): Fault | undefined;
  nextPost(): PostFault | undefined;
  /** Other faults from now on, counted from now. */
  replace(planned: readonly PlannedFault[]): void;
}

export function createFaults(first: readonly PlannedFault[]): Faults {
  const counts = new Map<string, number>();
  let planned = first;
  const count = (name: string): number => {
    const value = counts.get(name) ?? 0;
    counts.set(name, value + 1);
    return value;
  };
  return {
    next(operation) {
      const nth = count(operation);
      const nthOfAll = count('any');
      for (const plan of planned) {
        if (plan.operation === 'post') continue;
        if (plan.operation === operation && plan.nth === nth) return plan.fault;
        if (plan.operation === 'any' && plan.nth === nthOfAll) return plan.fault;
      }
      return undefined;
    },
    nextPost() {
      const nth = count('post');
      for (const plan of planned) if (plan.operation === 'post' && plan.nth === nth) return plan.fault;
      return undefined;
    },
    replace(others) {
      planned = others;
      counts.clear();
    },
  };
}

const LATENCIES = [0.01, 0.02, 0.05, 0.2, 0.8] as const;

export function latency(world: World): number {
  return world.random.pick(LATENCIES) * (0.5 + world.random.next());
}

/** One call of an outside service, which does its part at one moment between the request and the answer. */
export function call<T>(
  { world, faults, actor }: { world: World; faults: Faults; actor: Actor },
  operation: Exclude<Operation, 'post'>,
  serve: () => T,
  unreachable: () => T,
): Promise<T> {
  const fault = faults.next(operation);
  return new Promise((resolve, reject) => {
    if (fault?.kind === 'crash-before') return world.crash(actor.instance);
    const answer = (get: () => T) => {
      if (actor.instance.generation === actor.generation) {
        if (fault?.kind === 'freeze') actor.instance.frozenUntil = world.now() + fault.seconds;
        if (fault?.kind === 'suspend') standStill(world, actor.instance, fault.seconds, fault.thaw);
      }
      resume(world, actor, latency(world), () => {
        try {
          resolve(get());
        } catch (error) {
          reject(error);
        }
      });
    };
    world.after(fault?.kind === 'slow' ? fault.seconds : latency(world), () => {
      if (fault?.kind === 'fail' && !fault.done) return answer(unreachable);
      let served = attempt(serve);
      if (fault?.kind === 'repeat') served = attempt(serve);
      if (fault?.kind === 'crash-after' && actor.instance.generation === actor.generation) {
        return world.crash(actor.instance);
      }
      answer(fault?.kind === 'fail' ? unreachable : served);
    });
  });
}

function attempt<T>(serve: () => T): () => T {
  try {
    const value = serve();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
