import { STAYS } from './presets.ts';
import type { ServiceCodes } from './types.ts';

/**
 * Event Grid tells most refusals of a publisher by their status alone. These two codes are ours: the answer is about the
 * bytes that were sent, so the same event gets it again, until the topic or the app is another one.
 * https://learn.microsoft.com/azure/event-grid/troubleshoot-errors
 */
export const EVENT_GRID_CODES = {
  EventTooLarge: {
    ...STAYS,
    carriedOut: 'unknown',
    status: 413,
    title: 'Event too large',
    meaning: 'Event Grid does not take an event of this size, so nobody is told of the new key.',
    todo: 'Tell the consumers of the key yourself, and report it with the rotation’s id. The event is kept, and sent again about once an hour.',
    slow: true,
  },
  EventRefused: {
    ...STAYS,
    carriedOut: 'unknown',
    status: 400,
    title: 'Event refused',
    meaning: 'Event Grid does not take the event as it is, so nobody is told of the new key.',
    todo: 'The input schema of the topic must be CloudEvents 1.0: make a topic that has it, and set EVENT_GRID_TOPIC_ENDPOINT to that. The event is kept, and sent again about once an hour.',
    slow: true,
  },
} as const satisfies ServiceCodes;

/** What is wrong with the bytes of a request, whenever they are sent. */
const OF_THE_BYTES: ReadonlySet<number> = new Set([400, 411, 413, 414, 415, 422, 431]);

/** Our code for an answer to an event that can't be another one for the same bytes. */
export function codeOfRefusedEvent(status: number): keyof typeof EVENT_GRID_CODES | undefined {
  if (!OF_THE_BYTES.has(status)) return undefined;
  return status === 413 ? 'EventTooLarge' : 'EventRefused';
}
