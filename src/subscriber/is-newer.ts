import type { KeyRegeneratedEvent } from './events.ts';
import { toInstant } from './instant.ts';

/**
 * Whether a subscriber should apply the event: events repeat, and come out of order. `known` is the `keyLastUpdated` of
 * the key that it uses now, primary or secondary; without one, every event is news. One time twice is a repeat. An event
 * without a time counts as the oldest, as it does in the app, which goes on to treat the other key as the one in use.
 */
export function isNewer(event: KeyRegeneratedEvent, known: string | null | undefined): boolean {
  return toInstant(known) === undefined || isLater(event.data.keyLastUpdated, known);
}

/**
 * Whether one of ARM's times is later than another, to the last digit. No time is earlier than any: an absent one, null,
 * or year 1.
 */
export function isLater(time: string | null | undefined, than: string | null | undefined): boolean {
  const instant = toInstant(time);
  const other = toInstant(than);
  return instant !== undefined && (other === undefined || instant > other);
}
