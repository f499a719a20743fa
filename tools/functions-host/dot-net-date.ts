/** A moment as .NET writes a DateTimeOffset in UTC into JSON. */
export function toDotNetDate(date: Date | undefined): string {
  if (!date) {
    return '0001-01-01T00:00:00+00:00';
  }
  return date
    .toISOString()
    .replace(/(?:\.(\d*?)0*)Z$/, (_whole, fraction: string) => `${fraction ? `.${fraction}` : ''}+00:00`);
}
