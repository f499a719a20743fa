/** ARM's and CloudEvents' times (RFC 3339) as milliseconds since 1970; undefined where absent or unreadable. */
export function toMilliseconds(time: string | undefined): number | undefined {
  const milliseconds = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

/** Milliseconds since 1970 in the form that ARM and CloudEvents write. */
export function fromMilliseconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** A time as it was written, where those who were promised RFC 3339 can read it. */
export function readableTime(time: string | undefined): string | undefined {
  return time !== undefined && RFC_3339.test(time) && toMilliseconds(time) !== undefined ? time : undefined;
}
