import { setTimeout as delay } from 'node:timers/promises';
import { type DequeuedMessageItem, QueueServiceClient } from '@azure/storage-queue';
import type { HostFunction, QueueTrigger } from '../functions.ts';
import { handleMessage, type Queue, type QueueParts, statusOf, toText } from './queue-work.ts';

export interface QueueListener {
  /** Takes no further messages, and waits for those in work. */
  stop(): Promise<void>;
}

const firstDelayMs = 100;

export function startQueueListener(target: HostFunction<QueueTrigger>, parts: QueueParts): QueueListener {
  const queue = openQueue(target.trigger, parts.leaseMs ?? 600_000);
  const stopping = new AbortController();
  const working = new Set<Promise<void>>();
  const loop = poll(target, parts, queue, working, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await loop;
      await Promise.all(working);
    },
  };
}

function openQueue(trigger: QueueTrigger, leaseMs: number): Queue {
  const service = QueueServiceClient.fromConnectionString(trigger.connectionString, {
    retryOptions: { maxTries: 3 },
  });
  const poisonName = `${trigger.queueName}-poison`;
  const hasPoison = !trigger.queueName.endsWith('-poison') && poisonName.length <= 63;
  return {
    client: service.getQueueClient(trigger.queueName),
    poison: hasPoison ? service.getQueueClient(poisonName) : undefined,
    leaseMs,
  };
}

async function poll(
  target: HostFunction<QueueTrigger>,
  parts: QueueParts,
  queue: Queue,
  working: Set<Promise<void>>,
  stopping: AbortSignal,
): Promise<void> {
  const stopped = new Promise<void>((resolve) =>
    stopping.addEventListener('abort', () => resolve(), { once: true }),
  );
  let idleMs = 0;
  while (!stopping.aborted) {
    const messages = await receive(target, parts, queue);
    for (const message of messages) {
      const work = handleMessage(target, parts, queue, message).catch((error: unknown) =>
        parts.log(
          'error',
          'Host.Queues',
          `Message ${message.messageId} of '${queue.client.name}': ${toText(error)}`,
        ),
      );
      working.add(work);
      void work.then(() => working.delete(work));
    }
    if (messages.length === 0) {
      idleMs = nextDelay(idleMs, parts);
      await delay(idleMs, undefined, { signal: stopping }).catch(() => undefined);
      continue;
    }
    idleMs = 0;
    while (working.size > parts.options.newBatchThreshold && !stopping.aborted) {
      await Promise.race([stopped, ...working]);
    }
  }
}

/** Doubles with chance while the queue stays empty, as the real host does. */
function nextDelay(lastMs: number, parts: QueueParts): number {
  const grown = Math.min(
    Math.max(lastMs * 2, firstDelayMs) * (0.8 + Math.random() * 0.4),
    parts.options.maxPollingIntervalMs,
  );
  return parts.pollMs ?? Math.max(grown, firstDelayMs);
}

async function receive(
  target: HostFunction,
  parts: QueueParts,
  queue: Queue,
): Promise<DequeuedMessageItem[]> {
  try {
    const got = await queue.client.receiveMessages({
      numberOfMessages: parts.options.batchSize,
      visibilityTimeout: Math.ceil(queue.leaseMs / 1000),
    });
    return got.receivedMessageItems;
  } catch (error) {
    // A queue that nobody has made yet is an empty one.
    if (statusOf(error) !== 404) {
      parts.log(
        'warning',
        'Host.Queues',
        `Function '${target.name}' could not read queue '${queue.client.name}': ${toText(error)}`,
      );
    }
    return [];
  }
}
