import { isObject, type Reply } from '../server/http.ts';
import type { EventSubscription, EventSubscriptions } from './event-subscriptions.ts';
import type { EventSubscriptionOptions } from './subscription-options.ts';

const path = /^\/subscriptions(?:\/([A-Za-z0-9-]+)(?:\/(redeliver|hold|release))?)?$/;

export function isSubscriptionControl(resource: string): boolean {
  return path.test(resource);
}

/** Throws what is to be a 400. */
export async function controlSubscriptions(
  method: string,
  resource: string,
  body: unknown,
  subscriptions: EventSubscriptions,
): Promise<Reply> {
  const [, name, action] = path.exec(resource) ?? [];
  if (name === undefined) return controlAll(method, body, subscriptions);
  const subscription = subscriptions.find(name);
  if (!subscription) return { status: 404, body: wrong(`there is no subscription '${name}'`) };
  return controlOne(`${method} ${action ?? ''}`.trim(), body, subscription);
}

async function controlAll(method: string, body: unknown, subscriptions: EventSubscriptions): Promise<Reply> {
  switch (method) {
    case 'GET':
      return { status: 200, body: subscriptions.list().map(toView) };
    case 'POST': {
      if (!isObject(body)) throw new Error('a subscription is a JSON object');
      return { status: 201, body: toView(await subscriptions.subscribe(body as EventSubscriptionOptions)) };
    }
    default:
      return { status: 405, body: wrong('GET or POST subscriptions') };
  }
}

function controlOne(what: string, body: unknown, subscription: EventSubscription): Reply {
  const { eventId, order } = isObject(body) ? body : {};
  switch (what) {
    case 'GET':
      return { status: 200, body: toView(subscription) };
    case 'DELETE':
      subscription.close();
      return { status: 204 };
    case 'POST redeliver':
      return {
        status: 202,
        body: { deliveries: subscription.redeliver(typeof eventId === 'string' ? eventId : undefined) },
      };
    case 'POST hold':
      subscription.hold();
      return { status: 204 };
    case 'POST release':
      void subscription.release(order === 'reversed' ? 'reversed' : 'published');
      return { status: 202 };
    default:
      return {
        status: 405,
        body: wrong('GET or DELETE a subscription, POST redeliver, POST hold, POST release'),
      };
  }
}

function toView({ name, endpoint, deliveries, deadLetters }: EventSubscription) {
  // A query may hold a secret.
  const { origin, pathname } = new URL(endpoint);
  return { name, endpoint: origin + pathname, deliveries, deadLetters };
}

function wrong(message: string) {
  return { error: { code: 'LocalAzure', message } };
}
