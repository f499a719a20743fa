import type { HttpResponseInit } from '@azure/functions';
import type { AccountKeys } from '../../app/ports/ports.ts';
import type { Failure } from '../../core/failure.ts';
import type { DataAnswer, ErrorAnswer, KeysAnswer } from '../schema/answer-types.ts';

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

/** Refusals that pass by themselves; a missing role or a refused token may take hours. */
const SOON_OVER: ReadonlySet<number> = new Set([408, 409, 412, 423, 429]);

/** Whether a caller is told when to come back, even where nobody has said it. */
export function hasRetryAfter({ status, passing }: Failure): boolean {
  return passing && (SOON_OVER.has(status) || status >= 500);
}

/** Why the caller himself is not let in. */
export function refusalReply(failure: Failure, facts: ReplyFacts): HttpResponseInit {
  const reply = errorReply(failure, facts);
  return failure.status === 401
    ? { ...reply, headers: { ...reply.headers, 'WWW-Authenticate': 'Bearer' } }
    : reply;
}

/** Why something was not done for a caller who was let in. */
export function failureReply(failure: Failure, facts: ReplyFacts): HttpResponseInit {
  return errorReply(asTold(failure), facts);
}

/**
 * A 401 of a service refuses the app's own identity: passed on as it is, it would send the callers to look for a fault
 * in their own sign-in. It is 500 where it stays until somebody mends the app, as with a wrong setting.
 */
export function asTold(failure: Failure): Failure {
  if (failure.status !== 401) return failure;
  return { ...failure, status: failure.passing ? 503 : 500 };
}

/** ARM's `ErrorResponse`. */
function errorReply(failure: Failure, facts: ReplyFacts) {
  const { code, message, target, status } = failure;
  const retryAfter = failure.retryAfterSeconds ?? (hasRetryAfter(failure) ? DEFAULT_RETRY_AFTER : undefined);
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
      jsonBody: { ...primary, ...secondary } satisfies KeysAnswer,
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
