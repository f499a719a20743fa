import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HostFunction, HttpTrigger } from '../functions.ts';
import type { Log } from '../log.ts';
import type { Invoker } from '../worker/invoke.ts';
import type { Admin } from './admin.ts';
import type { Webhook } from './event-grid-webhook.ts';
import {
  BodyTooLargeError,
  hasContentLength,
  rawPath,
  requestUrl,
  toRpcHttpRequest,
} from './http-request.ts';
import { sendEmpty, sendRpcResponse, sendUnauthorized } from './http-response.ts';
import { isTooOddToPassOn, LINGER_MS, MAX_HEADER_SIZE, refusalOf, refuse, refuseUnread } from './kestrel.ts';
import { type FunctionKeys, keyLevel, opens } from './keys.ts';
import { decodePath, matchRoute } from './routes.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface HttpParts {
  functions: readonly HostFunction<HttpTrigger>[];
  invoker: Invoker;
  admin: Admin;
  eventGrid: Webhook;
  /** None: nobody is asked for a key, as with `func start`. */
  keys: FunctionKeys | undefined;
  log: Log;
}

/** The server answers 503 until it is given its handler: the app may know the port while it is loaded. */
export async function listen(
  port: number,
  hostname: string,
): Promise<{ server: Server; url: string; serve(handler: Handler): void }> {
  let handler: Handler = async (_request, response) => sendEmpty(response, 503);
  const server = createServer({ maxHeaderSize: MAX_HEADER_SIZE }, (request, response) => {
    handler(request, response).catch((error: unknown) => {
      if (error instanceof BodyTooLargeError && !response.headersSent) return refuseBody(request, response);
      // The caller went away, or its answer could not be written.
      response.headersSent ? response.destroy() : sendEmpty(response, 500);
    });
  });
  server.on('clientError', refuseUnread);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, hostname, () => resolve());
  });
  const address = server.address() as AddressInfo;
  const name = hostname.includes(':') ? `[${hostname}]` : hostname;
  return {
    server,
    url: `http://${name}:${address.port}`,
    serve(given) {
      handler = given;
    },
  };
}

/** The real host's web server would say 413; the host is told of it as it reads for the function, and fails. */
function refuseBody(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(500, { 'content-length': 0 });
  response.flushHeaders();
  request.resume();
  const timer = setTimeout(() => request.destroy(), LINGER_MS);
  // A connection that is to be closed with the answer would be cut off before the caller has read it.
  request.once('end', () => response.end());
  request.once('close', () => clearTimeout(timer));
}

export function createHttpHandler(parts: HttpParts): Handler {
  return async (request, response) => {
    const refusal = refusalOf(request);
    if (refusal !== undefined) return refuse(response, refusal);
    const path = decodePath(rawPath(request));
    if (path === '/') return sendHome(response);
    if (/^\/admin(\/|$)/i.test(path)) {
      return parts.admin(request, response, path);
    }
    if (/^\/runtime\/webhooks\/eventgrid\/?$/i.test(path)) {
      return parts.eventGrid(request, response);
    }
    if (/^\/runtime\/webhooks\//i.test(path)) {
      request.resume();
      const level = parts.keys ? keyLevel(parts.keys, request, requestUrl(request).searchParams) : 'admin';
      return level === 'admin' ? sendEmpty(response, 404) : sendUnauthorized(response);
    }
    const found = findFunction(parts.functions, request.method ?? 'GET', path);
    if (!found) {
      request.resume();
      return sendEmpty(response, 404);
    }
    return runFunction(parts, found.target, found.params, request, response);
  };
}

const HOME =
  '<!doctype html><html lang="en"><title>Functions host</title><p>Your local functions host is up and running.</p></html>\n';

function sendHome(response: ServerResponse): void {
  response.setHeader('content-type', 'text/html');
  response.end(HOME);
}

/** Azure tries the routes by the functions' names and knows no precedence; a wrong method is just no match. */
function findFunction(
  functions: readonly HostFunction<HttpTrigger>[],
  method: string,
  path: string,
): { target: HostFunction<HttpTrigger>; params: Record<string, string> } | undefined {
  for (const target of functions) {
    const { methods, route } = target.trigger;
    const params =
      methods.length === 0 || methods.includes(method.toUpperCase()) ? matchRoute(route, path) : undefined;
    if (params) {
      return { target, params };
    }
  }
  return undefined;
}

async function runFunction(
  parts: HttpParts,
  target: HostFunction<HttpTrigger>,
  params: Record<string, string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const level = parts.keys
    ? keyLevel(parts.keys, request, requestUrl(request).searchParams, target.name)
    : 'admin';
  if (!opens(level, target.trigger.authLevel)) {
    request.resume();
    return sendEmpty(response, 401);
  }
  if (target.disabled && !(parts.keys && level === 'admin')) {
    request.resume();
    return sendEmpty(response, 404);
  }
  if (isTooOddToPassOn(request)) {
    request.resume();
    return sendEmpty(response, 500);
  }
  if (request.headers['transfer-encoding'] !== undefined && !hasContentLength(request)) {
    parts.log(
      'warning',
      `Function.${target.name}`,
      'The request has a chunked body: as in Azure, the function does not get it.',
    );
  }
  const result = await parts.invoker.invoke(target, {
    data: { http: await toRpcHttpRequest(request, params) },
    reason: `This function was programmatically called via the host APIs.`,
    traceParent: request.headers.traceparent as string | undefined,
  });
  if (result.kind === 'failed') {
    return sendEmpty(response, 500);
  }
  sendRpcResponse(response, result.response);
}
