import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { FunctionError, HostFunction } from '../functions.ts';
import type { InvocationResult } from '../worker/invoke.ts';
import { readBody, requestUrl } from './http-request.ts';
import { sendEmpty, sendJson, sendUnauthorized } from './http-response.ts';
import { type FunctionKeys, keyLevel } from './keys.ts';

export interface AdminParts {
  url: string;
  functions: readonly HostFunction[];
  errors: readonly FunctionError[];
  keys: FunctionKeys | undefined;
  /** Runs a timer or queue function with what the caller gave as its input. */
  run(target: HostFunction, input: string | undefined): Promise<InvocationResult>;
}

export type Admin = (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void>;

// The real host reads `input` into a string: other JSON than a scalar is a bad request.
const invocation = z.object({ input: z.union([z.string(), z.number(), z.boolean()]).nullish() });

/**
 * The part of the admin API that tools use. Ours alone: `?wait=true` (or the header `x-functions-wait: true`) on a run
 * answers only after it, 200 or 500 with the outcome; the real host always answers 202 at once.
 */
export function createAdmin(parts: AdminParts): Admin {
  return async (request, response, path) => {
    const [, , area, name, ...rest] = path.replace(/\/$/, '').split('/');
    const route = `${request.method} ${[area, name && (area === 'host' ? name : '{name}'), ...rest].filter(Boolean).join('/')}`;
    if (!ROUTES.has(route)) {
      request.resume();
      return sendEmpty(response, 404);
    }
    if (name === 'ping' && area === 'host') {
      response.setHeader('cache-control', 'no-store,no-cache');
      response.setHeader('pragma', 'no-cache');
      return sendEmpty(response, 200);
    }
    const refusal = checkKey(parts.keys, request);
    if (refusal) {
      request.resume();
      return refusal === 401 ? sendUnauthorized(response) : sendEmpty(response, refusal);
    }
    if (area === 'host') return sendJson(response, 200, hostStatus(parts.errors));
    if (name === undefined) {
      return sendJson(
        response,
        200,
        parts.functions.map((target) => describe(parts.url, target)),
      );
    }
    return onFunction(parts, name, rest[0] === 'status', request, response);
  };
}

/** A route that is none of them is unknown, whoever asks. */
const ROUTES = new Set([
  ...['GET host/ping', 'POST host/ping', 'GET host/status', 'GET functions'],
  ...['GET functions/{name}', 'POST functions/{name}', 'GET functions/{name}/status'],
]);

function hostStatus(errors: readonly FunctionError[]): object {
  const status = { id: 'local', state: 'Running', version: 'local' };
  return errors.length === 0 ? status : { ...status, errors: errors.map(toText) };
}

async function onFunction(
  parts: AdminParts,
  name: string,
  status: boolean,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const same = (other: { name: string }) => other.name.toLowerCase() === name.toLowerCase();
  const target = parts.functions.find(same);
  const errors = parts.errors.filter(same);
  if (status && (target || errors.length > 0)) {
    return sendJson(response, 200, errors.length > 0 ? { errors: errors.map((error) => error.message) } : {});
  }
  if (!target || status) {
    request.resume();
    return sendEmpty(response, 404);
  }
  return request.method === 'GET'
    ? sendJson(response, 200, describe(parts.url, target))
    : run(parts, target, request, response);
}

async function run(
  parts: AdminParts,
  target: HostFunction,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  if (!/^application\/(.+\+)?json\b/i.test(request.headers['content-type'] ?? '')) {
    return sendEmpty(response, 415);
  }
  const parsed = invocation.safeParse(parseJson(body.toString('utf8')));
  if (!parsed.success) return sendEmpty(response, 400);
  // The real host takes it, and fails unseen: what is given is no request.
  if (target.trigger.kind === 'http') return sendEmpty(response, 202);
  const input = parsed.data.input;
  const finished = parts.run(target, input === null || input === undefined ? undefined : String(input));
  const wait = requestUrl(request).searchParams.get('wait') ?? request.headers['x-functions-wait'];
  if (wait !== 'true') {
    return sendEmpty(response, 202);
  }
  const result = await finished;
  return result.kind === 'succeeded'
    ? sendJson(response, 200, { invocationId: result.invocationId, succeeded: true })
    : sendJson(response, 500, {
        invocationId: result.invocationId,
        succeeded: false,
        error: result.error.message,
      });
}

/** No key that we know: 401; one that opens functions but not the admin API: 403. */
function checkKey(keys: FunctionKeys | undefined, request: IncomingMessage): 401 | 403 | undefined {
  const level = keys ? keyLevel(keys, request, requestUrl(request).searchParams) : 'admin';
  return level === 'admin' ? undefined : level === 'function' ? 403 : 401;
}

function describe(url: string, target: HostFunction): object {
  const { trigger } = target;
  return {
    name: target.name,
    href: `${url}/admin/functions/${target.name}`,
    config: {
      name: target.name,
      language: 'node',
      bindings: target.metadata.rawBindings.map((raw) => JSON.parse(raw)),
    },
    isDisabled: target.disabled,
    language: 'node',
    invoke_url_template: trigger.kind === 'http' ? `${url}/${trigger.route.template}` : null,
  };
}

function toText(error: FunctionError): string {
  return `The '${error.name}' function is in error: ${error.message}`;
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : undefined;
    return entries && Object.fromEntries(entries.map(([name, item]) => [name.toLowerCase(), item]));
  } catch {
    return undefined;
  }
}
