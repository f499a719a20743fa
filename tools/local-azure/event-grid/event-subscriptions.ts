import { randomUUID } from 'node:crypto';
import type { DeliveryTokens } from '../entra/delivery-tokens.ts';
import type { CloudEvent } from './cloud-event.ts';
import type { DeadLetter } from './dead-letter.ts';
import { createSubscription } from './event-subscription.ts';
import { type EventSubscriptionOptions, optionsFault } from './subscription-options.ts';
import type { Delivery } from './webhook-delivery.ts';
import { handshakeFault } from './webhook-handshake.ts';

/** A webhook that gets the topic's events from the time of its subscription on. */
export type EventSubscription = {
  readonly name: string;
  readonly endpoint: string;
  /** One for each attempt, in the order in which they ended. */
  readonly deliveries: readonly Delivery[];
  readonly deadLetters: readonly DeadLetter[];
  /** Keeps back the events that are published from now on. */
  hold(): void;
  /** Delivers what was kept back, one after another; reversed, the newest comes first. */
  release(order?: 'published' | 'reversed'): Promise<void>;
  /** Delivers events of the topic again that this subscription has had, dead letters too: whose id it is, else all. */
  redeliver(eventId?: string): number;
  /** Until nothing is under way or waits for a retry. */
  settled(): Promise<void>;
  /** Ends the subscription: what is under way is cut. */
  close(): void;
};

export type EventSubscriptions = {
  /** Refused, with Event Grid's words, where the endpoint does not answer the handshake. */
  subscribe(options: EventSubscriptionOptions): Promise<EventSubscription>;
  list(): EventSubscription[];
  find(name: string): EventSubscription | undefined;
  /** What the topic has accepted. */
  publish(events: readonly CloudEvent[]): void;
  /** Forgets deliveries and dead letters. */
  reset(): void;
};

export type SubscriptionsContext = {
  tokens: DeliveryTokens;
  timeScale: number;
  timeoutMs: number;
  closing: AbortSignal;
  now: () => Date;
  /** Set once the certificate is made. */
  ca: string;
};

export function createSubscriptions(context: SubscriptionsContext): EventSubscriptions {
  const open = new Map<string, ReturnType<typeof createSubscription>>();
  const keyOf = (name: string) => name.toLowerCase();

  return {
    async subscribe(options) {
      const wrong = optionsFault(options);
      if (wrong) throw new Error(`local Azure: ${wrong}`);
      const { ca, timeoutMs, closing } = context;
      const refused = await handshakeFault({ endpoint: options.endpoint, timeoutMs, ca, closing });
      if (refused) throw new Error(refused);
      const name = options.name ?? `webhook-${randomUUID()}`;
      // As in Azure, a subscription of the same name is replaced.
      open.get(keyOf(name))?.close();
      const subscription = createSubscription({ ...options, name }, context, () => {
        if (open.get(keyOf(name)) === subscription) open.delete(keyOf(name));
      });
      open.set(keyOf(name), subscription);
      return subscription;
    },
    list: () => [...open.values()],
    find: (name) => open.get(keyOf(name)),
    publish: (events) => {
      for (const subscription of open.values()) subscription.publish(events);
    },
    reset: () => {
      for (const subscription of open.values()) subscription.reset();
    },
  };
}
