import { type EventFilter, filterFault } from './event-filter.ts';
import type { RetryPolicy } from './retry-schedule.ts';
import { isLoopback } from './webhook-request.ts';

export type EventSubscriptionOptions = EventFilter & {
  /** 3 to 64 letters, digits and hyphens; made up where unset. */
  name?: string;
  /** https, or http on this machine. */
  endpoint: string;
  /** The token that each delivery carries, as Event Grid gets it from Microsoft Entra ID. */
  entra?: { tenantId: string; audience: string };
  retry?: Partial<RetryPolicy>;
  /** Delivery properties with a fixed value. */
  headers?: Record<string, string>;
  /** Above 1, deliveries are batches, also where one event is in them. */
  maxEventsPerBatch?: number;
  /** How often each delivery is repeated although it arrived: Event Grid delivers at least once. */
  deliver?: { duplicate?: number };
};

/** What is wrong with a subscription, or undefined; limits are Event Grid's. */
export function optionsFault(options: EventSubscriptionOptions): string | undefined {
  const { name, endpoint, entra, retry = {}, headers = {}, maxEventsPerBatch = 1 } = options;
  const { maxDeliveryAttempts = 30, eventTimeToLiveInMinutes = 1440 } = retry;
  if (name !== undefined && !/^[A-Za-z0-9-]{3,64}$/.test(name)) {
    return 'name: 3 to 64 letters, digits and hyphens';
  }
  if (typeof endpoint !== 'string' || !isEndpoint(endpoint)) {
    return 'endpoint: an https URL, or an http URL on this machine';
  }
  if (entra !== undefined && !(isText(entra.tenantId) && isText(entra.audience))) {
    return 'entra: tenantId and audience';
  }
  if (!isWithin(maxDeliveryAttempts, 30)) return 'retry.maxDeliveryAttempts: an integer from 1 to 30';
  if (!isWithin(eventTimeToLiveInMinutes, 1440)) {
    return 'retry.eventTimeToLiveInMinutes: an integer from 1 to 1440';
  }
  if (!isWithin(maxEventsPerBatch, 5000)) return 'maxEventsPerBatch: an integer from 1 to 5000';
  return headersFault(headers, entra !== undefined) ?? filterFault(options);
}

function headersFault(headers: Record<string, string>, hasToken: boolean): string | undefined {
  const entries = Object.entries(headers);
  if (entries.length > 10) return 'headers: at most 10';
  for (const [name, value] of entries) {
    const lower = name.toLowerCase();
    if (!/^[\w-]+$/.test(name) || lower.startsWith('aeg-')) return `headers: '${name}' is not allowed`;
    if (lower === 'authorization' && hasToken) return 'headers: Authorization is taken by entra';
    if (!isText(value) || value.length > 4096)
      return `headers: the value of '${name}' is a text of up to 4096`;
  }
  return undefined;
}

function isEndpoint(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { protocol } = new URL(endpoint);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(endpoint));
}

function isWithin(value: unknown, most: number): boolean {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
