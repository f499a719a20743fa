import type { HttpRequest } from '@azure/functions';
import type { Failure } from '../../core/failure.ts';
import { fault } from '../../core/failure.ts';

/** Of RFC 9110, section 13.1, those that hold for a POST: `If-Modified-Since` and `If-Range` are for reading alone. */
const PRECONDITIONS = ['If-Match', 'If-None-Match', 'If-Unmodified-Since'];

/**
 * Refuses a condition that can't be checked, since what was asked for on a condition must not be done without it.
 * `If-Match: *` asks that the account is there, without which nothing is regenerated anyway.
 */
export function refusePreconditions({ headers }: Pick<HttpRequest, 'headers'>): Failure | undefined {
  const name = PRECONDITIONS.find((one) => headers.has(one) && !isOfAnyAccount(one, headers.get(one)));
  if (name === undefined) return undefined;
  const message = `The condition ${name} can't be checked: an account has neither an ETag nor a time of change to go by. Nothing was regenerated, and nothing was asked of Azure. Send the request without the header.`;
  return fault(412, 'ConditionHeadersNotSupported', message, { target: name });
}

function isOfAnyAccount(name: string, value: string | null): boolean {
  return name === 'If-Match' && value?.trim() === '*';
}
