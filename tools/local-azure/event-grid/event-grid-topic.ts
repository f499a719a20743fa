import { randomUUID } from 'node:crypto';
import { type Tokens, tenantId } from '../entra/tokens.ts';
import { header, type Incoming, mediaType, parseJson, type Reply, type Work } from '../server/http.ts';
import { type CloudEvent, cloudEventFault } from './cloud-event.ts';

export type TopicContext = {
  topic: string;
  tokens: Tokens;
  events: CloudEvent[];
  now: () => Date;
  /** Hands on what is accepted. */
  publish: (events: readonly CloudEvent[]) => void;
};

export const eventGridAudience = 'https://eventgrid.azure.net';
const apiVersion = '2018-01-01';
const sizeLimit = 1024 * 1024;

export function topicPath(topic: string): string {
  return `/topics/${topic}/api/events`;
}

export function topicWork(incoming: Incoming, context: TopicContext): Work {
  const known = incoming.url.pathname === topicPath(context.topic) && incoming.method === 'POST';
  return {
    operation: known ? 'publish' : 'other',
    account: null,
    accountId: null,
    latency: true,
    run: () =>
      known ? publish(incoming, context) : topicError(404, 'NotFound', 'The topic is not found.', context),
    fail: (status, code) =>
      status < 400
        ? { status }
        : topicError(status, code ?? usualCode(status), usualMessage(status, context), context),
    headers: topicHeaders,
  };
}

function topicHeaders(): Record<string, string> {
  return {
    'api-supported-versions': apiVersion,
    'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
    'x-ms-request-id': randomUUID(),
  };
}

/**
 * A batch is accepted as a whole or not at all. Recorded is the shape of the refusals, not what is said to a CloudEvent
 * that is wrong, to a wrong token, or to one that is too large.
 */
function publish(incoming: Incoming, context: TopicContext): Reply {
  const refused = (status: number, code: string, message: string) =>
    topicError(status, code, message, context);
  const check = context.tokens.check(header(incoming, 'authorization') ?? undefined, [eventGridAudience]);
  if (!check.ok) {
    const reply = refused(
      401,
      'Unauthorized',
      `The request did not contain a valid credential (${check.fault}).`,
    );
    return { ...reply, headers: { 'WWW-Authenticate': `Bearer error="invalid_token"` } };
  }
  if (incoming.url.searchParams.get('api-version') !== apiVersion) {
    return refused(400, 'BadRequest', `The api-version query parameter must be ${apiVersion}.`);
  }
  if (incoming.bytes > sizeLimit) {
    const message = `The maximum size (${sizeLimit}) has been exceeded.`;
    return refused(413, 'PayloadTooLarge', message);
  }
  const events = readEvents(incoming);
  if (typeof events === 'string') {
    const message = `This resource is configured for 'CloudEventV10' schema. Received JSON which does not conform to the expected schema. ${events}`;
    return refused(400, 'BadRequest', message);
  }
  context.events.push(...events);
  context.publish(events);
  return { status: 200, changed: events.length > 0 };
}

function readEvents(incoming: Incoming): CloudEvent[] | string {
  const media = mediaType(incoming);
  if (media !== 'application/cloudevents-batch+json' && media !== 'application/cloudevents+json') {
    return `Content type '${media}' is neither application/cloudevents+json nor application/cloudevents-batch+json.`;
  }
  const parsed = parseJson(incoming.body);
  if (!parsed.ok) return 'The body is not JSON.';
  const batch = media === 'application/cloudevents-batch+json';
  if (batch !== Array.isArray(parsed.value)) {
    return `Token Expected: ${batch ? 'StartArray' : 'StartObject'}.`;
  }
  const events: unknown[] = Array.isArray(parsed.value) ? parsed.value : [parsed.value];
  for (const [index, event] of events.entries()) {
    const wrong = cloudEventFault(event);
    if (wrong) return `Event ${index}: ${wrong}.`;
  }
  return events as CloudEvent[];
}

/** With what to report it by; the detail of a wrong event has a code of its own. */
function topicError(status: number, code: string, text: string, context: TopicContext): Reply {
  const when = context.now().toLocaleString('en-US', { timeZone: 'UTC' }).replace(',', '');
  const message = `${text} Report '${randomUUID()}:0:${when} (UTC)' to our forums for assistance or raise a support ticket.`;
  const detail = status === 400 ? 'InputJsonInvalid' : code;
  return { status, body: { error: { code, message, details: [{ code: detail, message }] } } };
}

/** Who may not send is answered 401, too. */
function usualMessage(status: number, { topic }: TopicContext): string {
  return status === 401
    ? `The principal associated with access token presented with the incoming request does not have permission to send data to /subscriptions/${tenantId}/resourceGroups/local/providers/Microsoft.EventGrid/topics/${topic}.`
    : 'The request failed.';
}

/** Recorded are those of 400 and 401. */
function usualCode(status: number): string {
  const codes: Record<number, string> = {
    400: 'BadRequest',
    401: 'Unauthorized',
    403: 'Forbidden',
    404: 'NotFound',
    413: 'PayloadTooLarge',
    429: 'TooManyRequests',
    503: 'ServiceUnavailable',
  };
  return codes[status] ?? 'InternalServerError';
}
