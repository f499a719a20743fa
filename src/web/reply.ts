import type { HttpResponseInit } from '@azure/functions';
import type { AccountKeys } from '../app/ports.ts';
import type { Failure } from '../core/failure.ts';
import type { DataAnswer, ErrorAnswer, KeysAnswer, KeyTimesAnswer } from './schema/answer-types.ts';

export interface ReplyFacts {
  readonly requestId: string;
  readonly rotationId?: string | undefined;
  /** The caller's own id, where the answer is to have it. */
  readonly clientRequestId?: string | undefined;
  /** Of a request that says that it may be repeated: whether its ids hold. */
  readonly repeatability?: 'accepted' | 'rejected' | undefined;
}

/** What a client waits where a failure that passes does not say how long. */
const DEFAULT_RETRY_AFTER = 10;

/** Why the caller himself is not let in. */
export function refusalReply(failure: Failure, facts: ReplyFacts): HttpResponseInit {
  const reply = errorReply(failure, facts);
  return failure.status === 401
    ? { ...reply, headers: { ...reply.headers, 'WWW-Authenticate': 'Bearer' } }
    : reply;
}

/**
 * Why something was not done, by who was let in. A 401 is of a service that refused the app's own identity: passed on
 * as it is, it would send the caller to look for a fault in his own sign-in.
 */
export function failureReply(failure: Failure, facts: ReplyFacts): HttpResponseInit {
  return errorReply(failure.status === 401 ? { ...failure, status: 503 } : failure, facts);
}

/** ARM's `ErrorResponse`. */
function errorReply(failure: Failure, facts: ReplyFacts) {
  const { code, message, target, status } = failure;
  const waits = failure.passing && (status === 408 || status === 429 || status >= 500);
  const retryAfter = failure.retryAfterSeconds ?? (waits ? DEFAULT_RETRY_AFTER : undefined);
  // An id can also be refused by what is known of it.
  const isIdRefused = facts.repeatability !== undefined && target?.startsWith('Repeatability-');
  return {
    status,
    headers: {
      ...commonHeaders(isIdRefused ? { ...facts, repeatability: 'rejected' } : facts),
      'x-ms-error-code': code,
      ...(retryAfter !== undefined && { 'Retry-After': String(Math.ceil(retryAfter)) }),
    },
    jsonBody: { error: { code, message, ...(target !== undefined && { target }) } } satisfies ErrorAnswer,
  };
}

/** ARM's `MapsAccountKeys`, or its times alone where the caller prefers a minimal answer. */
export function keysReply(
  { primaryKey, secondaryKey, times }: AccountKeys,
  minimal: boolean,
  facts: ReplyFacts,
): HttpResponseInit {
  const headers = commonHeaders(facts);
  const primary = times.primary !== undefined && { primaryKeyLastUpdated: times.primary };
  const secondary = times.secondary !== undefined && { secondaryKeyLastUpdated: times.secondary };
  if (minimal) {
    return {
      headers: { ...headers, 'Preference-Applied': 'return=minimal' },
      jsonBody: { ...primary, ...secondary } satisfies KeyTimesAnswer,
    };
  }
  return {
    headers,
    jsonBody: {
      primaryKey: primaryKey.reveal(),
      ...primary,
      secondaryKey: secondaryKey.reveal(),
      ...secondary,
    } satisfies KeysAnswer,
  };
}

export function jsonReply(body: DataAnswer, facts: ReplyFacts): HttpResponseInit {
  return { headers: commonHeaders(facts), jsonBody: body };
}

/** Nothing that this app answers may be kept by a cache: some answers have keys, the others are out of date at once. */
export function commonHeaders(facts: ReplyFacts): Record<string, string> {
  const { requestId, rotationId, clientRequestId, repeatability } = facts;
  return {
    'Cache-Control': 'no-store',
    'x-ms-request-id': requestId,
    'X-Content-Type-Options': 'nosniff',
    ...(rotationId !== undefined && { 'x-ms-rotation-id': rotationId }),
    ...(clientRequestId !== undefined && { 'x-ms-client-request-id': clientRequestId }),
    ...(repeatability !== undefined && { 'Repeatability-Result': repeatability }),
  };
}
