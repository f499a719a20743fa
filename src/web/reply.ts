import type { HttpResponseInit } from '@azure/functions';
import type { AccountKeys, RequestIds } from '../app/ports.ts';
import type { Failure } from '../core/failure.ts';
import type { DataAnswer, ErrorAnswer, KeysAnswer, KeyTimesAnswer } from './schema/answer-types.ts';

export interface ReplyFacts {
  readonly requestId: string;
  readonly rotationId?: string | undefined;
}

/** What a client waits where a failure that passes does not say how long. */
const DEFAULT_RETRY_AFTER = 10;

/** ARM's `ErrorResponse`. */
export function failureReply(failure: Failure, facts: ReplyFacts): HttpResponseInit {
  const { code, message, target, status } = failure;
  const waits = failure.passing && (status === 408 || status === 429 || status >= 500);
  const retryAfter = failure.retryAfterSeconds ?? (waits ? DEFAULT_RETRY_AFTER : undefined);
  return {
    status,
    headers: {
      ...commonHeaders(facts),
      'x-ms-error-code': code,
      ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
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
export function commonHeaders({ requestId, rotationId }: ReplyFacts): Record<string, string> {
  return {
    'Cache-Control': 'no-store',
    'x-ms-request-id': requestId,
    'X-Content-Type-Options': 'nosniff',
    ...(rotationId !== undefined && { 'x-ms-rotation-id': rotationId }),
  };
}

/** Says what became of a repeatable request: answered, refused for its id, or neither, which leaves the header out. */
export function withRepeatability(
  reply: HttpResponseInit,
  ids: RequestIds,
  result: { kind: string; failure?: Failure },
): HttpResponseInit {
  const isRejected = result.failure?.code === 'RepeatabilityRequestIdReused';
  const outcome = isRejected ? 'rejected' : result.kind === 'failed' ? undefined : 'accepted';
  if (ids.repeatability === undefined || outcome === undefined) return reply;
  return {
    ...reply,
    headers: { ...(reply.headers as Record<string, string>), 'Repeatability-Result': outcome },
  };
}
