import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { fault } from '../../core/failure.ts';
import { KEY_EVENT_TYPES, keyEventJsonSchema } from '../../subscriber/json-schema.ts';
import { shorten } from '../requests/shorten.ts';
import { commonHeaders, failureReply, type ReplyFacts } from './reply.ts';

/** The JSON Schema of one type of event, named without regard to case. */
export function eventSchemaReply(request: HttpRequest, facts: ReplyFacts): HttpResponseInit {
  const given = request.params.eventType ?? '';
  const type = KEY_EVENT_TYPES.find((candidate) => candidate.toLowerCase() === given.toLowerCase());
  if (type === undefined) {
    const message = `'${shorten(given)}' is no type of event; it must be one of ${KEY_EVENT_TYPES.join(', ')}.`;
    return failureReply(fault(404, 'EventTypeNotFound', message, { target: 'eventType' }), facts);
  }
  return {
    headers: { ...commonHeaders(facts), 'Content-Type': 'application/schema+json' },
    jsonBody: keyEventJsonSchema(type),
  };
}
