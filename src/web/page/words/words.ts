const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' });

/** Such as `in 3 days` or `12 minutes ago`. Times in milliseconds since 1970. */
export function fromNow(time: number, now: number): string {
  const distance = time - now;
  const size = Math.abs(distance);
  if (size < MINUTE) return distance > 0 ? 'in a moment' : 'just now';
  const [length, unit] =
    size < 2 * HOUR
      ? ([MINUTE, 'minute'] as const)
      : size < 2 * DAY
        ? ([HOUR, 'hour'] as const)
        : ([DAY, 'day'] as const);
  return relative.format(Math.round(distance / length), unit);
}

/** Such as `2026-11-25 03:04 UTC`: at night nobody has to think of time zones. */
export function inUtc(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** An age for a narrow column, such as `5 h` or `83 d`. */
export function shortAge(days: number): string {
  if (days < 1) return `${Math.round(days * 24)} h`;
  return `${Math.round(days)} d`;
}

/** Such as `1 account` and `2,000 accounts`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}
