import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudEvent } from './cloud-event.ts';
import { type DeadLetterReason, type DeliveryOutcome, toOutcome } from './dead-letter.ts';
import { isFinal, type RetryPolicy, retryDelay, timeToLive } from './retry-schedule.ts';
import { eventGridOrigin } from './webhook-handshake.ts';
import { sendToWebhook, type WebhookAnswer } from './webhook-request.ts';

/** One attempt. */
export type Delivery = {
  readonly eventIds: readonly string[];
  /** From 1. */
  readonly attempt: number;
  /** By the stand-in's clock, ISO. */
  readonly time: string;
  readonly milliseconds: number;
  readonly status: number | null;
  readonly outcome: DeliveryOutcome;
  readonly error: string | null;
};

/** What travels in one request, is retried together and given up together. */
export type Parcel = { events: readonly CloudEvent[]; batched: boolean };

export type DeliveryTarget = {
  name: string;
  endpoint: string;
  headers: Record<string, string>;
  retry: RetryPolicy;
  token(): string | undefined;
  ca: string;
  timeoutMs: number;
  /** What a minute of Event Grid's schedule lasts here, in minutes. */
  timeScale: number;
  closing: AbortSignal;
  now(): Date;
  record(delivery: Delivery): void;
};

export type Ending =
  | { kind: 'delivered' }
  | { kind: 'closed' }
  | { kind: 'givenUp'; reason: DeadLetterReason; last: Delivery };

/** Tries until it is done or given up; it never throws. */
export async function deliver(parcel: Parcel, target: DeliveryTarget): Promise<Ending> {
  const { retry, timeScale, closing } = target;
  const expires = performance.now() + timeToLive(retry) * timeScale;
  for (let attempt = 1; ; attempt += 1) {
    const last = await tryOnce(parcel, attempt, target);
    target.record(last);
    if (last.outcome === 'Delivered') return { kind: 'delivered' };
    if (isFinal(last.status)) return { kind: 'givenUp', reason: 'UndeliverableDueToClientError', last };
    if (attempt >= retry.maxDeliveryAttempts && !closing.aborted) {
      return { kind: 'givenUp', reason: 'MaxDeliveryAttemptsExceeded', last };
    }
    const delay = retryDelay(attempt, last.status) * timeScale;
    await sleep(delay, undefined, { signal: closing }).catch(() => {});
    if (closing.aborted) return { kind: 'closed' };
    // Looked at only when the next attempt is due, as the documentation says.
    if (performance.now() >= expires) return { kind: 'givenUp', reason: 'TimeToLiveExceeded', last };
  }
}

async function tryOnce(parcel: Parcel, attempt: number, target: DeliveryTarget): Promise<Delivery> {
  const { endpoint, timeoutMs, ca, closing } = target;
  const time = target.now().toISOString();
  const startedAt = performance.now();
  const answer = await sendToWebhook({
    method: 'POST',
    endpoint,
    headers: toHeaders(parcel, attempt, target),
    body: JSON.stringify(parcel.batched ? parcel.events : parcel.events[0]),
    timeoutMs,
    ca,
    closing,
  });
  return {
    eventIds: parcel.events.map(({ id }) => id),
    attempt,
    time,
    milliseconds: performance.now() - startedAt,
    status: answer.kind === 'answered' ? answer.status : null,
    outcome: toOutcome(answer),
    error: errorOf(answer),
  };
}

function toHeaders(parcel: Parcel, attempt: number, target: DeliveryTarget): Record<string, string> {
  const token = target.token();
  return {
    ...target.headers,
    'Content-Type': `application/cloudevents${parcel.batched ? '-batch' : ''}+json; charset=utf-8`,
    'WebHook-Request-Origin': eventGridOrigin,
    'aeg-subscription-name': target.name.toUpperCase(),
    // Attempts made before this one.
    'aeg-delivery-count': String(attempt - 1),
    'aeg-event-type': 'Notification',
    // CloudEvents' specversion; there is no data version in that schema.
    'aeg-metadata-version': '1.0',
    'aeg-output-event-id': randomUUID(),
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
  };
}

function errorOf(answer: WebhookAnswer): string | null {
  switch (answer.kind) {
    case 'answered':
      return null;
    case 'timedOut':
    case 'closed':
      return answer.kind;
    case 'failed':
      return `${answer.code}: ${answer.message}`;
    default:
      return answer satisfies never;
  }
}
