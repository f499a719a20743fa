import { parseHttpDate } from './http-date.ts';

/** A day. Whatever a service says, nobody is told to wait for longer. */
export const LONGEST_RETRY_AFTER = 86_400;

type GetHeader = (name: string) => string | undefined;

/** In milliseconds; what Azure sends beside or in the place of `Retry-After`, and its SDKs read first. */
const IN_MILLISECONDS = ['retry-after-ms', 'x-ms-retry-after-ms'] as const;

/** Seconds, a fraction of them too, as the SDKs of Azure take it; with anything else before or after it, it is none. */
const NUMBER = /^\d{1,20}(\.\d{1,20})?$/;

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
  const until = parseHttpDate(said, now);
  if (until === undefined) return undefined;
  return capped((until - (parseHttpDate(header('date')?.trim() ?? '', now) ?? now)) / 1000);
}

function capped(seconds: number): number {
  return Math.min(Math.max(Math.ceil(seconds), 0), LONGEST_RETRY_AFTER);
}
