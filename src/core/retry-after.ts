/** A day. Whatever a service says, nobody is told to wait for longer. */
export const LONGEST_RETRY_AFTER = 86_400;

type GetHeader = (name: string) => string | undefined;

/** In milliseconds; what Azure sends beside or in the place of `Retry-After`, and its SDKs read first. */
const IN_MILLISECONDS = ['retry-after-ms', 'x-ms-retry-after-ms'] as const;

/** Seconds, a fraction of them too, as the SDKs of Azure take it; with anything else before or after it, it is none. */
const NUMBER = /^\d{1,20}(\.\d{1,20})?$/;

/** The three forms of an HTTP date, which all end in a time of day and a zone or a year. */
const HTTP_DATE =
  /^(?:[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4})$/;

/**
 * Whole seconds for which a service asks to be left alone; undefined where it says nothing that can be read. A date counts
 * from the answer's own `Date`, or else from `now`, milliseconds since 1970.
 * https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function readRetryAfter(header: GetHeader, now: number): number | undefined {
  for (const name of IN_MILLISECONDS) {
    const said = header(name)?.trim() ?? '';
    if (NUMBER.test(said)) return capped(Number(said) / 1000);
  }
  const said = header('retry-after')?.trim() ?? '';
  if (NUMBER.test(said)) return capped(Number(said));
  const until = readDate(said);
  if (until === undefined) return undefined;
  return capped((until - (readDate(header('date')?.trim() ?? '') ?? now)) / 1000);
}

function readDate(text: string): number | undefined {
  if (!HTTP_DATE.test(text)) return undefined;
  const time = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(time) ? undefined : time;
}

function capped(seconds: number): number {
  return Math.min(Math.max(Math.ceil(seconds), 0), LONGEST_RETRY_AFTER);
}
