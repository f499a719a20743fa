/** What a caller sent, made fit to be shown in one line. */
export function shorten(text: string): string {
  const line = text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?');
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}
