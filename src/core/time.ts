/** ARM's and CloudEvents' times (RFC 3339) as milliseconds since 1970; undefined where absent or unreadable. */
export function toMilliseconds(time: string | undefined): number | undefined {
  const milliseconds = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

/** Milliseconds since 1970 in the form that ARM and CloudEvents write. */
export function fromMilliseconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
