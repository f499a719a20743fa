import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import type { HostFunction, QueueTrigger } from '../functions.ts';
import type { QueueOptions } from '../host-config.ts';
import type { Log } from '../log.ts';
import type { Invoker } from '../worker/invoke.ts';
import { decodeMessage, toTriggerMetadata } from './queue-message.ts';

export interface QueueParts {
  options: QueueOptions;
  /** Looks for messages at this pace, however long the queue was empty. */
  pollMs?: number | undefined;
  /** How long a message is hidden from others; renewed at half time while its function runs. */
  leaseMs?: number | undefined;
  invoker: Invoker;
  log: Log;
}

export interface Queue {
  client: QueueClient;
  /** None where the queue is itself a poison queue or its name is too long: then failed messages stay where they are. */
  poison: QueueClient | undefined;
  leaseMs: number;
}

/** One message, from its receipt to its deletion, its release or the poison queue. */
export async function handleMessage(
  target: HostFunction<QueueTrigger>,
  parts: QueueParts,
  queue: Queue,
  message: DequeuedMessageItem,
): Promise<void> {
  const { maxDequeueCount, messageEncoding, visibilityTimeoutMs } = parts.options;
  const decoded = decodeMessage(message.messageText, messageEncoding);
  if (message.dequeueCount > maxDequeueCount || decoded.kind === 'notBase64') {
    // The function is not run: neither for a message that crashed hosts, nor for one that can never be decoded.
    return moveToPoison(parts, queue, message);
  }
  const text = decoded.kind === 'text' ? decoded.text : undefined;
  if (text === undefined) {
    parts.log('error', `Function.${target.name}`, `Message ${message.messageId} is not valid UTF-8.`);
  }
  const succeeded = text !== undefined && (await runWithRenewal(target, parts, queue, message, text));
  if (succeeded) {
    return ignoreGone(queue.client.deleteMessage(message.messageId, message.popReceipt));
  }
  if (!queue.poison) {
    return;
  }
  if (message.dequeueCount >= maxDequeueCount) {
    return moveToPoison(parts, queue, message);
  }
  const seconds = Math.round(visibilityTimeoutMs / 1000);
  return ignoreGone(queue.client.updateMessage(message.messageId, message.popReceipt, undefined, seconds));
}

/** Each renewal changes the receipt, so it is noted on the message for what comes after the run. */
async function runWithRenewal(
  target: HostFunction<QueueTrigger>,
  parts: QueueParts,
  queue: Queue,
  message: DequeuedMessageItem,
  text: string,
): Promise<boolean> {
  let renewal: Promise<void> = Promise.resolve();
  const renew = async () => {
    try {
      const updated = await queue.client.updateMessage(
        message.messageId,
        message.popReceipt,
        undefined,
        Math.ceil(queue.leaseMs / 1000),
      );
      message.popReceipt = updated.popReceipt ?? message.popReceipt;
    } catch (error) {
      parts.log('warning', 'Host.Queues', `Message ${message.messageId} was not renewed: ${toText(error)}`);
    }
  };
  const timer = setInterval(() => {
    renewal = renew();
  }, queue.leaseMs / 2);
  const result = await parts.invoker.invoke(target, {
    data: { string: text },
    metadata: toTriggerMetadata(text, message),
    reason: `New queue message detected on '${queue.client.name}'.`,
  });
  clearInterval(timer);
  await renewal;
  return result.kind === 'succeeded';
}

async function moveToPoison(parts: QueueParts, queue: Queue, message: DequeuedMessageItem): Promise<void> {
  if (!queue.poison) {
    return;
  }
  parts.log(
    'warning',
    'Host.Queues',
    `Message has reached MaxDequeueCount of ${parts.options.maxDequeueCount}. Moving message to queue '${queue.poison.name}'.`,
  );
  await queue.poison.createIfNotExists();
  await queue.poison.sendMessage(message.messageText);
  await ignoreGone(queue.client.deleteMessage(message.messageId, message.popReceipt));
}

/** Somebody else has the message by now, or it is gone: nothing is left to do. */
async function ignoreGone(request: Promise<unknown>): Promise<void> {
  await request.catch((error: unknown) => {
    if (statusOf(error) !== 404 && statusOf(error) !== 400) {
      throw error;
    }
  });
}

export function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number }).statusCode;
}

export function toText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
