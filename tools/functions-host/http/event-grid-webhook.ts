import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { EventGridTrigger, HostFunction } from '../functions.ts';
import type { Invoker } from '../worker/invoke.ts';
import { readBody, requestUrl } from './http-request.ts';
import { sendEmpty, sendJson, sendUnauthorized } from './http-response.ts';
import { codeOf, type FunctionKeys, keyLevel } from './keys.ts';

export interface WebhookParts {
  functions: readonly HostFunction<EventGridTrigger>[];
  invoker: Invoker;
  /** None: nobody is asked for a key, as with `func start`. */
  keys: FunctionKeys | undefined;
}

export type Webhook = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const ORIGINS = ['eventgrid.azure.net', 'eventgrid.azure.us', 'eventgrid.azure.cn'];

/**
 * `/runtime/webhooks/EventGrid?functionName=…&code=…`, as the Event Grid extension of the real host has it: both
 * handshakes, and one invocation for each event of a delivery, all at once.
 */
export function createEventGridWebhook({ functions, invoker, keys }: WebhookParts): Webhook {
  return async (request, response) => {
    const query = requestUrl(request).searchParams;
    const refusal = keys && checkKey(keys, request, query);
    const name = query.get('functionName') ?? '';
    const target = functions.find((found) => found.name === name && !found.disabled);
    if (refusal !== undefined || target === undefined) {
      request.resume();
      if (refusal === undefined) return sendText(response, 404, `cannot find function: '${name}'`);
      return refusal === 401 ? sendUnauthorized(response) : sendEmpty(response, refusal);
    }
    if (request.method === 'OPTIONS') return agree(request, response);
    const body = await readBody(request);
    switch (String(request.headers['aeg-event-type']).toLowerCase()) {
      case 'subscriptionvalidation':
        return sendJson(response, 200, { validationResponse: readValidationCode(JSON.parse(String(body))) });
      case 'notification':
        return run(invoker, target, JSON.parse(String(body)), response);
      case 'unsubscribe':
        return sendEmpty(response, 202);
      default:
        return sendEmpty(response, 400);
    }
  };
}

/** The system key of the extension or the master key; one that opens functions alone is known, but not enough. */
function checkKey(
  keys: FunctionKeys,
  request: IncomingMessage,
  query: URLSearchParams,
): 401 | 403 | undefined {
  const header = request.headers['x-functions-key'];
  if ((header ?? codeOf(query)) === keys.eventGrid) return undefined;
  const level = keyLevel(keys, request, query);
  return level === 'admin' ? undefined : level === 'function' ? 403 : 401;
}

/** CloudEvents' handshake. */
function agree(request: IncomingMessage, response: ServerResponse): void {
  const origin = String(request.headers['webhook-request-origin']);
  response.setHeader('Webhook-Allowed-Origin', ORIGINS.includes(origin) ? origin : 'eventgrid.azure.net');
  sendEmpty(response, 200);
}

const withCode = z.object({ validationCode: z.string() });
const validation = z.union([
  z.tuple([z.object({ data: withCode })]).transform(([{ data }]) => data),
  // As a CloudEvent it comes encoded twice.
  z.object({ data: z.string() }).transform(({ data }) => withCode.parse(JSON.parse(data))),
]);

/** Event Grid's own handshake. */
function readValidationCode(body: unknown): string {
  return validation.parse(body).validationCode;
}

async function run(
  invoker: Invoker,
  target: HostFunction,
  body: unknown,
  response: ServerResponse,
): Promise<void> {
  const events: unknown[] = Array.isArray(body) ? body : [body];
  const results = await Promise.all(
    events.map((event) =>
      invoker.invoke(target, {
        data: { json: JSON.stringify(event) },
        reason: `EventGrid trigger fired at ${new Date().toISOString()}`,
      }),
    ),
  );
  // One that failed has the whole delivery sent again.
  return results.some(({ kind }) => kind === 'failed')
    ? sendText(response, 500, `Exception while executing function: Functions.${target.name}`)
    : sendEmpty(response, 202);
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(text);
}
