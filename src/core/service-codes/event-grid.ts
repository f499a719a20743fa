import { APPLIES_LATE, NETWORK_REFUSES, STAYS } from './presets.ts';
import type { ServiceCodes } from './types.ts';

/**
 * Event Grid tells refusals of a publisher by their status: the codes beside it, such as `Unauthorized` and `Forbidden`,
 * have other meanings elsewhere. So these codes are ours. Where the answer is about the bytes that were sent, the same
 * event gets it again, until the topic or the app is another one.
 * https://learn.microsoft.com/azure/event-grid/troubleshoot-errors
 */
export const EVENT_GRID_CODES = {
  EventTooLarge: {
    ...STAYS,
    carriedOut: 'unknown',
    status: 413,
    title: 'Event too large',
    meaning: 'Event Grid does not take an event of this size, so its subscribers are not told of the key.',
    todo: 'Tell the key’s consumers yourself what became of it, and report it with the rotation’s id. The event is kept, and sent again about once an hour.',
    slow: true,
  },
  EventRefused: {
    ...STAYS,
    carriedOut: 'unknown',
    status: 400,
    title: 'Event refused',
    meaning: 'Event Grid does not take the event as it is, so its subscribers are not told of the key.',
    todo: 'The input schema of the topic must be CloudEvents 1.0: make a topic that has it, and set EVENT_GRID_TOPIC_ENDPOINT to that. The event is kept, and sent again about once an hour.',
    slow: true,
  },
  EventNotAuthorized: {
    ...APPLIES_LATE,
    status: 401,
    title: 'Role EventGrid Data Sender missing',
    meaning: 'The app’s identity needs the role EventGrid Data Sender on {scope}.',
    todo: 'Assign that role to it. A role just assigned can take some minutes, for a managed identity up to a day. If it has the role, check that EVENT_GRID_TOPIC_ENDPOINT is of the identity’s own tenant, and restart the Function App.',
  },
  EventForbidden: {
    ...APPLIES_LATE,
    ...NETWORK_REFUSES,
    status: 403,
    meaning:
      'The topic takes events from some networks only, by its firewall or by private endpoints, and the app’s is none of them; it is no matter of roles.',
    todo: 'Let the app’s network in at the topic (Networking): its outbound addresses in the firewall, or a private endpoint that the app’s network resolves (privatelink DNS).',
  },
} as const satisfies ServiceCodes;

/** What is wrong with the bytes of a request, whenever they are sent. */
const OF_THE_BYTES: ReadonlySet<number> = new Set([400, 411, 413, 414, 415, 422, 431]);

/** Our code for an answer to an event, where Event Grid means something of its own by the status. */
export function codeOfRefusedEvent(status: number): keyof typeof EVENT_GRID_CODES | undefined {
  if (status === 401) return 'EventNotAuthorized';
  if (status === 403) return 'EventForbidden';
  if (!OF_THE_BYTES.has(status)) return undefined;
  return status === 413 ? 'EventTooLarge' : 'EventRefused';
}
