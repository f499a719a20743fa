import { toInstant } from '../subscriber/instant.ts';

export { toInstant };

/** ARM's and CloudEvents' times (RFC 3339) as milliseconds since 1970; undefined where absent or unreadable. */
export function toMilliseconds(time: string | undefined): number | undefined {
  const milliseconds = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

/** Milliseconds since 1970 in the form that ARM and CloudEvents write. */
export function fromMilliseconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** Whether a text has the form of RFC 3339, whatever time it is. */
export function isTimestamp(text: string): boolean {
  return RFC_3339.test(text);
}

/** When a key was updated, in milliseconds since 1970; undefined where ARM gave no time. */
export function keyUpdatedAt(time: string | null | undefined): number | undefined {
  const instant = toInstant(time);
  return instant === undefined ? undefined : Number(instant / 1_000_000n);
}

/** A time as it was written, where those who were promised RFC 3339 can read it. */
export function readableTime(time: string | undefined): string | undefined {
  return toInstant(time) === undefined ? undefined : time;
}
