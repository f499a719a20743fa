/** Milliseconds of a .NET TimeSpan such as `hh:mm:ss` or `d.hh:mm:ss.fff`; undefined where it is none. */
export function parseTimeSpan(text: string): number | undefined {
  const found = /^(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(\.\d{1,7})?)?$/.exec(text.trim());
  if (!found) {
    return undefined;
  }
  const [days, hours, minutes, seconds, fraction] = found.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (hours > 23 || minutes > 59 || seconds > 59) {
    return undefined;
  }
  return Math.round((((days * 24 + hours) * 60 + minutes) * 60 + seconds + fraction) * 1000);
}
