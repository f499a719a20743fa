import type { KeyRegeneratedEvent } from './events.ts';

/**
 * Whether a subscriber should apply the event: events repeat, and come out of order. `known` is the `keyLastUpdated` of
 * the key that it uses now, primary or secondary; without one, every event is news. One time twice is a repeat. An event
 * without a time counts as the oldest, as it does in the app, which goes on to treat the other key as the one in use.
 */
export function isNewer(event: KeyRegeneratedEvent, known: string | undefined): boolean {
  return toTicks(known) === undefined || isLater(event.data.keyLastUpdated, known);
}

/** Whether one of ARM's times is later than another, to the last digit. No time is earlier than any. */
export function isLater(time: string | undefined, than: string | undefined): boolean {
  const ticks = toTicks(time);
  const others = toTicks(than);
  return ticks !== undefined && (others === undefined || ticks > others);
}

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/;
const DIGITS = 9;

/** Nanoseconds since 1970: ARM writes seven digits of a second, of which a `Date` keeps three. */
function toTicks(time: string | undefined): bigint | undefined {
  const [, second = '', fraction = '', offset = ''] = TIME.exec(time ?? '') ?? [];
  const milliseconds = Date.parse(second + offset);
  if (Number.isNaN(milliseconds)) return undefined;
  return BigInt(milliseconds) * 1_000_000n + BigInt(fraction.slice(0, DIGITS).padEnd(DIGITS, '0'));
}
