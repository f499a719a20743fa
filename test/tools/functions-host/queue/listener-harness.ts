import type { HostFunction, QueueTrigger } from '../../../../tools/functions-host/functions.ts';
import {
  type QueueListener,
  startQueueListener,
} from '../../../../tools/functions-host/queue/queue-listener.ts';
import type { InvocationResult, Trigger } from '../../../../tools/functions-host/worker/invoke.ts';

export interface Given {
  queueName?: string;
  options?: object;
  leaseMs?: number;
  /** The function: whether it succeeds. */
  run?: (trigger: Trigger) => Promise<boolean>;
}

/** A listener alone, with a function that needs no app. */
export function startListener(
  connectionString: string,
  { queueName = '', options = {}, leaseMs, run = async () => true }: Given,
): { listener: QueueListener; logs: string[] } {
  const logs: string[] = [];
  const trigger: QueueTrigger = { kind: 'queue', queueName, connectionString };
  const target = {
    name: 'target',
    triggerName: 'message',
    trigger,
    disabled: false,
  } as HostFunction<QueueTrigger>;
  const invoke = async (_target: HostFunction, given: Trigger): Promise<InvocationResult> =>
    (await run(given))
      ? { kind: 'succeeded', invocationId: 'i', response: {} }
      : { kind: 'failed', invocationId: 'i', error: new Error('failed') };
  const listener = startQueueListener(target, {
    options: {
      batchSize: 4,
      newBatchThreshold: 2,
      maxDequeueCount: 3,
      visibilityTimeoutMs: 0,
      maxPollingIntervalMs: 2_000,
      messageEncoding: 'base64',
      ...options,
    },
    pollMs: 30,
    leaseMs,
    invoker: { invoke, running: () => 0, drain: async () => undefined },
    log: (level, _category, message) => logs.push(`${level} ${message}`),
  });
  return { listener, logs };
}
