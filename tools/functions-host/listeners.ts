import type { HostFunction } from './functions.ts';
import type { QueueOptions } from './host-config.ts';
import type { Log } from './log.ts';
import { startQueueListener } from './queue/queue-listener.ts';
import { toMadeUpMetadata } from './queue/queue-message.ts';
import { startTimer, type TimerListener } from './timer/timer-listener.ts';
import { createStatusStore } from './timer/timer-status.ts';
import type { InvocationResult, Invoker } from './worker/invoke.ts';

export interface ListenerParts {
  queues: QueueOptions;
  queuePollMs?: number;
  queueLeaseMs?: number;
  stateDirectory?: string;
  invoker: Invoker;
  log: Log;
}

export interface Listeners {
  timers: ReadonlyMap<string, TimerListener>;
  /** Starts no further run, takes no further message; waits for the messages in work. */
  stop(): Promise<unknown>;
}

export function startListeners(functions: readonly HostFunction[], parts: ListenerParts): Listeners {
  const store = createStatusStore(parts.stateDirectory);
  const timers = new Map<string, TimerListener>();
  const queues: { stop(): Promise<void> }[] = [];
  for (const target of functions) {
    const { trigger } = target;
    if (trigger.kind === 'timer') {
      timers.set(target.name, startTimer({ ...target, trigger }, parts.invoker, store, parts.log));
    } else if (trigger.kind === 'queue' && !target.disabled) {
      queues.push(
        startQueueListener(
          { ...target, trigger },
          { ...parts, options: parts.queues, pollMs: parts.queuePollMs, leaseMs: parts.queueLeaseMs },
        ),
      );
    }
  }
  return {
    timers,
    stop() {
      for (const timer of timers.values()) {
        timer.stop();
      }
      return Promise.all(queues.map((queue) => queue.stop()));
    },
  };
}

/** `POST /admin/functions/{name}`. */
export function runByHand(
  invoker: Invoker,
  timers: ReadonlyMap<string, TimerListener>,
  target: HostFunction,
  input: string | undefined,
): Promise<InvocationResult> {
  const timer = timers.get(target.name);
  if (timer) {
    return timer.runNow();
  }
  const text = input ?? '';
  return invoker.invoke(target, {
    data: { string: text },
    metadata: toMadeUpMetadata(text),
    reason: 'This function was programmatically called via the host APIs.',
  });
}
