const RFC_3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/;
const DIGITS = 9;

/**
 * An instant in nanoseconds since 1970, to be compared to all its digits: ARM writes up to seven digits of a second and
 * cuts off zeros at their end. Undefined where there is none: absent, null, empty, unreadable, or not after 1970, since
 * services write 0001-01-01 for "never".
 */
export function toInstant(time: string | null | undefined): bigint | undefined {
  const [, second = '', fraction = '', offset = ''] = RFC_3339.exec(time ?? '') ?? [];
  const milliseconds = Date.parse(second + offset);
  if (Number.isNaN(milliseconds) || milliseconds <= 0) return undefined;
  return BigInt(milliseconds) * 1_000_000n + BigInt(fraction.slice(0, DIGITS).padEnd(DIGITS, '0'));
}
