import type { CloudEvent } from './cloud-event.ts';
import { type DeadLetter, toDeadLetter } from './dead-letter.ts';
import { matchesFilter } from './event-filter.ts';
import type { EventSubscription, SubscriptionsContext } from './event-subscriptions.ts';
import type { EventSubscriptionOptions } from './subscription-options.ts';
import { type Delivery, type DeliveryTarget, deliver, type Parcel } from './webhook-delivery.ts';

type Named = EventSubscriptionOptions & { name: string };

type Post = { parcel: Parcel; publishTime: string };

export function createSubscription(
  options: Named,
  context: SubscriptionsContext,
  onClose: () => void,
): EventSubscription & { publish(events: readonly CloudEvent[]): void; reset(): void } {
  const closing = new AbortController();
  const deliveries: Delivery[] = [];
  const deadLetters: DeadLetter[] = [];
  const underWay = new Set<Promise<void>>();
  let seen: Post[] = [];
  let held: Post[] | undefined;
  const signal = AbortSignal.any([context.closing, closing.signal]);
  const target = toTarget(options, context, signal, deliveries);

  async function send({ parcel, publishTime }: Post): Promise<void> {
    const ending = await deliver(parcel, target);
    if (ending.kind !== 'givenUp') return;
    const { reason, last } = ending;
    deadLetters.push(...parcel.events.map((event) => toDeadLetter(event, reason, last, publishTime)));
  }

  /** Each on its own, as Event Grid: what fails holds up nothing that comes after it. */
  function start(post: Post): Promise<void> {
    const copies = 1 + (options.deliver?.duplicate ?? 0);
    const sent = Promise.all(Array.from({ length: copies }, () => send(post))).then(() => {});
    underWay.add(sent);
    return sent.finally(() => underWay.delete(sent));
  }

  return {
    name: options.name,
    endpoint: options.endpoint,
    deliveries,
    deadLetters,
    publish(events) {
      const publishTime = context.now().toISOString();
      for (const parcel of toParcels(events, options)) {
        const post = { parcel, publishTime };
        seen.push(post);
        if (held) held.push(post);
        else void start(post);
      }
    },
    hold: () => {
      held ??= [];
    },
    async release(order = 'published') {
      const posts = held ?? [];
      held = undefined;
      for (const post of order === 'reversed' ? posts.reverse() : posts) await start(post);
    },
    redeliver(eventId) {
      const again = seen.filter(({ parcel }) => !eventId || parcel.events.some(({ id }) => id === eventId));
      for (const post of again) void start(post);
      return again.length;
    },
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    reset() {
      deliveries.length = 0;
      deadLetters.length = 0;
      seen = [];
    },
    close() {
      closing.abort();
      onClose();
    },
  };
}

function toTarget(
  { name, endpoint, entra, headers = {}, retry = {} }: Named,
  { ca, timeoutMs, timeScale, tokens, now }: SubscriptionsContext,
  closing: AbortSignal,
  deliveries: Delivery[],
): DeliveryTarget {
  const { maxDeliveryAttempts = 30, eventTimeToLiveInMinutes = 1440 } = retry;
  return {
    name,
    endpoint,
    headers,
    retry: { maxDeliveryAttempts, eventTimeToLiveInMinutes },
    token: () => (entra ? tokens.issue(entra.audience, entra.tenantId) : undefined),
    ca,
    timeoutMs,
    timeScale,
    closing,
    now,
    record: (delivery) => void deliveries.push(delivery),
  };
}

function toParcels(events: readonly CloudEvent[], options: Named): Parcel[] {
  const wanted = events.filter((event) => matchesFilter(options, event));
  const { maxEventsPerBatch: most = 1 } = options;
  const parcels: Parcel[] = [];
  for (let index = 0; index < wanted.length; index += most) {
    parcels.push({ events: wanted.slice(index, index + most), batched: most > 1 });
  }
  return parcels;
}
